#include "encoding/csv.hpp"

#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace parley::encoding {

namespace {

bool is_special(char c, char separator) noexcept {
  return c == separator || c == '"' || c == '\n' || c == '\r';
}

/// Whether a spreadsheet takes a cell that begins so for a formula, or trims it until it does.
bool begins_formula(char c) noexcept {
  return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

std::size_t find_special(std::string_view cell, char separator) noexcept {
#ifdef __SSE2__
  return detail::find_csv_special_sse2(cell, separator);
#else
  return detail::find_csv_special_portable(cell, separator);
#endif
}

}  // namespace

std::size_t detail::find_csv_special_portable(std::string_view cell, char separator) noexcept {
  std::size_t i = 0;
  while (i < cell.size() && !is_special(cell[i], separator)) ++i;
  return i;
}

#ifdef __SSE2__
namespace {
/// One bit for each of the sixteen bytes that asks for quotes.
unsigned special_mask(const char* from, char separator) noexcept {
  __m128i bytes;
  std::memcpy(&bytes, from, 16);
  const __m128i edges = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator)),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
  const __m128i ends =
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(edges, ends)));
}
}  // namespace

std::size_t detail::find_csv_special_sse2(std::string_view cell, char separator) noexcept {
  if (cell.size() < 16) return find_csv_special_portable(cell, separator);
  for (std::size_t i = 0; i + 16 <= cell.size(); i += 16) {
    const unsigned mask = special_mask(cell.data() + i, separator);
    if (mask != 0) return i + static_cast<std::size_t>(std::countr_zero(mask));
  }
  // The last sixteen bytes once more in one step: those looked at before hold nothing.
  const std::size_t tail = cell.size() - 16;
  const unsigned mask = special_mask(cell.data() + tail, separator);
  return mask == 0 ? cell.size() : tail + static_cast<std::size_t>(std::countr_zero(mask));
}
#endif

void append_csv_cell(std::string& out, std::string_view cell, const CsvDialect& dialect) {
  if (cell.empty()) return;
  const bool guard = !dialect.raw && begins_formula(cell.front());
  if (find_special(cell, dialect.separator) == cell.size()) {
    if (guard) out.push_back('\'');
    out.append(cell);
    return;
  }
  out.append(guard ? "\"'" : "\"");
  for (std::size_t quote = cell.find('"'); quote != std::string_view::npos; quote = cell.find('"')) {
    out.append(cell.substr(0, quote + 1)).push_back('"');
    cell.remove_prefix(quote + 1);
  }
  out.append(cell).push_back('"');
}

}  // namespace parley::encoding
