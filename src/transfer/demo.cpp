#include "transfer/demo.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "transfer/demo_calendar.hpp"
#include "transfer/demo_visitor.hpp"

namespace parley::transfer {

namespace {

/// The last few conversations of an account that is not tiny go on while the demo ends.
constexpr std::uint32_t open_conversations = 3;

}  // namespace

DemoGenerator::DemoGenerator(DemoOptions options)
    : options_(options),
      world_{demo::Staff(options.end_day), demo::stockholm_day_start(options.end_day + std::chrono::days(1)) -
                                               std::chrono::milliseconds(1)},
      random_(demo::mix(options.seed)),
      per_day_(demo::conversations_per_day(options.end_day, options.conversations)) {
  begin();
}

base::Result<std::optional<Record>> DemoGenerator::operator()() {
  if (given_ == ready_.size()) {
    ready_.clear();
    given_ = 0;
    if (!next_conversation()) return std::nullopt;
  }
  return std::optional<Record>(std::move(ready_[given_++]));
}

void DemoGenerator::begin() {
  ready_.emplace_back(BundleHeader{options_.sid, "Norrsken Outdoor AB", "Europe/Stockholm", world_.end});
  for (agent::Agent& agent : world_.staff.agents()) ready_.emplace_back(AgentRecord{std::move(agent)});
  for (auto& filter : demo::page_filters()) ready_.emplace_back(PageFilterRecord{std::move(filter)});
}

bool DemoGenerator::next_conversation() {
  while (started_ == starts_.size()) {
    if (day_ == per_day_.size()) return false;
    const auto day = options_.end_day - std::chrono::days(per_day_.size() - 1 - day_);
    starts_ = demo::starts_of_day(day, per_day_[day_], random_);
    started_ = 0;
    ++day_;
  }
  const base::Timestamp start = starts_[started_++];
  ++conversations_;
  const bool stays_open =
      options_.conversations >= 100 && conversations_ + open_conversations > options_.conversations;
  // Each conversation has random numbers of its own: one that is told otherwise leaves the rest as they are.
  const std::uint64_t seed = demo::mix(options_.seed ^ demo::mix(conversations_));
  demo::ConversationWriter writer(world_, make_conversation_id(start), start, seed);
  writer.write(stays_open, ready_);
  return true;
}

std::string DemoGenerator::make_conversation_id(base::Timestamp created_at) {
  // Conversations come in order of creation, so only those of the same millisecond can meet.
  const std::int64_t time = base::epoch_ms(created_at);
  std::uint32_t suffix = random_.below(1'000);
  if (time == last_id_time_) suffix = (last_id_suffix_ + 1) % 1'000;
  last_id_time_ = time;
  last_id_suffix_ = suffix;
  return fmt::format("V{}{}{:03}", options_.sid, time, suffix);
}

}  // namespace parley::transfer
