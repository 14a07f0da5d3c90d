#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/paging.hpp"
#include "api/parameters.hpp"
#include "conversation/conversation.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;
using conversation::ListPosition;

/// Bytes of a row, about.
constexpr std::size_t row_bytes = 96;

Result<conversation::ListQuery> read_query(const Call& call) {
  PARLEY_TRY_ASSIGN(const auto from, day_argument("fromDate", call.arguments[0]));
  PARLEY_TRY_ASSIGN(const auto to, day_argument("toDate", call.arguments[1]));
  if (from > to) return bad_parameter("toDate", call.arguments[1], "takes a day that is not before fromDate");
  conversation::ListQuery query;
  query.sid = call.sid;
  query.from = base::Timestamp(from);
  query.to = base::Timestamp(to + std::chrono::days(1)) - std::chrono::milliseconds(1);
  PARLEY_TRY_ASSIGN(const auto filters, id_set(call.request, "pageFilterId", {}));
  if (filters) query.page_filter_ids = id_array(*filters);
  return query;
}

void append_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                base::Timestamp created_at) {
  out += "{\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "date", created_at);
  out.push_back('}');
}

/// The list as it goes out: what is asked, how far it is, which rows are on its page.
struct Listing {
  conversation::ListQuery query;
  std::optional<ListPosition> position;
  Page<ListPosition> page;
};

/// Where the page before ended.
Result<std::optional<ListPosition>> read_position(const std::optional<Cursor>& cursor) {
  if (!cursor) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto id, conversation_argument("cursorId", cursor->id));
  return ListPosition{cursor->time, std::move(id)};
}

/// One batch of rows, no more than the reader wants now.
Task<Result<bool>> next_rows(store::Unit& unit, Listing& listing, std::string& out,
                             std::size_t wanted_bytes) {
  const std::size_t enough = out.size() + wanted_bytes;
  const auto give = [&](const ListPosition& place, base::Timestamp created_at) {
    if (out.size() >= enough || !listing.page.take(place)) return false;
    if (listing.page.length() > 1) out.push_back(',');
    append_row(out, listing.query.sid, place.conversation_id, created_at);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more,
                       co_await conversation::list_batch(unit, listing.query, listing.position,
                                                         rows_for(wanted_bytes, row_bytes), give));
  co_return more && !listing.page.has_more();
}

}  // namespace

Task<Result<>> list_conversations(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto query, read_query(call));
  PARLEY_CO_TRY_ASSIGN(const auto update, read_update_request(call.request, base::TimeZone::utc()));
  PARLEY_CO_TRY_ASSIGN(const PageRequest asked, read_page_request(call));
  PARLEY_CO_TRY_ASSIGN(auto position, read_position(asked.cursor));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, asked.base_url));
  const bool done = co_await answered_not_modified(call, responder, tag);
  if (done) co_return Result<>{};

  PARLEY_CO_TRY_ASSIGN(query.updated, co_await update_span(call, update));
  Listing listing{std::move(query), std::move(position), Page<ListPosition>(asked.limit)};
  Rows rows;
  rows.before = envelope_begin;
  rows.batch = [&listing](store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
    return next_rows(unit, listing, out, wanted_bytes);
  };
  rows.after = [&] {
    std::string next;
    if (listing.page.has_more()) {
      const ListPosition& last = *listing.page.last();
      Additions additions;
      add_updated_until(additions, listing.query.updated);
      next = next_url(call, asked.base_url, {last.time, last.conversation_id}, additions);
    }
    return page_end(listing.page.length(), listing.query.updated, next);
  };
  co_return co_await send_rows(call, responder, success_head(call, json_type, tag), std::move(rows));
}

}  // namespace parley::api
