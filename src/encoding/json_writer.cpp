#include "encoding/json_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace parley::encoding {

namespace {

/// Input is taken in pieces of this many bytes, so that the room made for the worst case (six bytes for one)
/// stays small.
constexpr std::size_t piece_bytes = 1'024;
/// What the fast loops may write beyond the text's end: one whole step.
constexpr std::size_t slack_bytes = 16;

/// What follows the backslash for each byte that needs one: a letter, `u` for the long form, 0 for none.
constexpr std::array<char, 256> escape_letters = [] {
  std::array<char, 256> letters{};
  for (std::size_t c = 0; c < 0x20; ++c) letters[c] = 'u';
  letters['\b'] = 'b';
  letters['\f'] = 'f';
  letters['\n'] = 'n';
  letters['\r'] = 'r';
  letters['\t'] = 't';
  letters['"'] = '"';
  letters['\\'] = '\\';
  return letters;
}();

/// Writes one byte, escaped where it must be, and gives the place after it.
char* put_byte(char* to, char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  const char letter = escape_letters[code];
  if (letter == 0) {
    *to = byte;
    return to + 1;
  }
  *to++ = '\\';
  *to++ = letter;
  if (letter != 'u') return to;
  constexpr std::string_view digits = "0123456789abcdef";
  *to++ = '0';
  *to++ = '0';
  *to++ = digits[code >> 4U];
  *to++ = digits[code & 15U];
  return to;
}

/// Whether any of the eight bytes must be escaped. Carries between bytes can only add a false alarm behind a
/// true one.
bool needs_escape(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & highs; };
  const std::uint64_t below_space = (word - ones * 0x20) & ~word & highs;
  return (below_space | has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) != 0;
}

/// What is left of a text when fewer bytes than a step wait: `window` bytes that end with it, most of them
/// written already, hold nothing to escape, so they can be written once more in one step. `to` and `from` are
/// where both stand.
char* put_window(char* to, const char* from, const char* end, std::ptrdiff_t window) noexcept {
  const std::ptrdiff_t left = end - from;
  std::memcpy(to + left - window, end - window, static_cast<std::size_t>(window));
  return to + left;
}

char* put_portable(char* to, std::string_view text) noexcept {
  const char* from = text.data();
  const char* const end = from + text.size();
  std::uint64_t word = 0;
  while (end - from >= 8) {
    std::memcpy(&word, from, 8);
    if (!needs_escape(word)) {
      std::memcpy(to, from, 8);
      to += 8;
      from += 8;
      continue;
    }
    for (const char* const stop = from + 8; from != stop; ++from) to = put_byte(to, *from);
  }
  if (from != end && text.size() >= 8) {
    std::memcpy(&word, end - 8, 8);
    if (!needs_escape(word)) return put_window(to, from, end, 8);
  }
  for (; from != end; ++from) to = put_byte(to, *from);
  return to;
}

#ifdef __SSE2__
/// One bit for each of the sixteen bytes that must be escaped.
unsigned escape_mask(__m128i bytes) noexcept {
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
}

char* put_sse2(char* to, std::string_view text) noexcept {
  const char* from = text.data();
  const char* const end = from + text.size();
  __m128i bytes;
  while (end - from >= 16) {
    std::memcpy(&bytes, from, 16);
    const unsigned mask = escape_mask(bytes);
    // All sixteen are stored; those from the first escape on are overwritten.
    std::memcpy(to, &bytes, 16);
    if (mask == 0) {
      to += 16;
      from += 16;
      continue;
    }
    const auto plain = static_cast<unsigned>(std::countr_zero(mask));
    to = put_byte(to + plain, from[plain]);
    from += plain + 1;
  }
  if (from != end && text.size() >= 16) {
    std::memcpy(&bytes, end - 16, 16);
    if (escape_mask(bytes) == 0) return put_window(to, from, end, 16);
  }
  return put_portable(to, {from, static_cast<std::size_t>(end - from)});
}
#endif

template <typename Put>
void append_with(std::string& out, std::string_view text, Put put) {
  bool first = true;
  bool last = false;
  while (!last) {
    const std::string_view piece = text.substr(0, piece_bytes);
    text.remove_prefix(piece.size());
    last = text.empty();
    const std::size_t before = out.size();
    // Two more for the quotes, which belong to the first and the last piece.
    out.resize_and_overwrite(before + 6 * piece.size() + slack_bytes + 2, [&](char* data, std::size_t) {
      char* to = data + before;
      if (first) *to++ = '"';
      to = put(to, piece);
      if (last) *to++ = '"';
      return static_cast<std::size_t>(to - data);
    });
    first = false;
  }
}

}  // namespace

void detail::append_json_string_portable(std::string& out, std::string_view text) {
  append_with(out, text, put_portable);
}

#ifdef __SSE2__
void detail::append_json_string_sse2(std::string& out, std::string_view text) {
  append_with(out, text, put_sse2);
}
#endif

void append_json_string(std::string& out, std::string_view text) {
#ifdef __SSE2__
  append_with(out, text, put_sse2);
#else
  append_with(out, text, put_portable);
#endif
}

void append_decimal(std::string& out, std::int64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
}

void append_decimal(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("null");
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
}

}  // namespace parley::encoding
