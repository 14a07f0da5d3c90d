#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "api/answer.hpp"
#include "api/conversation_parts.hpp"
#include "api/form.hpp"
#include "api/methods.hpp"
#include "api/paging.hpp"
#include "api/parameters.hpp"
#include "base/limits.hpp"
#include "conversation/conversation.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;
using conversation::ListPosition;

/// Bytes of a row, about; and of one with its parts.
constexpr std::size_t row_bytes = 96;
constexpr std::size_t full_row_bytes = 4'096;

/// A place that no row has.
const ListPosition before_all{base::first_timestamp, std::string()};

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

/// What a request asks for, read and checked.
struct ListRequest {
  conversation::ListQuery query;
  std::optional<UpdateRequest> update;
  PageRequest page;
  std::optional<ListPosition> position;  ///< Where the page before ended.
  FileType file_type = FileType::json;
  Parts parts;
  encoding::CsvDialect dialect;                     ///< Of CSV, as the next.
  base::TimeZone timezone = base::TimeZone::utc();  ///< Of the dates.
};

/// The row without what closes it.
void begin_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
               base::Timestamp created_at) {
  out += "{\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "date", created_at);
}

/// A conversation that is to be rendered with its parts.
struct Place {
  std::string conversation_id;
  base::Timestamp created_at;
};

/// The list as it goes out: what is asked, how far it is, which rows are on its page.
struct Listing {
  explicit Listing(ListRequest request)
      : asked(std::move(request)),
        position(asked.position),
        page(asked.page.limit),
        local_time(asked.timezone),
        writer(asked.query.sid, asked.parts) {}

  ListRequest asked;
  std::optional<ListPosition> position;
  Page<ListPosition> page;
  base::LocalTimeWriter local_time;
  // For rows with parts: those that were listed and are not out yet.
  PartsWriter writer;
  std::vector<Place> waiting;
  std::size_t next_waiting = 0;
  bool in_row = false;
  bool is_listed = false;
  std::int64_t rows = 0;

  void begin(std::string& out, std::string_view conversation_id, base::Timestamp created_at) {
    if (rows++ > 0 && asked.file_type == FileType::json) out.push_back(',');
    begin_row(out, asked.query.sid, conversation_id, created_at);
  }
  void end(std::string& out) const { out += asked.file_type == FileType::ndjson ? "}\n" : "}"; }

  void append_csv(std::string& out, std::string_view conversation_id, base::Timestamp created_at) {
    ++rows;
    encoding::append_decimal(out, asked.query.sid);
    out.push_back(asked.dialect.separator);
    encoding::append_csv_cell(out, conversation_id, asked.dialect);
    out.push_back(asked.dialect.separator);
    local_time.append(out, created_at);
    out += "\r\n";
  }
};

/// Where the page before ended.
Result<std::optional<ListPosition>> read_position(const std::optional<Cursor>& cursor) {
  if (!cursor) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto id, conversation_argument("cursorId", cursor->id));
  return ListPosition{cursor->time, std::move(id)};
}

void append_csv_header(std::string& out, const encoding::CsvDialect& dialect) {
  if (dialect.byte_order_mark) out += encoding::csv_byte_order_mark;
  out += "sid";
  out.push_back(dialect.separator);
  out += "conversationID";
  out.push_back(dialect.separator);
  out += "date\r\n";
}

/// One batch of rows, no more than the reader wants now.
Task<Result<bool>> next_rows(store::Unit& unit, Listing& listing, std::string& out,
                             std::size_t wanted_bytes) {
  const std::size_t enough = out.size() + wanted_bytes;
  const auto give = [&](const ListPosition& place, base::Timestamp created_at) {
    if (out.size() >= enough || !listing.page.take(place)) return false;
    if (listing.asked.file_type == FileType::csv) {
      listing.append_csv(out, place.conversation_id, created_at);
      return true;
    }
    listing.begin(out, place.conversation_id, created_at);
    listing.end(out);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more,
                       co_await conversation::list_batch(unit, listing.asked.query, listing.position,
                                                         rows_for(wanted_bytes, row_bytes), give));
  co_return more && !listing.page.has_more();
}

/// Lists the conversations whose parts come next: few, so that little waits.
Task<Result<>> list_more(store::Unit& unit, Listing& listing, std::size_t wanted_bytes) {
  listing.waiting.clear();
  listing.next_waiting = 0;
  const auto count = static_cast<std::size_t>(rows_for(wanted_bytes, full_row_bytes));
  const auto give = [&](const ListPosition& place, base::Timestamp created_at) {
    if (listing.waiting.size() >= count || !listing.page.take(place)) return false;
    listing.waiting.push_back({place.conversation_id, created_at});
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more,
                       co_await conversation::list_batch(unit, listing.asked.query, listing.position,
                                                         static_cast<int>(count), give));
  listing.is_listed = !more || listing.page.has_more();
  co_return Result<>{};
}

/// The same with the parts that were asked for; a long conversation goes over several batches.
Task<Result<bool>> next_full_rows(store::Unit& unit, Listing& listing, std::string& out,
                                  std::size_t wanted_bytes) {
  const std::size_t enough = out.size() + wanted_bytes;
  if (listing.next_waiting == listing.waiting.size()) {
    if (listing.is_listed) co_return false;
    PARLEY_CO_TRY(co_await list_more(unit, listing, wanted_bytes));
  }
  while (listing.next_waiting < listing.waiting.size() && out.size() < enough) {
    const Place& place = listing.waiting[listing.next_waiting];
    if (!listing.in_row) listing.begin(out, place.conversation_id, place.created_at);
    listing.in_row = true;
    PARLEY_CO_TRY_ASSIGN(
        const bool is_whole,
        co_await listing.writer.append(unit, out, enough, place.conversation_id, place.created_at));
    if (!is_whole) co_return true;
    listing.end(out);
    listing.in_row = false;
    ++listing.next_waiting;
  }
  co_return listing.next_waiting < listing.waiting.size() || !listing.is_listed;
}

Result<> read_form(const Call& call, ListRequest& asked) {
  PARLEY_TRY_ASSIGN(asked.file_type, read_file_type(call.request, OtherForms::csv));
  PARLEY_TRY_ASSIGN(asked.parts, read_parts(call.request));
  if (asked.file_type != FileType::csv) return {};
  if (asked.parts.any()) {
    return base::fail(
        base::ErrorCode::invalid_argument,
        "include is given with fileType=csv; it takes json or ndjson, whose rows can hold lists");
  }
  PARLEY_TRY_ASSIGN(asked.timezone, read_zone(call.request));
  PARLEY_TRY_ASSIGN(asked.dialect, read_dialect(call.request));
  return {};
}

Result<ListRequest> read_request(const Call& call) {
  ListRequest asked;
  PARLEY_TRY_ASSIGN(asked.query, read_query(call));
  PARLEY_TRY_ASSIGN(asked.update, read_update_request(call.request, base::TimeZone::utc()));
  PARLEY_TRY(read_form(call, asked));
  PARLEY_TRY_ASSIGN(asked.page, read_page_request(call));
  PARLEY_TRY_ASSIGN(asked.position, read_position(asked.page.cursor));
  return asked;
}

/// The URL of what comes after a page, or empty.
std::string url_after(const Call& call, const ListRequest& asked, const Page<ListPosition>& page) {
  if (!page.has_more()) return {};
  const ListPosition& last = *page.last();
  Additions additions;
  add_updated_until(additions, asked.query.updated);
  return next_url(call, asked.page.base_url, {last.time, last.conversation_id}, additions);
}

Rows rows_of(Listing& listing) {
  Rows rows;
  const auto next = listing.asked.parts.any() ? next_full_rows : next_rows;
  rows.batch = [&listing, next](store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
    return next(unit, listing, out, wanted_bytes);
  };
  rows.count = [&listing] { return listing.rows; };
  rows.after = [] { return std::string(); };
  return rows;
}

Task<Result<>> send_json(const Call& call, http::Responder& responder, ListRequest asked, std::string tag) {
  Listing listing(std::move(asked));
  Rows rows = rows_of(listing);
  rows.before = envelope_begin;
  rows.after = [&] {
    const std::string next = url_after(call, listing.asked, listing.page);
    return page_end(listing.page.length(), listing.asked.query.updated, next);
  };
  http::Response head = success_head(call, json_type, tag);
  add_form_headers(head, call.request);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

http::Response lines_head(const Call& call, const ListRequest& asked, std::string_view tag) {
  const bool is_csv = asked.file_type == FileType::csv;
  http::Response head = success_head(call, is_csv ? csv_type : ndjson_type, tag);
  add_form_headers(head, call.request);
  if (!is_csv) return head;
  const std::string name =
      fmt::format("listConversations_{}_{}_{}.csv", call.sid, call.arguments[0], call.arguments[1]);
  head.headers.add("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  return head;
}

/// NDJSON and CSV. A page's end stands in the head, so it is looked for first.
Task<Result<>> send_lines(const Call& call, http::Responder& responder, ListRequest asked, std::string tag) {
  http::Response head = lines_head(call, asked, tag);
  std::string next;
  if (asked.page.limit) {
    auto position = asked.position;
    const auto places = [&](store::Unit& unit, Page<ListPosition>& page) {
      return conversation::list_batch(
          unit, asked.query, position, limits::rows_per_batch,
          [&page](const ListPosition& place, base::Timestamp) { return page.take(place); });
    };
    PARLEY_CO_TRY_ASSIGN(const auto page,
                         co_await look_ahead<ListPosition>(call.database, *asked.page.limit, places));
    next = url_after(call, asked, page);
    asked.query.last = page.last().value_or(before_all);
    asked.page.limit.reset();
  }
  add_page_headers(head, asked.query.updated, next);
  Listing listing(std::move(asked));
  Rows rows = rows_of(listing);
  if (listing.asked.file_type == FileType::csv) append_csv_header(rows.before, listing.asked.dialect);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

}  // namespace

Task<Result<>> list_conversations(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto asked, read_request(call));
  const std::string seen =
      std::string(form_mark(asked.file_type)) + base::time_zone_database_version() + asked.page.base_url;
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, seen));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  PARLEY_CO_TRY_ASSIGN(asked.query.updated, co_await update_span(call, asked.update));
  const auto answered = asked.file_type == FileType::json ? send_json : send_lines;
  co_return co_await answered(call, responder, std::move(asked), tag);
}

}  // namespace parley::api
