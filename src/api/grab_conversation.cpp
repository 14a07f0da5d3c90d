#include <utility>

#include "api/answer.hpp"
#include "api/form.hpp"
#include "api/message_row.hpp"
#include "api/methods.hpp"
#include "api/paging.hpp"
#include "api/parameters.hpp"
#include "conversation/message.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;
using conversation::MessagePosition;

/// A place that no message has.
constexpr MessagePosition before_all{base::first_timestamp, -1};

/// The conversation as it goes out.
struct Reading {
  std::int64_t sid = 0;
  std::string conversation_id;
  FileType file_type = FileType::json;
  std::optional<MessagePosition> position;
  Page<MessagePosition> page;
  MessageRows rows;
  std::optional<MessagePosition> last = {};  ///< Of the page, where that is known before.
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
    const bool is_line = reading.file_type == FileType::ndjson;
    if (!is_line && reading.page.length() > 1) out.push_back(',');
    reading.rows.append(out, message);
    if (is_line) out.push_back('\n');
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more,
                       co_await conversation::message_batch(unit, reading.sid, reading.conversation_id,
                                                            reading.position, reading.last, give));
  co_return more && !reading.page.has_more();
}

/// The URL of what comes after a page, or empty.
std::string url_after(const Call& call, const std::string& base_url, const Page<MessagePosition>& page) {
  if (!page.has_more()) return {};
  const MessagePosition& last = *page.last();
  return next_url(call, base_url, {last.sent_at, std::to_string(last.message_id)}, {});
}

Rows rows_of(Reading& reading) {
  Rows rows;
  rows.batch = [&reading](store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
    return next_rows(unit, reading, out, wanted_bytes);
  };
  rows.count = [&reading] { return reading.page.length(); };
  rows.after = [] { return std::string(); };
  return rows;
}

Task<Result<>> send_json(const Call& call, http::Responder& responder, Reading reading, std::string base_url,
                         std::string tag) {
  Rows rows = rows_of(reading);
  rows.before = envelope_begin;
  rows.after = [&] {
    return page_end(reading.page.length(), std::nullopt, url_after(call, base_url, reading.page));
  };
  http::Response head = success_head(call, json_type, tag);
  add_form_headers(head, call.request);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

/// A page's end stands in the head, so it is looked for first.
Task<Result<>> send_lines(const Call& call, http::Responder& responder, Reading reading, std::string base_url,
                          std::string tag) {
  http::Response head = success_head(call, ndjson_type, tag);
  add_form_headers(head, call.request);
  if (reading.page.limit()) {
    auto position = reading.position;
    const auto places = [&](store::Unit& unit, Page<MessagePosition>& page) {
      return conversation::message_places(unit, reading.sid, reading.conversation_id, position,
                                          [&page](const MessagePosition& place) { return page.take(place); });
    };
    PARLEY_CO_TRY_ASSIGN(const auto page,
                         co_await look_ahead<MessagePosition>(call.database, *reading.page.limit(), places));
    add_page_headers(head, std::nullopt, url_after(call, base_url, page));
    reading.last = page.last().value_or(before_all);
    reading.page = Page<MessagePosition>(std::nullopt);
  }
  Rows rows = rows_of(reading);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

}  // namespace

Task<Result<>> grab_conversation(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto conversation_id, conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const PageRequest asked, read_page_request(call));
  PARLEY_CO_TRY_ASSIGN(const auto position, read_position(asked.cursor));
  PARLEY_CO_TRY_ASSIGN(const FileType file_type, read_file_type(call.request, OtherForms::none));
  const std::string seen = std::string(form_mark(file_type)) + asked.base_url;
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, seen));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  MessageRows rows(call.sid, conversation_id);
  Reading reading{call.sid, std::move(conversation_id),         file_type,
                  position, Page<MessagePosition>(asked.limit), std::move(rows)};
  const auto answered = file_type == FileType::json ? send_json : send_lines;
  co_return co_await answered(call, responder, std::move(reading), asked.base_url, tag);
}

}  // namespace parley::api
