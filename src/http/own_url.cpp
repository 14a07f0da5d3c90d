#include "http/own_url.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace parley::http {

std::optional<std::string> own_url(const Request& request, std::string_view public_url) {
  if (!public_url.empty()) {
    while (public_url.ends_with('/')) public_url.remove_suffix(1);
    return std::string(public_url);
  }
  const std::string_view host = request.header("host");
  if (!is_host(host)) return std::nullopt;
  return (request.is_secure ? "https://" : "http://") + std::string(host);
}

bool is_host(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_bracketed = text.starts_with('[');
  const std::size_t end = is_bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return false;
  const std::string_view name = is_bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const std::string_view port = text.substr(is_bracketed ? end + 1 : end);
  const auto is_in_address = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  };
  const auto is_in_name = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_';
  };
  if (name.empty() || name.size() > limits::host_name_bytes) return false;
  if (is_bracketed ? !std::ranges::all_of(name, is_in_address) : !std::ranges::all_of(name, is_in_name)) {
    return false;
  }
  // A colon, and up to five digits (RFC 3986 section 3.2.3).
  return port.empty() ||
         (port.starts_with(':') && port.size() <= 6 && std::ranges::all_of(port.substr(1), is_digit));
}

}  // namespace parley::http
