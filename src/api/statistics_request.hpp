#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "api/form.hpp"
#include "api/paging.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "base/time_zone.hpp"
#include "encoding/csv.hpp"
#include "statistics/query.hpp"

namespace parley::api {

/// What a chatStatistics request asks for, read and checked.
struct StatisticsRequest {
  statistics::Query query;
  base::TimeZone timezone = base::TimeZone::utc();
  FileType file_type = FileType::json;
  encoding::CsvDialect dialect;
  bool ends_now = false;  ///< No endTime was given where one counts.
  PageRequest page;
  std::optional<UpdateRequest> update;
  std::optional<statistics::Position> position;  ///< Where the page before ended.
};

/// Reads the query of a chatStatistics request, at `now`. Errors: missing_argument (startTime),
/// invalid_argument. With `updatedAfter` startTime need not be there, endTime is not now by itself, and the
/// span has no limit.
[[nodiscard]] base::Result<StatisticsRequest> read_statistics_request(const Call& call, base::Timestamp now);

/// What Content-Disposition says of an answer that is a file: its name, with the days as the file's reader
/// will see them.
[[nodiscard]] std::string content_disposition(const StatisticsRequest& asked, std::string_view extension);

}  // namespace parley::api
