#include "statistics/fact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/known_conversations.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/dictionary.hpp"
#include "statistics/stored_fact.hpp"

namespace parley::statistics {

namespace {

using ConversationPlace = std::pair<std::int64_t, std::string>;

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_opening(
    "SELECT message_id FROM message WHERE sid = ?1 AND conversation_id = ?2 AND sent_at = ?3 AND agent_id = "
    "0 "
    "ORDER BY message_id LIMIT 1");
const store::Sql select_answer(
    "SELECT sent_at, agent_id, sender FROM message WHERE sid = ?1 AND conversation_id = ?2 "
    "AND (sent_at, message_id) > (?3, ?4) AND sent_at <= ?5 AND agent_id > 0 ORDER BY sent_at, message_id "
    "LIMIT 1");

Result<> check_given(const GivenFact& fact) {
  if (fact.duration_ms.value_or(0) < 0 || fact.response_time_ms.value_or(0) < 0) {
    return base::fail(ErrorCode::invalid_argument,
                      "duration and responseTime take milliseconds from 0, or null");
  }
  const visitor::Visitor& visitor = fact.visitor;
  const std::size_t longest =
      std::max({fact.agent_name.value_or("").size(), fact.agent_email.value_or("").size(),
                visitor.traffic_type.size(), visitor.search_engine.size(), visitor.browser.size(),
                visitor.os.size(), visitor.city.size(), visitor.country.size()});
  if (longest > limits::short_text_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("a text of the chat is {} bytes long; it takes at most {}", longest,
                                  limits::short_text_bytes));
  }
  if (visitor.exit_page.size() > limits::url_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("exitPage is {} bytes long; it takes at most {}", visitor.exit_page.size(),
                                  limits::url_bytes));
  }
  return {};
}

Task<Result<std::optional<std::int64_t>>> optional_text_id(store::WriteUnit& unit, std::int64_t sid,
                                                           const std::optional<std::string>& text) {
  if (!text) co_return std::optional<std::int64_t>();
  PARLEY_CO_TRY_ASSIGN(const std::int64_t id, co_await text_id(unit, sid, *text));
  co_return std::optional<std::int64_t>(id);
}

std::optional<std::int64_t> rating_of(const conversation::Chat& chat) {
  return chat.rating ? std::optional<std::int64_t>(*chat.rating) : std::nullopt;
}

}  // namespace

Task<Result<bool>> put_given(store::WriteUnit& unit, std::int64_t sid, const conversation::Chat& chat,
                             const GivenFact& given) {
  PARLEY_CO_TRY(check_given(given));
  StoredFact fact;
  fact.conversation_id = chat.conversation_id;
  fact.started_at = chat.started_at;
  fact.agent_id = given.agent_id;
  PARLEY_CO_TRY_ASSIGN(fact.agent_name, co_await optional_text_id(unit, sid, given.agent_name));
  PARLEY_CO_TRY_ASSIGN(fact.agent_email, co_await optional_text_id(unit, sid, given.agent_email));
  PARLEY_CO_TRY(co_await set_visitor(unit, sid, fact, given.visitor));
  PARLEY_CO_TRY_ASSIGN(const NoteNumbers notes, co_await note_numbers(unit, sid, chat.conversation_id));
  fact.labels = notes.labels;
  fact.tags = notes.tags;
  fact.duration_ms = given.duration_ms;
  fact.rating = rating_of(chat);
  fact.response_time_ms = given.response_time_ms;

  PARLEY_CO_TRY_ASSIGN(const auto known, co_await find_stored(unit, sid, chat.chat_id));
  if (known == fact) co_return false;
  PARLEY_CO_TRY(co_await write_stored(unit, sid, chat.chat_id, fact));
  PARLEY_CO_TRY(co_await page_filter::record_page(unit, sid, chat.conversation_id, given.visitor.exit_page));
  if (known) {
    change::touch(unit, {sid, chat.conversation_id, change::Kind::chat, std::to_string(chat.chat_id),
                         change::Action::updated});
  }
  co_return true;
}

Task<Result<ComputedFact>> compute(store::Unit& unit, std::int64_t sid, const conversation::Chat& chat,
                                   std::optional<base::Timestamp> next_started_at) {
  std::int64_t opening_id = 0;
  PARLEY_CO_TRY(co_await unit.query(select_opening, bind(sid, chat.conversation_id, chat.started_at),
                                    [&opening_id](const Row& row) { opening_id = row.integer(0); }));
  base::Timestamp last = chat.ended_at.value_or(base::last_timestamp);
  if (next_started_at) last = std::min(last, *next_started_at - std::chrono::milliseconds(1));
  ComputedFact fact;
  PARLEY_CO_TRY(co_await unit.query(
      select_answer, bind(sid, chat.conversation_id, chat.started_at, opening_id, last), [&](const Row& row) {
        fact.response_time_ms = (row.timestamp(0) - chat.started_at).count();
        fact.agent_id = row.integer(1);
        fact.agent_name = std::string(row.text(2));
      }));
  if (fact.agent_id && chat.ended_at) fact.duration_ms = (*chat.ended_at - chat.started_at).count();
  const std::optional<std::int64_t> named = fact.agent_id ? fact.agent_id : chat.routed_agent_id;
  if (!named) co_return fact;
  PARLEY_CO_TRY_ASSIGN(const auto record, co_await agent::find(unit, sid, *named));
  if (record) fact.agent_email = record->email;
  if (record && !fact.agent_id) fact.agent_name = record->name;
  fact.agent_id = named;
  co_return fact;
}

namespace {

/// The fact of a chat that is not given, from what the store holds now. What `known` froze stays: the agent's
/// name and e-mail while it is the same agent, and the visitor's columns once the chat has ended.
Task<Result<StoredFact>> computed_fact(store::WriteUnit& unit, std::int64_t sid,
                                       const conversation::Chat& chat,
                                       std::optional<base::Timestamp> next_started_at,
                                       std::optional<StoredFact> known) {
  // What was frozen is of the conversation the chat was in: a chat that has moved begins anew.
  if (known && known->conversation_id != chat.conversation_id) known.reset();
  PARLEY_CO_TRY_ASSIGN(const ComputedFact computed, co_await compute(unit, sid, chat, next_started_at));
  StoredFact fact = known.value_or(StoredFact{});
  fact.conversation_id = chat.conversation_id;
  fact.started_at = chat.started_at;
  if (!known || known->agent_id != computed.agent_id) {
    fact.agent_id = computed.agent_id;
    PARLEY_CO_TRY_ASSIGN(fact.agent_name, co_await optional_text_id(unit, sid, computed.agent_name));
    PARLEY_CO_TRY_ASSIGN(fact.agent_email, co_await optional_text_id(unit, sid, computed.agent_email));
  }
  if (!known || !chat.ended_at) {
    PARLEY_CO_TRY_ASSIGN(const auto visitor, co_await visitor::find(unit, sid, chat.conversation_id));
    if (visitor) PARLEY_CO_TRY(co_await set_visitor(unit, sid, fact, *visitor));
  }
  fact.duration_ms = computed.duration_ms;
  fact.rating = rating_of(chat);
  fact.response_time_ms = computed.response_time_ms;
  co_return fact;
}

Task<Result<>> refresh_chat(store::WriteUnit& unit, std::int64_t sid, const conversation::Chat& chat,
                            std::optional<base::Timestamp> next_started_at, NoteNumbers notes) {
  PARLEY_CO_TRY_ASSIGN(const auto known, co_await find_stored(unit, sid, chat.chat_id));
  StoredFact fact;
  if (!chat.is_given) {
    PARLEY_CO_TRY_ASSIGN(fact, co_await computed_fact(unit, sid, chat, next_started_at, known));
  } else if (known) {
    fact = *known;
  } else {
    co_return Result<>{};
  }
  fact.labels = notes.labels;
  fact.tags = notes.tags;
  if (known == fact) co_return Result<>{};
  PARLEY_CO_TRY(co_await write_stored(unit, sid, chat.chat_id, fact));
  if (known) {
    change::touch(unit, {sid, chat.conversation_id, change::Kind::chat, std::to_string(chat.chat_id),
                         change::Action::updated});
  }
  co_return Result<>{};
}

/// Conversations that this unit touched in another way than by new messages of their visitors.
std::set<ConversationPlace> touched_otherwise(store::WriteUnit& unit) {
  std::map<ConversationPlace, std::size_t> touches;
  for (const change::Change& change : change::touched(unit)) ++touches[{change.sid, change.conversation_id}];
  const auto& writing = conversation::visitor_writing(unit);
  std::set<ConversationPlace> otherwise;
  for (const ConversationPlace& place : change::touched_conversations(unit)) {
    const auto written = writing.find(place);
    if (written == writing.end() || written->second.messages != touches[place]) otherwise.insert(place);
  }
  return otherwise;
}

/// `new_after`: all that is new is of the visitor, and of this time or later.
Task<Result<>> refresh_conversation(store::WriteUnit& unit, std::int64_t sid,
                                    const std::string& conversation_id,
                                    std::optional<base::Timestamp> new_after) {
  if (new_after) {
    PARLEY_CO_TRY_ASSIGN(const auto latest,
                         co_await conversation::latest_start_of(unit, sid, conversation_id));
    // A fact is made of the opening, which stands at the chat's start, and of what agents wrote.
    if (!latest || *latest < *new_after) co_return Result<>{};
  }
  PARLEY_CO_TRY_ASSIGN(const auto chats, co_await conversation::chats_of(unit, sid, conversation_id));
  if (chats.empty()) co_return Result<>{};
  PARLEY_CO_TRY_ASSIGN(const NoteNumbers notes, co_await note_numbers(unit, sid, conversation_id));
  for (std::size_t i = 0; i < chats.size(); ++i) {
    std::optional<base::Timestamp> next_started_at;
    for (std::size_t j = i + 1; j < chats.size() && !next_started_at; ++j) {
      if (chats[j].started_at > chats[i].started_at) next_started_at = chats[j].started_at;
    }
    PARLEY_CO_TRY(co_await refresh_chat(unit, sid, chats[i], next_started_at, notes));
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<>> refresh_facts(store::WriteUnit& unit) {
  // Copies: what is refreshed is touched in turn.
  const auto conversations = change::touched_conversations(unit);
  const auto otherwise = touched_otherwise(unit);
  for (const auto& place : conversations) {
    std::optional<base::Timestamp> new_after;
    if (!otherwise.contains(place)) new_after = conversation::visitor_writing(unit).at(place).earliest;
    PARLEY_CO_TRY(co_await refresh_conversation(unit, place.first, place.second, new_after));
  }
  co_return Result<>{};
}

}  // namespace parley::statistics
