#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "transfer/demo_conversation.hpp"

/// The part of `ConversationWriter` that says what agents and the site noted: ratings, tags, labels, cards.
namespace parley::transfer::demo {

namespace {

constexpr std::array<std::string_view, topic_count> topic_labels = {
    "Leverans", "Retur", "Storlek", "Betalning", "Produktfråga", "Reklamation", "Konto"};
constexpr std::array<std::string_view, 12> ordinary_tags = {
    "Återkommande", "Klubbmedlem",       "Klubbmedlem",   "VIP",
    "Företagskund", "Nyhetsbrev",        "B2B; Norge",    "-15 % utlovat",
    "@press",       "Sa \"aldrig mer\"", "=Kontrolleras", "Önskar uppringning, eftermiddag"};

}  // namespace

void ConversationWriter::rate(ChatRecord& record, const Outcome& outcome) {
  constexpr std::array<std::array<std::uint32_t, 5>, 3> weights = {
      {{2, 3, 8, 27, 60}, {6, 8, 18, 34, 34}, {30, 22, 22, 16, 10}}};
  if (!random_.chance(outcome.is_answered ? 360 : 25)) return;
  const std::size_t mood =
      !outcome.is_answered || outcome.waited_ms > 600'000 ? 2 : (outcome.waited_ms > 90'000 ? 1 : 0);
  record.rating = static_cast<int>(random_.weighted(weights[mood])) + 1;
}

void ConversationWriter::note(base::Timestamp started_at, const Outcome& outcome) {
  if (person_.tells_name && tags_.empty()) {
    add_tag(later(started_at, 60'000), person_.full_name, visitor::TagType::name);
  }
  if (chats_.size() == 1) add_tag(later(now_, 120'000), ordinary_tags.front(), visitor::TagType::ordinary);
  if (random_.chance(170)) {
    const std::string_view tag = random_.pick(ordinary_tags);
    add_tag(later(now_, 300'000), tag, visitor::TagType::ordinary);
  }
  if (outcome.is_answered) {
    if (random_.chance(850))
      add_label(later(now_, 90'000), topic_labels[static_cast<std::size_t>(errand_.topic)]);
    if (random_.chance(300)) add_label(later(now_, 90'000), "Löst");
    if (random_.chance(70)) add_label(later(now_, 7'200'000), "Uppföljning");
    if (random_.chance(20)) add_label(later(now_, 90'000), "BankID-verifierad");
  } else if (random_.chance(550)) {
    add_label(later(now_, 40'000'000), "Missad chatt");
  }
  if (random_.chance(300)) put_cards(later(started_at, 20'000));
}

void ConversationWriter::add_tag(base::Timestamp at, std::string_view text, visitor::TagType type) {
  const bool known =
      std::ranges::any_of(tags_, [&](const auto& tag) { return tag.type == type && tag.tag == text; });
  if (!known) tags_.push_back({at, std::string(text), type});
}

void ConversationWriter::add_label(base::Timestamp at, std::string_view text) {
  const bool known = std::ranges::any_of(labels_, [&](const auto& label) { return label.label == text; });
  if (!known) labels_.push_back({at, std::string(text)});
}

void ConversationWriter::put_cards(base::Timestamp at) {
  const auto put = [this, at](std::string_view data_id, std::string data) {
    const auto known = std::ranges::find(cards_, data_id, &visitor::Card::data_id);
    if (known == cards_.end()) {
      cards_.push_back({std::string(data_id), std::move(data), at, at});
    } else if (known->data != data) {
      known->data = std::move(data);
      known->updated_at = std::max(at, known->updated_at);
    }
  };
  put("kund", fmt::format("Namn: {}\nE-post: {}\nAntal köp: {}", person_.full_name, person_.email,
                          chats_.size() + random_.below(4)));
  if (random_.chance(500)) {
    put("varukorg",
        fmt::format("{} × {}\nSumma: {}", random_.between(1, 3), value(Slot::product), value(Slot::price)));
  }
  if (random_.chance(100)) put("1", fmt::format("Senaste order: {}", value(Slot::order)));
}

}  // namespace parley::transfer::demo
