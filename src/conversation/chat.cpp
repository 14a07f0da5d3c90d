#include "conversation/chat.hpp"

#include <fmt/format.h>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/known_conversations.hpp"

namespace parley::conversation {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_chat(
    "SELECT chat_id, conversation_id, started_at, ended_at, routed_agent_id, rating, is_given FROM chat "
    "WHERE sid = ?1 AND chat_id = ?2");
const store::Sql select_chats(
    "SELECT chat_id, conversation_id, started_at, ended_at, routed_agent_id, rating, is_given FROM chat "
    "WHERE sid = ?1 AND conversation_id = ?2 ORDER BY started_at, chat_id");
const store::Sql select_place(
    "SELECT chat_id FROM chat WHERE sid = ?1 AND conversation_id = ?2 AND started_at = ?3 "
    "ORDER BY chat_id LIMIT 1 OFFSET ?4");
const store::Sql upsert_chat(
    "INSERT INTO chat (sid, chat_id, conversation_id, started_at, ended_at, routed_agent_id, rating, "
    "is_given) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (sid, chat_id) DO UPDATE SET "
    "conversation_id = excluded.conversation_id, started_at = excluded.started_at, ended_at = "
    "excluded.ended_at, "
    "routed_agent_id = excluded.routed_agent_id, rating = excluded.rating, is_given = excluded.is_given");

Chat read_chat(const Row& row) {
  Chat chat;
  chat.chat_id = row.integer(0);
  chat.conversation_id = row.text(1);
  chat.started_at = row.timestamp(2);
  if (!row.is_null(3)) chat.ended_at = row.timestamp(3);
  chat.routed_agent_id = row.optional_integer(4);
  if (!row.is_null(5)) chat.rating = static_cast<int>(row.integer(5));
  chat.is_given = row.integer(6) != 0;
  return chat;
}

Result<> check_chat(const Chat& chat) {
  if (chat.chat_id < 0 || chat.chat_id >= limits::id_end) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("chatID is {}; it takes 1 to 2^53-1", chat.chat_id));
  }
  if (chat.rating && (*chat.rating < 1 || *chat.rating > 5)) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("rating is {}; it takes 1 to 5, or null", *chat.rating));
  }
  if (chat.ended_at && *chat.ended_at < chat.started_at) {
    return base::fail(ErrorCode::invalid_argument,
                      "endedAt lies before startedAt; it takes a later time, or none");
  }
  return {};
}

}  // namespace

Task<Result<std::optional<Chat>>> find_chat(store::Unit& unit, std::int64_t sid, std::int64_t chat_id) {
  std::optional<Chat> found;
  PARLEY_CO_TRY(co_await unit.query(select_chat, bind(sid, chat_id),
                                    [&found](const Row& row) { found = read_chat(row); }));
  co_return found;
}

Task<Result<std::vector<Chat>>> chats_of(store::Unit& unit, std::int64_t sid,
                                         std::string_view conversation_id) {
  std::vector<Chat> found;
  PARLEY_CO_TRY(co_await unit.query(select_chats, bind(sid, conversation_id),
                                    [&found](const Row& row) { found.push_back(read_chat(row)); }));
  co_return found;
}

Task<Result<std::optional<std::int64_t>>> find_chat_by_place(store::Unit& unit, std::int64_t sid,
                                                             std::string_view conversation_id,
                                                             base::Timestamp started_at, std::int64_t place) {
  std::optional<std::int64_t> found;
  PARLEY_CO_TRY(co_await unit.query(select_place, bind(sid, conversation_id, started_at, place),
                                    [&found](const Row& row) { found = row.integer(0); }));
  co_return found;
}

Task<Result<bool>> put_chat(store::WriteUnit& unit, std::int64_t sid, Chat& chat) {
  PARLEY_CO_TRY(check_chat(chat));
  std::optional<Chat> known;
  if (chat.chat_id == 0) {
    PARLEY_CO_TRY_ASSIGN(chat.chat_id, co_await account::next_id(unit, sid, account::Counter::chat));
  } else {
    PARLEY_CO_TRY_ASSIGN(known, co_await find_chat(unit, sid, chat.chat_id));
    if (known == chat) co_return false;
    PARLEY_CO_TRY(co_await account::keep_above(unit, sid, account::Counter::chat, chat.chat_id));
  }
  PARLEY_CO_TRY_ASSIGN(const bool has_conversation, co_await exists(unit, sid, chat.conversation_id));
  if (!has_conversation) {
    co_return base::fail(ErrorCode::not_found,
                         fmt::format("conversation '{}' does not exist", chat.conversation_id));
  }
  PARLEY_CO_TRY(co_await unit.execute(
      upsert_chat, bind(sid, chat.chat_id, chat.conversation_id, chat.started_at, chat.ended_at,
                        chat.routed_agent_id, chat.rating, static_cast<int>(chat.is_given))));
  if (known) {
    note_chat_changed(unit, sid, known->conversation_id);
    note_chat_changed(unit, sid, chat.conversation_id);
  } else {
    note_chat_added(unit, sid, chat.conversation_id, chat.started_at);
  }
  change::touch(unit, {sid, chat.conversation_id, change::Kind::chat, std::to_string(chat.chat_id),
                       known ? change::Action::updated : change::Action::created});
  co_return true;
}

}  // namespace parley::conversation
