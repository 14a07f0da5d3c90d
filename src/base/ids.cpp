#include "base/ids.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace parley::base {

namespace {
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
}  // namespace

bool is_conversation_id(std::string_view text) noexcept {
  if (text.size() < 2 || text.size() > 1 + limits::conversation_id_digits || text.front() != 'V')
    return false;
  return std::ranges::all_of(text.substr(1), is_digit);
}

std::string make_conversation_id(std::int64_t sid, Timestamp created, unsigned three_digits) {
  PARLEY_CHECK(sid >= 0 && three_digits < 1'000);
  const std::int64_t milliseconds = std::max<std::int64_t>(epoch_ms(created), 0);
  // 1000 in front keeps the leading zeros; its own digit is dropped.
  const std::string chance = std::to_string(1'000 + three_digits);
  return "V" + std::to_string(sid) + std::to_string(milliseconds) + chance.substr(1);
}

Result<std::int64_t> parse_id(std::string_view text) {
  // 2^53 has 16 digits, so the number cannot overflow before it is compared.
  constexpr std::size_t most_digits = 16;
  const bool digits = !text.empty() && text.size() <= most_digits && std::ranges::all_of(text, is_digit);
  std::int64_t id = 0;
  if (digits) {
    for (const char c : text) id = id * 10 + (c - '0');
  }
  if (!digits || id >= limits::id_end) {
    return fail(ErrorCode::invalid_argument, "takes a whole number from 0 to 9007199254740991, in digits");
  }
  return id;
}

}  // namespace parley::base
