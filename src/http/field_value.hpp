#pragma once

#include <string_view>

namespace parley::http {

/// A header value without the spaces and tabs around it (optional whitespace, RFC 9110 section 5.6.3).
[[nodiscard]] constexpr std::string_view trimmed(std::string_view value) noexcept {
  const auto begin = value.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return value.substr(begin, value.find_last_not_of(" \t") - begin + 1);
}

}  // namespace parley::http
