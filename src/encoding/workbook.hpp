#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "encoding/temporary_file.hpp"

namespace parley::encoding {

/// One column of a sheet.
struct WorkbookColumn {
  std::string_view name;
  double width = 0;  ///< In characters of the usual font.
};

/// Writes a workbook (XLSX, ECMA-376) of one sheet, row by row, cells from left to right, in memory that does
/// not grow with the rows. The header stays in sight and has a filter. On one thread at a time.
class Workbook {
 public:
  /// Error: unavailable when no temporary file can be made.
  [[nodiscard]] static base::Result<Workbook> create(const std::string& sheet,
                                                     std::span<const WorkbookColumn> columns);
  Workbook(Workbook&&) noexcept;
  Workbook& operator=(Workbook&&) = delete;
  ~Workbook();

  /// Text, never a formula. One longer than a cell holds (32,767 characters in UTF-16) is cut and ends in
  /// `…`.
  void add_text(std::string_view text);

  /// A number; nothing is an empty cell. Exact below 2^53.
  void add_number(std::optional<std::int64_t> number);

  /// A date with its time of day to the millisecond, as the wall clock shows it: workbooks know no zones. One
  /// before March 1900, which spreadsheets count in several ways, is text.
  void add_local_time(base::Timestamp local);

  /// Ends the row. Error: too_large when the sheet gets larger than readers take; the row is written then.
  [[nodiscard]] base::Result<> end_row();

  /// The file, whole. Nothing may be added afterwards. Error: unavailable, as where the disk is full.
  [[nodiscard]] base::Result<TemporaryFile> finish();

 private:
  struct Implementation;
  explicit Workbook(std::unique_ptr<Implementation> implementation) noexcept;
  std::unique_ptr<Implementation> implementation_;
};

/// Appends `text` as the cell of a workbook has it, cut to `most_units` UTF-16 units: control characters as
/// `_x0001_`, a text that looks like such a sign with its underscore as `_x005F_`; U+0000, U+FFFE and U+FFFF,
/// which no cell can hold, as U+FFFD. XML's own characters stay as they are.
void append_workbook_text(std::string& out, std::string_view text, std::size_t most_units);

}  // namespace parley::encoding
