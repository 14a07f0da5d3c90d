#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/statistics_request.hpp"
#include "statistics/fact.hpp"
#include "statistics/row_reader.hpp"
#include "statistics/row_text.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

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

http::Response csv_head(const Call& call, const StatisticsRequest& asked, std::string_view entity_tag) {
  http::Response head = success_head(call, "text/csv; charset=utf-8", entity_tag);
  // The days as the file's reader will see them, in the zone asked for.
  std::string name = fmt::format("chatStatistics_{}_", call.sid);
  base::LocalTimeWriter local_time(asked.timezone);
  std::string from;
  std::string to;
  local_time.append(from, asked.query.from);
  local_time.append(to, asked.query.to);
  name += fmt::format("{}_{}.csv", from.substr(0, 10), to.substr(0, 10));
  head.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  return head;
}

}  // namespace

Task<Result<>> chat_statistics(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto asked, read_statistics_request(call, base::SystemClock().now()));
  PARLEY_CO_TRY_ASSIGN(const std::string extra, co_await moving_end(call, asked));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, extra));
  const bool done = co_await answered_not_modified(call, responder, tag);
  if (done) co_return Result<>{};

  const bool is_csv = asked.file_type == FileType::csv;
  const statistics::RowStyle style{is_csv, asked.dialect, asked.timezone};
  statistics::RowReader reader(asked.query, style, &call.days);
  Rows rows;
  if (is_csv) {
    statistics::append_csv_header(rows.before, asked.dialect);
  } else {
    rows.before = envelope_begin;
  }
  rows.batch = [&reader](store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
    return reader.next(unit, out, wanted_bytes);
  };
  rows.after = [&reader, is_csv] { return is_csv ? std::string() : envelope_end(reader.rows()); };
  http::Response head = is_csv ? csv_head(call, asked, tag) : success_head(call, json_type, tag);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

}  // namespace parley::api
