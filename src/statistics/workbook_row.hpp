#pragma once

#include <array>

#include "base/time_zone.hpp"
#include "encoding/workbook.hpp"
#include "statistics/query.hpp"

namespace parley::statistics {

/// The columns of a workbook: those of the CSV.
[[nodiscard]] std::array<encoding::WorkbookColumn, 16> workbook_columns();

/// Adds a chat as a row; its start as the clocks of `zone` showed it. Error: too_large.
[[nodiscard]] base::Result<> add_workbook_row(encoding::Workbook& workbook, const FactRow& row,
                                              const base::TimeZone& zone);

}  // namespace parley::statistics
