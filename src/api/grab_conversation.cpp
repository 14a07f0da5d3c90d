#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/paging.hpp"
#include "api/parameters.hpp"
#include "conversation/message.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;
using conversation::MessagePosition;

void append_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                const conversation::MessageView& message) {
  out += "{\"id\":";
  encoding::append_decimal(out, message.message_id);
  out += ",\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out += ",\"from\":";
  encoding::append_json_string(out, message.sender);
  out += ",\"message\":";
  encoding::append_json_string(out, message.text);
  out.push_back(',');
  append_time(out, "date", message.sent_at);
  out += ",\"agentID\":";
  if (message.agent_id) {
    encoding::append_decimal(out, *message.agent_id);
  } else {
    out += "null";
  }
  out.push_back('}');
}

/// The conversation as it goes out.
struct Reading {
  std::int64_t sid = 0;
  std::string conversation_id;
  std::optional<MessagePosition> position;
  Page<MessagePosition> page;
};

/// Where the page before ended.
Result<std::optional<MessagePosition>> read_position(const std::optional<Cursor>& cursor) {
  if (!cursor) return std::nullopt;
  PARLEY_TRY_ASSIGN(const std::int64_t id, cursor_number(*cursor));
  return MessagePosition{cursor->time, id};
}

/// One batch of messages, no more than the reader wants now.
Task<Result<bool>> next_rows(store::Unit& unit, Reading& reading, std::string& out,
                             std::size_t wanted_bytes) {
  const std::size_t enough = out.size() + wanted_bytes;
  const auto give = [&](const conversation::MessageView& message) {
    if (out.size() >= enough || !reading.page.take({message.sent_at, message.message_id})) return false;
    if (reading.page.length() > 1) out.push_back(',');
    append_row(out, reading.sid, reading.conversation_id, message);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more,
                       co_await conversation::message_batch(unit, reading.sid, reading.conversation_id,
                                                            reading.position, std::nullopt, give));
  co_return more && !reading.page.has_more();
}

}  // namespace

Task<Result<>> grab_conversation(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto conversation_id, conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const PageRequest asked, read_page_request(call));
  PARLEY_CO_TRY_ASSIGN(const auto position, read_position(asked.cursor));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, asked.base_url));
  const bool done = co_await answered_not_modified(call, responder, tag);
  if (done) co_return Result<>{};

  Reading reading{call.sid, std::move(conversation_id), position, Page<MessagePosition>(asked.limit)};
  Rows rows;
  rows.before = envelope_begin;
  rows.batch = [&reading](store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
    return next_rows(unit, reading, out, wanted_bytes);
  };
  rows.after = [&] {
    std::string next;
    if (reading.page.has_more()) {
      const MessagePosition& last = *reading.page.last();
      next = next_url(call, asked.base_url, {last.sent_at, std::to_string(last.message_id)}, {});
    }
    return page_end(reading.page.length(), std::nullopt, next);
  };
  co_return co_await send_rows(call, responder, success_head(call, json_type, tag), std::move(rows));
}

}  // namespace parley::api
