#include "api/paging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/parameters.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using base::Timestamp;

Result<std::optional<std::int64_t>> read_limit(const http::Request& request) {
  PARLEY_TRY_ASSIGN(const auto text, single_parameter(request, "limit"));
  if (!text) return std::nullopt;
  const auto limit = base::parse_id(*text);
  if (!limit || *limit < 1 || *limit > limits::page_rows) {
    return bad_parameter("limit", *text, fmt::format("takes a whole number from 1 to {}", limits::page_rows));
  }
  return *limit;
}

Result<std::optional<Timestamp>> read_time(const http::Request& request, std::string_view name,
                                           const base::TimeZone& zone) {
  PARLEY_TRY_ASSIGN(const auto text, single_parameter(request, name));
  if (!text) return std::nullopt;
  if (const auto day = base::parse_date(*text)) return zone.start_of_day(*day);
  const auto time = base::parse_iso8601(*text);
  if (time) return *time;
  return bad_parameter(
      name, *text,
      "takes a date and time with Z or an offset such as 2020-01-01T00:00:00.000Z, or a date "
      "such as 2020-01-01");
}

}  // namespace

Result<PageRequest> read_page_request(const Call& call) {
  PageRequest asked;
  PARLEY_TRY_ASSIGN(asked.limit, read_limit(call.request));
  PARLEY_TRY_ASSIGN(asked.cursor, read_cursor(call));
  if (asked.limit) {
    PARLEY_TRY_ASSIGN(asked.base_url, base_url(call));
  }
  return asked;
}

Result<std::optional<UpdateRequest>> read_update_request(const http::Request& request,
                                                         const base::TimeZone& zone) {
  PARLEY_TRY_ASSIGN(const auto after, read_time(request, "updatedAfter", zone));
  PARLEY_TRY_ASSIGN(const auto until, read_time(request, "updatedUntil", zone));
  if (after) return UpdateRequest{*after, until};
  if (!until) return std::nullopt;
  return base::fail(ErrorCode::invalid_argument,
                    "updatedUntil is given alone; it takes the end of what updatedAfter begins");
}

Task<Result<std::optional<change::UpdateSpan>>> update_span(const Call& call,
                                                            std::optional<UpdateRequest> asked) {
  if (!asked) co_return std::optional<change::UpdateSpan>();
  const auto read = [&call](store::Unit& unit) { return change::next_stamp(unit, call.sid); };
  PARLEY_CO_TRY_ASSIGN(Timestamp until, co_await store::read_value<Timestamp>(call.database, read));
  // An end that is still to come would leave out what is written until then.
  if (asked->until) until = std::min(until, *asked->until);
  const change::UpdateSpan span{asked->after, until};
  co_return std::optional(span);
}

std::string page_end(std::int64_t length, const std::optional<change::UpdateSpan>& updated,
                     std::string_view next) {
  std::string out = fmt::format("],\"length\":{}", length);
  if (updated) {
    out += ",\"updatedUntil\":\"";
    base::append_iso8601(out, updated->until);
    out.push_back('"');
  }
  if (!next.empty()) {
    out += ",\"next\":";
    encoding::append_json_string(out, next);
  }
  out.push_back('}');
  return out;
}

void add_page_headers(http::Response& head, const std::optional<change::UpdateSpan>& updated,
                      std::string_view next) {
  if (updated) {
    std::string until;
    base::append_iso8601(until, updated->until);
    head.headers.add("Updated-Until", until);
  }
  if (!next.empty()) head.headers.add("Link", fmt::format("<{}>; rel=\"next\"", next));
}

void add_updated_until(Additions& additions, const std::optional<change::UpdateSpan>& updated) {
  if (!updated) return;
  std::string until;
  base::append_iso8601(until, updated->until);
  additions.emplace_back("updatedUntil", until);
}

Result<std::int64_t> cursor_number(const Cursor& cursor) {
  return id_argument("cursorId", cursor.id);
}

}  // namespace parley::api
