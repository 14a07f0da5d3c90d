#include "http/absolute_target.hpp"

#include <algorithm>
#include <cstddef>

#include "encoding/utf8.hpp"

namespace parley::http {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hexadecimal(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether all bytes may stand in a name or an address of a host, and each `%` begins an escape.
bool is_host_name(std::string_view name, std::string_view marks) noexcept {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_escape =
        c == '%' && i + 2 < name.size() && is_hexadecimal(name[i + 1]) && is_hexadecimal(name[i + 2]);
    if (!is_escape && !is_letter(c) && !is_digit(c) && marks.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

bool is_authority(std::string_view text) noexcept {
  const bool is_bracketed = text.starts_with('[');
  const std::size_t end = is_bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos || (is_bracketed && end == 1)) return false;
  const std::string_view port = text.substr(end + (is_bracketed ? 1 : 0));
  if (!port.empty() && (port.front() != ':' || !std::ranges::all_of(port.substr(1), is_digit))) return false;
  return is_bracketed ? is_host_name(text.substr(1, end - 1), "-._~!$&'()*+,;=:")
                      : is_host_name(text.substr(0, end), "-._~!$&'()*+,;=");
}

std::optional<AbsoluteTarget> absolute_target(std::string_view target) {
  const std::string lower = encoding::ascii_lower(target.substr(0, 8));
  const std::size_t scheme = lower.starts_with("http://") ? 7 : lower.starts_with("https://") ? 8 : 0;
  if (scheme == 0) return std::nullopt;
  const auto path = std::min(target.find_first_of("/?", scheme), target.size());
  const std::string_view rest = target.substr(path);
  return AbsoluteTarget{target.substr(scheme, path - scheme),
                        rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest)};
}

}  // namespace parley::http
