#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/paging.hpp"
#include "api/statistics_request.hpp"
#include "api/statistics_workbook.hpp"
#include "base/limits.hpp"
#include "statistics/fact.hpp"
#include "statistics/row_reader.hpp"
#include "statistics/row_text.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

/// A place that no row has.
constexpr statistics::Position before_all{base::first_timestamp, -1};

/// What the bytes depend on beside the request: up to now, they stay the same until a chat starts, and a chat
/// that is dated in the future makes them change with the clock.
Task<Result<std::string>> moving_end(const Call& call, const StatisticsRequest& asked) {
  std::string seen = base::time_zone_database_version();
  if (!asked.ends_now) co_return seen;
  const auto read = [&call](store::Unit& unit) { return statistics::latest_start(unit, call.sid); };
  PARLEY_CO_TRY_ASSIGN(const auto latest,
                       co_await store::read_value<std::optional<base::Timestamp>>(call.database, read));
  if (latest)
    fmt::format_to(std::back_inserter(seen), " {}", base::epoch_ms(std::min(asked.query.to, *latest)));
  co_return seen;
}

/// The head of an answer that is only rows.
http::Response rows_head(const Call& call, const StatisticsRequest& asked, std::string_view entity_tag) {
  if (asked.file_type == FileType::ndjson) return success_head(call, ndjson_type, entity_tag);
  http::Response head = success_head(call, csv_type, entity_tag);
  head.headers.add("Content-Disposition", content_disposition(asked, "csv"));
  return head;
}

/// The URL of what comes after a page, or empty.
std::string url_after(const Call& call, const StatisticsRequest& asked,
                      const Page<statistics::Position>& page) {
  if (!page.has_more()) return {};
  Additions additions;
  if (asked.ends_now) base::append_iso8601(additions.emplace_back("endTime", "").second, asked.query.to);
  add_updated_until(additions, asked.query.updated);
  const statistics::Position& last = *page.last();
  return next_url(call, asked.page.base_url, {last.started_at, std::to_string(last.chat_id)}, additions);
}

statistics::RowForm form_of(FileType file_type) {
  switch (file_type) {
    case FileType::json:
      return statistics::RowForm::json;
    case FileType::ndjson:
      return statistics::RowForm::ndjson;
    case FileType::csv:
    case FileType::xlsx:
      return statistics::RowForm::csv;
  }
  return statistics::RowForm::json;
}

statistics::RowStyle style_of(const StatisticsRequest& asked) {
  return {form_of(asked.file_type), asked.dialect, asked.timezone};
}

statistics::RowBounds bounds_of(const Call& call, const StatisticsRequest& asked) {
  statistics::RowBounds bounds;
  bounds.after = asked.position;
  bounds.texts = [&call] { return statistics::shared_dictionary(call.sid, call.grant.account_created_at); };
  return bounds;
}

Rows rows_of(statistics::RowReader& reader) {
  Rows rows;
  rows.batch = [&reader](store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
    return reader.next(unit, out, wanted_bytes);
  };
  rows.count = [&reader] { return reader.rows(); };
  rows.after = [] { return std::string(); };
  rows.set_deflated_sink = [&reader](DeflatedSink sink) { reader.set_deflated_sink(std::move(sink)); };
  return rows;
}

Task<Result<>> send_json(const Call& call, http::Responder& responder, StatisticsRequest asked,
                         std::string tag) {
  Page<statistics::Position> page(asked.page.limit);
  statistics::RowBounds bounds = bounds_of(call, asked);
  if (asked.page.limit) {
    bounds.is_taken = [&page](const statistics::Position& place) { return page.take(place); };
  }
  statistics::RowReader reader(asked.query, style_of(asked), call.database.files(), &call.days,
                               std::move(bounds));
  Rows rows = rows_of(reader);
  rows.before = envelope_begin;
  rows.after = [&] { return page_end(reader.rows(), asked.query.updated, url_after(call, asked, page)); };
  http::Response head = success_head(call, json_type, tag);
  add_form_headers(head, call.request);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

/// NDJSON and CSV. A page's end stands in the head, so it is looked for first.
Task<Result<>> send_lines(const Call& call, http::Responder& responder, StatisticsRequest asked,
                          std::string tag) {
  http::Response head = rows_head(call, asked, tag);
  add_form_headers(head, call.request);
  std::string next;
  if (asked.page.limit) {
    auto position = asked.position;
    const auto places = [&](store::Unit& unit, Page<statistics::Position>& page) {
      return statistics::place_batch(unit, asked.query, position, limits::rows_per_batch,
                                     [&page](const statistics::Position& place) { return page.take(place); });
    };
    PARLEY_CO_TRY_ASSIGN(const auto page,
                         co_await look_ahead<statistics::Position>(call.database, *asked.page.limit, places));
    next = url_after(call, asked, page);
    asked.query.last = page.last().value_or(before_all);
  }
  add_page_headers(head, asked.query.updated, next);
  statistics::RowBounds bounds = bounds_of(call, asked);
  statistics::RowReader reader(asked.query, style_of(asked), call.database.files(), &call.days,
                               std::move(bounds));
  Rows rows = rows_of(reader);
  if (asked.file_type == FileType::csv) statistics::append_csv_header(rows.before, asked.dialect);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

}  // namespace

Task<Result<>> chat_statistics(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto asked, read_statistics_request(call, base::SystemClock().now()));
  PARLEY_CO_TRY_ASSIGN(std::string seen, co_await moving_end(call, asked));
  seen.append(form_mark(asked.file_type)).append(asked.page.base_url);
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, seen));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  PARLEY_CO_TRY_ASSIGN(asked.query.updated, co_await update_span(call, asked.update));
  if (asked.file_type == FileType::xlsx) {
    co_return co_await send_workbook(call, responder, std::move(asked), tag);
  }
  const auto answered = asked.file_type == FileType::json ? send_json : send_lines;
  co_return co_await answered(call, responder, std::move(asked), tag);
}

}  // namespace parley::api
