#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/statistics_request.hpp"
#include "api/statistics_rows.hpp"
#include "statistics/fact.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

/// The export as it goes out.
struct Export {
  explicit Export(StatisticsRequest request)
      : asked(std::move(request)), texts(asked.query.sid), local_time(asked.timezone) {}

  StatisticsRequest asked;
  statistics::Dictionary texts;
  base::LocalTimeWriter local_time;
  std::optional<statistics::Position> position;
  std::int64_t length = 0;

  void append(std::string& out, const statistics::FactRow& row) {
    if (asked.file_type == FileType::csv) {
      append_statistics_csv(out, row, asked.dialect, local_time);
      return;
    }
    if (length++ > 0) out.push_back(',');
    append_statistics_json(out, row);
  }
};

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
  PARLEY_CO_TRY_ASSIGN(auto asked, read_statistics_request(call, base::SystemClock().now()));
  PARLEY_CO_TRY_ASSIGN(const std::string extra, co_await moving_end(call, asked));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call, extra));
  const bool done = co_await answered_not_modified(call, responder, tag);
  if (done) co_return Result<>{};

  Export exported(std::move(asked));
  const bool is_csv = exported.asked.file_type == FileType::csv;
  Rows rows;
  if (is_csv) {
    append_statistics_csv_header(rows.before, exported.asked.dialect);
  } else {
    rows.before = envelope_begin;
  }
  rows.batch = [&exported](store::Unit& unit, std::string& out, std::size_t /*wanted_bytes*/) {
    return statistics::batch(
        unit, exported.asked.query, exported.texts, exported.position,
        [&exported, &out](const statistics::FactRow& row) { exported.append(out, row); });
  };
  rows.after = [&exported, is_csv] { return is_csv ? std::string() : envelope_end(exported.length); };
  http::Response head = is_csv ? csv_head(call, exported.asked, tag) : success_head(call, json_type, tag);
  co_return co_await send_rows(call, responder, std::move(head), std::move(rows));
}

}  // namespace parley::api
