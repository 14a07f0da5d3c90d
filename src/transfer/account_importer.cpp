#include "transfer/account_importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "agent/agent.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "visitor/visitor.hpp"

namespace parley::transfer {

using base::ErrorCode;
using base::Result;
using base::Task;

AccountImporter::AccountImporter(std::int64_t sid, bool is_new) noexcept
    : sid_(sid), is_new_(is_new), agents_(sid), chats_(sid, is_new, agents_) {}

Task<Result<>> AccountImporter::load(store::Unit& unit) {
  return agents_.load(unit);
}

void AccountImporter::count(store::WriteUnit& unit, change::Kind kind, Tally& tally, bool is_changed) const {
  if (!is_changed) {
    ++tally.same;
    return;
  }
  const auto& changes = change::touched(unit);
  for (std::size_t i = changes_before_; i < changes.size(); ++i) {
    if (changes[i].kind == kind && changes[i].action == change::Action::created) {
      ++tally.created;
      return;
    }
  }
  // A new account keeps no list of changes: there `report` takes the created ones out again.
  ++tally.changed;
}

Task<Result<>> AccountImporter::expect_conversation(store::Unit& unit, const std::string& conversation_id) {
  if (conversation_id == known_conversation_) co_return Result<>{};
  PARLEY_CO_TRY_ASSIGN(const auto found, co_await conversation::find(unit, sid_, conversation_id));
  if (!found) {
    co_return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("got conversation \"{}\", expected one that exists or that an earlier line names",
                    conversation_id));
  }
  known_conversation_ = conversation_id;
  known_created_at_ = *found;
  co_return Result<>{};
}

void AccountImporter::replace_date(base::Timestamp& time, bool has_date) noexcept {
  if (has_date) return;
  time = known_created_at_;
  ++dates_replaced_;
}

Task<Result<>> AccountImporter::put_agent(store::WriteUnit& unit, AgentRecord& record) {
  const std::int64_t agent_id = record.agent.agent_id;
  PARLEY_CO_TRY_ASSIGN(const bool is_changed, co_await agent::put(unit, sid_, std::move(record.agent)));
  const bool is_created = agents_.add(agent_id);
  Tally& tally = counts_.agents;
  ++(is_created ? tally.created : is_changed ? tally.changed : tally.same);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_page_filter(store::WriteUnit& unit, PageFilterRecord& record) {
  PARLEY_CO_TRY_ASSIGN(const bool is_changed,
                       co_await page_filter::put(unit, sid_, std::move(record.filter)));
  count(unit, change::Kind::page_filter, counts_.page_filters, is_changed);
  co_return Result<>{};
}

namespace {

void take(std::string& place, std::optional<std::string>& said) {
  if (said) place = *std::move(said);
}

/// Lays what the record says over what is known.
void lay_over(visitor::Visitor& visitor, ConversationRecord& record) {
  take(visitor.traffic_type, record.traffic_type);
  take(visitor.search_engine, record.search_engine);
  if (record.last_visit_at || record.is_last_visit_unknown) visitor.last_visit_at = record.last_visit_at;
  take(visitor.browser, record.browser);
  take(visitor.os, record.os);
  take(visitor.city, record.city);
  take(visitor.country, record.country);
  take(visitor.exit_page, record.exit_page);
}

}  // namespace

Task<Result<>> AccountImporter::put_conversation(store::WriteUnit& unit, ConversationRecord& record) {
  const std::string& id = record.conversation.conversation_id;
  PARLEY_CO_TRY_ASSIGN(auto visitor, co_await visitor::find(unit, sid_, id));
  if (!visitor) {
    visitor.emplace();
    visitor->browser = unknown_software;
    visitor->os = unknown_software;
  }
  lay_over(*visitor, record);
  if (record.is_last_visit_unknown) ++dates_replaced_;
  PARLEY_CO_TRY_ASSIGN(const bool is_changed, co_await conversation::put(unit, sid_, record.conversation));
  PARLEY_CO_TRY_ASSIGN(const bool is_visitor_changed, co_await visitor::put(unit, sid_, id, *visitor));
  known_conversation_ = id;
  known_created_at_ = record.conversation.created_at;
  count(unit, change::Kind::conversation, counts_.conversations, is_changed || is_visitor_changed);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_message(store::WriteUnit& unit, MessageRecord& record) {
  conversation::Message& message = record.message;
  PARLEY_CO_TRY(co_await expect_conversation(unit, message.conversation_id));
  replace_date(message.sent_at, record.has_date);
  if (message.agent_id.value_or(0) != 0) {
    const std::string no_email;
    PARLEY_CO_TRY(co_await agents_.expect(unit, *message.agent_id, message.sender, no_email));
  }
  PARLEY_CO_TRY_ASSIGN(const bool is_changed,
                       co_await conversation::put_message(unit, sid_, std::move(message)));
  count(unit, change::Kind::message, counts_.messages, is_changed);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_tag(store::WriteUnit& unit, TagRecord& record) {
  PARLEY_CO_TRY(co_await expect_conversation(unit, record.conversation_id));
  replace_date(record.tag.created_at, record.has_date);
  PARLEY_CO_TRY_ASSIGN(const bool is_changed,
                       co_await visitor::put_tag(unit, sid_, record.conversation_id, record.tag));
  count(unit, change::Kind::tag, counts_.tags, is_changed);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_label(store::WriteUnit& unit, LabelRecord& record) {
  PARLEY_CO_TRY(co_await expect_conversation(unit, record.conversation_id));
  replace_date(record.label.created_at, record.has_date);
  PARLEY_CO_TRY_ASSIGN(const bool is_changed,
                       co_await visitor::put_label(unit, sid_, record.conversation_id, record.label));
  count(unit, change::Kind::label, counts_.labels, is_changed);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_card(store::WriteUnit& unit, CardRecord& record) {
  PARLEY_CO_TRY(co_await expect_conversation(unit, record.conversation_id));
  replace_date(record.card.created_at, record.has_created_date);
  replace_date(record.card.updated_at, record.has_updated_date);
  PARLEY_CO_TRY_ASSIGN(const bool is_changed,
                       co_await visitor::put_card(unit, sid_, record.conversation_id, record.card));
  count(unit, change::Kind::card, counts_.cards, is_changed);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_chat(store::WriteUnit& unit, ChatRecord& record) {
  PARLEY_CO_TRY(co_await expect_conversation(unit, record.conversation_id));
  replace_date(record.started_at, record.has_start);
  PARLEY_CO_TRY_ASSIGN(const bool is_changed, co_await chats_.put(unit, std::move(record)));
  count(unit, change::Kind::chat, counts_.chats, is_changed);
  co_return Result<>{};
}

Task<Result<>> AccountImporter::put_any(store::WriteUnit& unit, Record& record) {
  struct Visitor {
    AccountImporter& self;
    store::WriteUnit& unit;
    Task<Result<>> operator()(BundleHeader&) const {
      return Task<Result<>>::ready(Result<>(base::fail(
          ErrorCode::invalid_argument, "kind: got \"bundle\" again, expected it on the first line only")));
    }
    Task<Result<>> operator()(AgentRecord& r) const { return self.put_agent(unit, r); }
    Task<Result<>> operator()(PageFilterRecord& r) const { return self.put_page_filter(unit, r); }
    Task<Result<>> operator()(ConversationRecord& r) const { return self.put_conversation(unit, r); }
    Task<Result<>> operator()(MessageRecord& r) const { return self.put_message(unit, r); }
    Task<Result<>> operator()(TagRecord& r) const { return self.put_tag(unit, r); }
    Task<Result<>> operator()(LabelRecord& r) const { return self.put_label(unit, r); }
    Task<Result<>> operator()(CardRecord& r) const { return self.put_card(unit, r); }
    Task<Result<>> operator()(ChatRecord& r) const { return self.put_chat(unit, r); }
  };
  return std::visit(Visitor{*this, unit}, record);
}

Task<Result<>> AccountImporter::put(store::WriteUnit& unit, Record record) {
  ++line_number_;
  changes_before_ = change::touched(unit).size();
  auto done = co_await put_any(unit, record);
  if (done) co_return Result<>{};
  base::Error error = std::move(done).error();
  // Trouble of the store has nothing to do with the line at hand.
  if (error.code != ErrorCode::internal && error.code != ErrorCode::unavailable) {
    error.public_text = fmt::format("line {}: {}", line_number_, error.public_text);
    error.code = ErrorCode::invalid_argument;
  }
  co_return base::fail(std::move(error));
}

Task<Result<>> AccountImporter::settle(store::WriteUnit& unit) {
  PARLEY_CO_TRY(co_await agents_.settle(unit));
  PARLEY_CO_TRY(co_await chats_.settle(unit));
  co_return Result<>{};
}

namespace {

struct CountedKind {
  change::Kind kind;
  Tally Counts::* tally;
};

/// All but agents, whose creation the import sees itself.
constexpr CountedKind counted_kinds[] = {{change::Kind::page_filter, &Counts::page_filters},
                                         {change::Kind::conversation, &Counts::conversations},
                                         {change::Kind::message, &Counts::messages},
                                         {change::Kind::tag, &Counts::tags},
                                         {change::Kind::label, &Counts::labels},
                                         {change::Kind::card, &Counts::cards},
                                         {change::Kind::chat, &Counts::chats}};

}  // namespace

Task<Result<>> AccountImporter::report(store::Unit& unit, ImportReport& report) const {
  report.counts = counts_;
  report.records = line_number_;
  report.agents_made = agents_.made();
  report.dates_replaced = dates_replaced_;
  report.label_differences = chats_.label_differences();
  report.tag_differences = chats_.tag_differences();
  if (!is_new_) co_return Result<>{};
  for (const CountedKind& counted : counted_kinds) {
    PARLEY_CO_TRY_ASSIGN(const std::int64_t held, co_await change::count_of(unit, sid_, counted.kind));
    Tally& tally = report.counts.*counted.tally;
    tally.created = static_cast<std::uint64_t>(held);
    tally.changed -= std::min(tally.changed, tally.created);
  }
  co_return Result<>{};
}

}  // namespace parley::transfer
