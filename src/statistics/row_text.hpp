#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/time_zone.hpp"
#include "encoding/csv.hpp"
#include "statistics/query.hpp"

namespace parley::statistics {

/// The keys of a chat in every form, in order.
inline constexpr std::array<std::string_view, 16> row_keys = {
    "channel",  "agentName", "agentEmail",   "referral", "searchEngine", "exitPage",
    "browser",  "os",        "city",         "country",  "labels",       "tags",
    "duration", "rating",    "responseTime", "startedAt"};

/// The members of a stored list in one cell, joined by commas.
[[nodiscard]] std::string joined(std::string_view list);

/// Appends a chat as chatStatistics gives it in JSON.
void append_json_row(std::string& out, const FactRow& row);

/// Appends the header row of the CSV, with the byte-order mark if the dialect has one.
void append_csv_header(std::string& out, const encoding::CsvDialect& dialect);

/// Appends a chat as a CSV row; its start in the writer's time zone.
void append_csv_row(std::string& out, const FactRow& row, const encoding::CsvDialect& dialect,
                    base::LocalTimeWriter& local_time);

}  // namespace parley::statistics
