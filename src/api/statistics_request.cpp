#include "api/statistics_request.hpp"

#include <fmt/format.h>

#include <optional>

#include "api/parameters.hpp"
#include "base/limits.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Timestamp;

/// One end of the span as it was written: an instant, or a bare day.
struct End {
  Timestamp time;
  std::optional<std::chrono::sys_days> day;
  std::string_view text;
};

constexpr std::string_view takes_time =
    "takes a date and time with Z or an offset such as 2020-01-01T00:00:00.000Z, or a date such as "
    "2020-01-01";

/// Reads an end; of a bare day its first instant in `zone`, or for `is_last` its last millisecond.
Result<End> read_end(std::string_view name, std::string_view text, const base::TimeZone& zone, bool is_last) {
  if (const auto day = base::parse_date(text)) {
    if (!is_last) return End{zone.start_of_day(*day), *day, text};
    return End{zone.start_of_day(*day + std::chrono::days(1)) - std::chrono::milliseconds(1), *day, text};
  }
  const auto time = base::parse_iso8601(text);
  if (!time) return bad_parameter(name, text, takes_time);
  return End{*time, std::nullopt, text};
}

Result<> check_order(const End& from, const End& to) {
  if (to.time >= from.time) return {};
  return bad_parameter("endTime", to.text, "takes a time that is not before startTime");
}

Result<> check_span(const End& from, const End& to) {
  if (from.day && to.day) {
    if ((*to.day - *from.day).count() < limits::statistics_span_calendar_days) return {};
  } else if ((to.time - from.time).count() <= limits::statistics_span_ms) {
    return {};
  }
  return bad_parameter(
      "endTime", to.text,
      "takes a time at most 365 days (365 x 24 hours) after startTime; two dates may span 366 days");
}

Result<> read_sets(const http::Request& request, statistics::Query& query) {
  PARLEY_TRY_ASSIGN(query.agent_ids, id_set(request, "agentId", "agentIds"));
  PARLEY_TRY_ASSIGN(query.channels, conversation_set(request, "channel", "channels"));
  PARLEY_TRY_ASSIGN(const auto filters, id_set(request, "pageFilterId", {}));
  if (filters) query.page_filter_ids = id_array(*filters);
  return {};
}

/// Reads the span on the chats' start.
Result<> read_span(const http::Request& request, Timestamp now, StatisticsRequest& asked) {
  const bool keeps_in_step = asked.update.has_value();
  PARLEY_TRY_ASSIGN(const auto start, single_parameter(request, "startTime"));
  End from{base::first_timestamp, std::nullopt, {}};
  if (start) {
    PARLEY_TRY_ASSIGN(from, read_end("startTime", *start, asked.timezone, false));
  }
  PARLEY_TRY_ASSIGN(const auto end, single_parameter(request, "endTime"));
  End to{keeps_in_step ? base::last_timestamp : now, std::nullopt, "now"};
  if (end) {
    PARLEY_TRY_ASSIGN(to, read_end("endTime", *end, asked.timezone, true));
  }
  PARLEY_TRY(check_order(from, to));
  if (!keeps_in_step) PARLEY_TRY(check_span(from, to));
  asked.ends_now = !end && !keeps_in_step;
  asked.query.from = from.time;
  asked.query.to = to.time;
  return {};
}

Result<> read_page(const Call& call, StatisticsRequest& asked) {
  PARLEY_TRY_ASSIGN(asked.page, read_page_request(call));
  if (asked.page.limit && asked.file_type == FileType::xlsx) {
    return bad_parameter("limit", std::to_string(*asked.page.limit),
                         "takes no value with fileType=xlsx, as a workbook has no pages");
  }
  if (!asked.page.cursor) return {};
  PARLEY_TRY_ASSIGN(const std::int64_t id, cursor_number(*asked.page.cursor));
  asked.position = statistics::Position{asked.page.cursor->time, id};
  return {};
}

}  // namespace

Result<StatisticsRequest> read_statistics_request(const Call& call, Timestamp now) {
  const http::Request& request = call.request;
  StatisticsRequest asked;
  asked.query.sid = call.sid;
  PARLEY_TRY_ASSIGN(const auto start, single_parameter(request, "startTime"));
  if (!start && repeated_parameter(request, "updatedAfter").empty()) {
    return base::fail(ErrorCode::missing_argument, fmt::format("startTime is absent; it {}", takes_time));
  }
  PARLEY_TRY_ASSIGN(asked.timezone, read_zone(request));
  PARLEY_TRY_ASSIGN(asked.update, read_update_request(request, asked.timezone));
  PARLEY_TRY(read_span(request, now, asked));
  PARLEY_TRY(read_sets(request, asked.query));
  PARLEY_TRY_ASSIGN(asked.file_type, read_file_type(request, OtherForms::csv_and_xlsx));
  PARLEY_TRY_ASSIGN(asked.dialect, read_dialect(request));
  PARLEY_TRY(read_page(call, asked));
  return asked;
}

std::string content_disposition(const StatisticsRequest& asked, std::string_view extension) {
  base::LocalTimeWriter local_time(asked.timezone);
  std::string from;
  std::string to;
  const auto& updated = asked.query.updated;
  local_time.append(from, updated ? updated->from : asked.query.from);
  local_time.append(to, updated ? updated->until : asked.query.to);
  return fmt::format("attachment; filename=\"chatStatistics_{}_{}_{}.{}\"", asked.query.sid,
                     from.substr(0, 10), to.substr(0, 10), extension);
}

}  // namespace parley::api
