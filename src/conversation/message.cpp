#include "conversation/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/known_conversations.hpp"
#include "encoding/json_reader.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::conversation {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

constexpr std::string_view system_sender = "system";

/// Sorts below every message.
constexpr MessagePosition before_first{base::first_timestamp, -1};

const store::Sql select_messages(
    "SELECT message_id, sender, text, sent_at, agent_id FROM message "
    "WHERE sid = ?1 AND conversation_id = ?2 AND (sent_at, message_id) > (?3, ?4) "
    "ORDER BY sent_at, message_id LIMIT ?5");
// Of the first batch: to compare each row with a place before all takes a part of its time.
const store::Sql select_first_messages(
    "SELECT message_id, sender, text, sent_at, agent_id FROM message "
    "WHERE sid = ?1 AND conversation_id = ?2 ORDER BY sent_at, message_id LIMIT ?3");
const store::Sql select_places(
    "SELECT sent_at, message_id FROM message "
    "WHERE sid = ?1 AND conversation_id = ?2 AND (sent_at, message_id) > (?3, ?4) "
    "ORDER BY sent_at, message_id LIMIT ?5");
const store::Sql select_by_id(
    "SELECT conversation_id, sent_at, agent_id, sender, text FROM message WHERE sid = ?1 AND message_id = "
    "?2");
const store::Sql delete_message(
    "DELETE FROM message WHERE sid = ?1 AND conversation_id = ?2 AND sent_at = ?3 AND message_id = ?4");
const store::Sql insert_message(
    "INSERT INTO message (sid, conversation_id, sent_at, message_id, agent_id, sender, text) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

/// The sender that a message of this kind has unless it was written otherwise; agents' names always stand in
/// the row.
std::optional<std::string_view> usual_sender(std::optional<std::int64_t> agent_id,
                                             std::string_view conversation_id) {
  if (!agent_id) return system_sender;
  if (*agent_id == 0) return conversation_id;
  return std::nullopt;
}

Result<> check_message(const Message& message) {
  if (message.message_id < 0 || message.message_id >= limits::id_end) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("message id is {}; it takes 1 to 2^53-1", message.message_id));
  }
  if (message.agent_id && (*message.agent_id < 0 || *message.agent_id >= limits::id_end)) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("agentID is {}; it takes 0 to 2^53-1, or null", *message.agent_id));
  }
  if (message.text.size() > limits::message_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("message is {} bytes long; it takes at most {}", message.text.size(),
                                  limits::message_bytes));
  }
  if (message.sender.size() > limits::short_text_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("from is {} bytes long; it takes at most {}", message.sender.size(),
                                  limits::short_text_bytes));
  }
  return {};
}

/// Whether the stored row says the same; `place` becomes where it stands.
bool reads_as(const Row& row, const Message& message, MessagePosition& place, std::string& conversation_id) {
  conversation_id = row.text(0);
  place = {row.timestamp(1), message.message_id};
  const auto agent_id = row.optional_integer(2);
  const auto usual = usual_sender(agent_id, conversation_id);
  const std::string_view sender = row.is_null(3) && usual ? *usual : row.text(3);
  return conversation_id == message.conversation_id && place.sent_at == message.sent_at &&
         agent_id == message.agent_id && sender == message.sender && row.text(4) == message.text;
}

struct Writing {
  std::map<std::pair<std::int64_t, std::string>, VisitorWriting> by_conversation;
};

void note_writing(store::WriteUnit& unit, std::int64_t sid, const Message& message) {
  auto& writing = unit.attachment<Writing>().by_conversation[{sid, message.conversation_id}];
  writing.earliest = writing.messages == 0 ? message.sent_at : std::min(writing.earliest, message.sent_at);
  ++writing.messages;
}

}  // namespace

Task<Result<bool>> message_batch(store::Unit& unit, std::int64_t sid, std::string_view conversation_id,
                                 std::optional<MessagePosition>& position,
                                 std::optional<MessagePosition> last, MessageSink row) {
  // Long texts end a batch early.
  std::size_t bytes = 0;
  int given = 0;
  bool is_refused = false;
  const auto take = [&](const Row& found) {
    const MessagePosition place{found.timestamp(3), found.integer(0)};
    if (last && place > *last) return false;
    const auto agent_id = found.optional_integer(4);
    const auto usual = usual_sender(agent_id, conversation_id);
    const MessageView view{place.message_id, found.is_null(1) && usual ? *usual : found.text(1),
                           found.text(2), place.sent_at, agent_id};
    is_refused = !row(view);
    if (is_refused) return false;
    bytes += view.text.size();
    ++given;
    position = place;
    return bytes < limits::stream_chunk_bytes;
  };
  if (position) {
    const MessagePosition from = *position;
    PARLEY_CO_TRY(co_await unit.query(
        select_messages, bind(sid, conversation_id, from.sent_at, from.message_id, limits::rows_per_batch),
        take));
  } else {
    PARLEY_CO_TRY(
        co_await unit.query(select_first_messages, bind(sid, conversation_id, limits::rows_per_batch), take));
  }
  co_return is_refused || given == limits::rows_per_batch || bytes >= limits::stream_chunk_bytes;
}

Task<Result<bool>> message_places(store::Unit& unit, std::int64_t sid, std::string_view conversation_id,
                                  std::optional<MessagePosition>& position,
                                  std::function<bool(const MessagePosition&)> row) {
  const MessagePosition from = position.value_or(before_first);
  int given = 0;
  bool is_refused = false;
  PARLEY_CO_TRY(co_await unit.query(
      select_places, bind(sid, conversation_id, from.sent_at, from.message_id, limits::rows_per_batch),
      [&](const Row& found) {
        const MessagePosition place{found.timestamp(0), found.integer(1)};
        is_refused = !row(place);
        if (is_refused) return false;
        ++given;
        position = place;
        return true;
      }));
  co_return is_refused || given == limits::rows_per_batch;
}

Task<Result<bool>> put_message(store::WriteUnit& unit, std::int64_t sid, Message message) {
  PARLEY_CO_TRY(check_message(message));
  PARLEY_CO_TRY_ASSIGN(const bool has_conversation, co_await exists(unit, sid, message.conversation_id));
  if (!has_conversation) {
    co_return base::fail(ErrorCode::not_found,
                         fmt::format("conversation '{}' does not exist", message.conversation_id));
  }
  bool is_stored = false;
  bool same = false;
  MessagePosition old_place;
  std::string old_conversation;
  if (message.message_id == 0) {
    PARLEY_CO_TRY_ASSIGN(message.message_id, co_await account::next_id(unit, sid, account::Counter::message));
  } else {
    PARLEY_CO_TRY(co_await unit.query(select_by_id, bind(sid, message.message_id), [&](const Row& row) {
      is_stored = true;
      same = reads_as(row, message, old_place, old_conversation);
    }));
    if (same) co_return false;
    PARLEY_CO_TRY(co_await account::keep_above(unit, sid, account::Counter::message, message.message_id));
  }
  const std::string key = std::to_string(message.message_id);
  if (is_stored) {
    PARLEY_CO_TRY(co_await unit.execute(
        delete_message, bind(sid, old_conversation, old_place.sent_at, old_place.message_id)));
    if (old_conversation != message.conversation_id) {
      change::touch(unit, {sid, old_conversation, change::Kind::message, key, change::Action::updated});
    }
  }
  const bool is_usual = usual_sender(message.agent_id, message.conversation_id) == message.sender;
  const std::optional<std::string_view> sender =
      is_usual ? std::nullopt : std::optional<std::string_view>(message.sender);
  PARLEY_CO_TRY(
      co_await unit.leave(insert_message, bind(sid, message.conversation_id, message.sent_at,
                                               message.message_id, message.agent_id, sender, message.text)));
  if (!message.agent_id) {
    const std::string page = visitor_join_page(message.text);
    if (!page.empty()) {
      PARLEY_CO_TRY(co_await page_filter::record_page(unit, sid, message.conversation_id, page));
    }
  }
  if (!is_stored && message.agent_id == 0) note_writing(unit, sid, message);
  change::touch(unit, {sid, message.conversation_id, change::Kind::message, key,
                       is_stored ? change::Action::updated : change::Action::created});
  co_return true;
}

const std::map<std::pair<std::int64_t, std::string>, VisitorWriting>& visitor_writing(
    store::WriteUnit& unit) {
  return unit.attachment<Writing>().by_conversation;
}

std::string visitor_join_page(std::string_view text) {
  // Most system messages are something else, and a parse costs more than this look.
  if (text.find("visitorJoin") == std::string_view::npos) return {};
  static thread_local encoding::JsonParser parser(limits::message_bytes);
  const auto root = parser.parse(text);
  if (!root) return {};
  std::string_view type;
  if ((*root)["type"].get_string().get(type) != simdjson::SUCCESS || type != "visitorJoin") return {};
  std::string_view page;
  if ((*root)["currentPage"].get_string().get(page) != simdjson::SUCCESS) return {};
  if (page.size() > limits::url_bytes || page.find('\0') != std::string_view::npos) return {};
  return std::string(page);
}

}  // namespace parley::conversation
