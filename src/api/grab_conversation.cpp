#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"
#include "conversation/message.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

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
  std::optional<conversation::MessagePosition> position;
  std::int64_t length = 0;
};

}  // namespace

Task<Result<>> grab_conversation(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto conversation_id, conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call));
  const bool done = co_await answered_not_modified(call, responder, tag);
  if (done) co_return Result<>{};

  Reading reading{call.sid, std::move(conversation_id), std::nullopt, 0};
  Rows rows;
  rows.before = envelope_begin;
  rows.batch = [&reading](store::Unit& unit, std::string& out, std::size_t /*wanted_bytes*/) {
    return conversation::message_batch(unit, reading.sid, reading.conversation_id, reading.position,
                                       [&reading, &out](const conversation::MessageView& message) {
                                         if (reading.length++ > 0) out.push_back(',');
                                         append_row(out, reading.sid, reading.conversation_id, message);
                                       });
  };
  rows.after = [&reading] { return envelope_end(reading.length); };
  co_return co_await send_rows(call, responder, success_head(call, json_type, tag), std::move(rows));
}

}  // namespace parley::api
