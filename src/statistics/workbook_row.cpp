#include "statistics/workbook_row.hpp"

#include <chrono>

#include "statistics/row_text.hpp"

namespace parley::statistics {

std::array<encoding::WorkbookColumn, 16> workbook_columns() {
  // About what most cells of each hold.
  constexpr std::array<double, 16> widths = {24, 20, 28, 14, 14, 40, 18, 14, 16, 16, 24, 24, 12, 8, 14, 24};
  std::array<encoding::WorkbookColumn, 16> columns;
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = {row_keys[i], widths[i]};
  return columns;
}

base::Result<> add_workbook_row(encoding::Workbook& workbook, const FactRow& row,
                                const base::TimeZone& zone) {
  workbook.add_text(row.channel);
  workbook.add_text(row.agent_name.value_or(Text()));
  workbook.add_text(row.agent_email.value_or(Text()));
  workbook.add_text(row.referral);
  workbook.add_text(row.search_engine);
  workbook.add_text(row.exit_page);
  workbook.add_text(row.browser);
  workbook.add_text(row.os);
  workbook.add_text(row.city);
  workbook.add_text(row.country);
  workbook.add_text(joined(row.labels));
  workbook.add_text(joined(row.tags));
  workbook.add_number(row.duration_ms);
  workbook.add_number(row.rating);
  workbook.add_number(row.response_time_ms);
  workbook.add_local_time(row.started_at + zone.offset_at(row.started_at));
  return workbook.end_row();
}

}  // namespace parley::statistics
