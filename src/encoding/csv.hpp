#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::encoding {

/// How a CSV file is written.
struct CsvDialect {
  char separator = ',';  ///< Between cells: `,` or `;`.
  bool raw = false;      ///< Leaves cells that a spreadsheet would run as formulas as they are.
  bool byte_order_mark =
      false;  ///< Whether the file begins with `csv_byte_order_mark`; its writer sees to that.
};

/// U+FEFF in UTF-8, by which some spreadsheets know that a file is UTF-8.
inline constexpr std::string_view csv_byte_order_mark = "\xEF\xBB\xBF";

/// Appends one cell, without separator or line end: in quotes when it holds the separator, a quote, CR or LF
/// (RFC 4180 section 2). A cell that begins with `=`, `+`, `-`, `@`, TAB or CR gets a leading `'`, so that no
/// spreadsheet runs it, unless the dialect is raw.
void append_csv_cell(std::string& out, std::string_view cell, const CsvDialect& dialect);

namespace detail {
/// The two forms of the search for a character that asks for quotes, for the test that they agree: the place
/// of the first, or the cell's size.
[[nodiscard]] std::size_t find_csv_special_portable(std::string_view cell, char separator) noexcept;
#ifdef __SSE2__
[[nodiscard]] std::size_t find_csv_special_sse2(std::string_view cell, char separator) noexcept;
#endif
}  // namespace detail

}  // namespace parley::encoding
