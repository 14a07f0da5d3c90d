#include "transfer/chat_importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "statistics/fact.hpp"
#include "visitor/visitor.hpp"

namespace parley::transfer {

using base::ErrorCode;
using base::Result;
using base::Task;

void ChatImporter::keep_made(std::int64_t chat_id) {
  if (!made_.empty() && made_.rbegin()->second + 1 == chat_id) {
    made_.rbegin()->second = chat_id;
    return;
  }
  made_.emplace(chat_id, chat_id);
}

bool ChatImporter::was_made(std::int64_t chat_id) const {
  const auto after = made_.upper_bound(chat_id);
  return after != made_.begin() && std::prev(after)->second >= chat_id;
}

Task<Result<std::int64_t>> ChatImporter::find_id(store::WriteUnit& unit, const ChatRecord& record) {
  // In a new account every chat without an id is one more; places count only where it may be one that was
  // there.
  std::int64_t place = 0;
  if (!is_new_) place = places_[{record.conversation_id, record.started_at}]++;
  if (record.chat_id) {
    if (was_made(*record.chat_id)) {
      co_return base::fail(
          ErrorCode::invalid_argument,
          fmt::format("chatID: got {}, which an earlier chat without chatID was given, expected "
                      "another (or chatID on all chats)",
                      *record.chat_id));
    }
    co_return *record.chat_id;
  }
  if (is_new_) co_return std::int64_t{0};
  PARLEY_CO_TRY_ASSIGN(const auto found, co_await conversation::find_chat_by_place(
                                             unit, sid_, record.conversation_id, record.started_at, place));
  co_return found.value_or(0);
}

Task<Result<>> ChatImporter::find_agent(store::WriteUnit& unit, ChatRecord& record) {
  statistics::GivenFact& fact = record.fact;
  if (record.agent_reference == AgentReference::by_email) {
    PARLEY_CO_TRY_ASSIGN(fact.agent_id, co_await agents_->find(unit, fact));
  } else if (fact.agent_id) {
    const std::string name = fact.agent_name.value_or("");
    const std::string email = fact.agent_email.value_or("");
    PARLEY_CO_TRY(co_await agents_->expect(unit, *fact.agent_id, name, email));
  }
  co_return Result<>{};
}

/// Whether the record says nothing that a computed chat does not say by itself: then it goes on being
/// computed, and an account that takes its own export back is not changed.
Task<Result<bool>> ChatImporter::stays_computed(store::WriteUnit& unit, conversation::Chat& chat,
                                                const ChatRecord& record) {
  PARLEY_CO_TRY_ASSIGN(const auto known, co_await conversation::find_chat(unit, sid_, chat.chat_id));
  if (!known) co_return false;
  chat.routed_agent_id = known->routed_agent_id;
  if (known->is_given) co_return false;
  conversation::Chat computed = chat;
  computed.is_given = false;
  if (computed != *known) co_return false;
  PARLEY_CO_TRY_ASSIGN(const bool is_other, co_await statistics::put_given(unit, sid_, chat, record.fact));
  co_return !is_other;
}

Task<Result<bool>> ChatImporter::put_given(store::WriteUnit& unit, conversation::Chat& chat,
                                           ChatRecord& record) {
  PARLEY_CO_TRY(co_await find_agent(unit, record));
  PARLEY_CO_TRY(co_await compare_notes(unit, record));
  if (!is_new_ && chat.chat_id != 0) {
    PARLEY_CO_TRY_ASSIGN(const bool is_same, co_await stays_computed(unit, chat, record));
    if (is_same) co_return false;
  }
  PARLEY_CO_TRY_ASSIGN(const bool is_chat_changed, co_await conversation::put_chat(unit, sid_, chat));
  PARLEY_CO_TRY_ASSIGN(const bool is_fact_changed,
                       co_await statistics::put_given(unit, sid_, chat, record.fact));
  if (record.agent_reference == AgentReference::by_email) agents_->remember(record.fact, chat.chat_id);
  co_return is_chat_changed || is_fact_changed;
}

Task<Result<bool>> ChatImporter::put(store::WriteUnit& unit, ChatRecord record) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t chat_id, co_await find_id(unit, record));
  conversation::Chat chat;
  chat.chat_id = chat_id;
  chat.conversation_id = record.conversation_id;
  chat.started_at = record.started_at;
  chat.ended_at = record.ended_at;
  chat.rating = record.rating;
  chat.is_given = record.is_given;
  if (chat_id == 0 && record.is_given) {
    PARLEY_CO_TRY(
        co_await account::keep_above(unit, sid_, account::Counter::chat, limits::made_chat_ids_from - 1));
  }
  bool is_changed = false;
  if (record.is_given) {
    PARLEY_CO_TRY_ASSIGN(is_changed, co_await put_given(unit, chat, record));
  } else {
    chat.routed_agent_id = record.routed_agent_id;
    PARLEY_CO_TRY_ASSIGN(is_changed, co_await conversation::put_chat(unit, sid_, chat));
  }
  if (chat_id == 0 && record.is_given) keep_made(chat.chat_id);
  co_return is_changed;
}

Task<Result<ChatImporter::Notes>> ChatImporter::stored_notes(store::Unit& unit,
                                                             const std::string& conversation_id) const {
  PARLEY_CO_TRY_ASSIGN(const auto labels, co_await visitor::labels(unit, sid_, conversation_id));
  PARLEY_CO_TRY_ASSIGN(const auto tags, co_await visitor::tags(unit, sid_, conversation_id));
  Notes notes;
  for (const visitor::Label& label : labels) notes.labels.push_back(label.label);
  for (const visitor::Tag& tag : tags) {
    if (tag.type == visitor::TagType::ordinary) notes.tags.push_back(tag.tag);
  }
  std::ranges::sort(notes.labels);
  std::ranges::sort(notes.tags);
  co_return notes;
}

Task<Result<>> ChatImporter::compare_notes(store::WriteUnit& unit, ChatRecord& record) {
  PARLEY_CO_TRY_ASSIGN(const Notes stored, co_await stored_notes(unit, record.conversation_id));
  std::ranges::sort(record.labels);
  std::ranges::sort(record.tags);
  if (stored.labels == record.labels && stored.tags == record.tags) co_return Result<>{};
  unsettled_.push_back({record.conversation_id, {std::move(record.labels), std::move(record.tags)}});
  co_return Result<>{};
}

Task<Result<>> ChatImporter::settle(store::WriteUnit& unit) {
  for (const Unsettled& chat : unsettled_) {
    PARLEY_CO_TRY_ASSIGN(const Notes stored, co_await stored_notes(unit, chat.conversation_id));
    if (stored.labels != chat.said.labels) ++label_differences_;
    if (stored.tags != chat.said.tags) ++tag_differences_;
  }
  unsettled_.clear();
  co_return Result<>{};
}

}  // namespace parley::transfer
