#include "account/origins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "encoding/utf8.hpp"

namespace parley::account {

namespace {

using base::ErrorCode;

bool is_host_byte(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
         byte == '_';
}

bool is_address_byte(char byte) noexcept {
  return (byte >= 'a' && byte <= 'f') || (byte >= '0' && byte <= '9') || byte == ':' || byte == '.';
}

/// Whether `text` is `:` and a port that is not `usual`, written without leading zeros.
bool is_other_port(std::string_view text, int usual) noexcept {
  if (text.size() < 2 || text.front() != ':' || text[1] == '0') return false;
  text.remove_prefix(1);
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535 &&
         port != usual;
}

}  // namespace

bool is_origin(std::string_view text) noexcept {
  int usual_port = 0;
  if (text.starts_with("https://")) {
    usual_port = 443;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    usual_port = 80;
    text.remove_prefix(7);
  } else {
    return false;
  }
  std::size_t host_end = 0;
  if (text.starts_with('[')) {
    const auto closing = text.find(']');
    if (closing == std::string_view::npos || closing < 3) return false;
    if (!std::ranges::all_of(text.substr(1, closing - 1), is_address_byte)) return false;
    host_end = closing + 1;
  } else {
    host_end = std::min(text.find(':'), text.size());
    if (host_end == 0 || !std::ranges::all_of(text.substr(0, host_end), is_host_byte)) return false;
  }
  return host_end == text.size() || is_other_port(text.substr(host_end), usual_port);
}

base::Result<> check_origins(const std::vector<std::string>& origins) {
  if (origins.size() > limits::origins_per_account) {
    return base::fail(ErrorCode::too_large,
                      fmt::format("an account takes at most {} origins", limits::origins_per_account));
  }
  for (const std::string& origin : origins) {
    if (origin.size() <= limits::short_text_bytes && is_origin(origin)) continue;
    return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("origin is '{}'; it takes a scheme and a host such as https://www.example.org, "
                    "without a path and in lower case",
                    encoding::first_characters(origin, limits::echoed_value_characters)));
  }
  return {};
}

std::string join_origins(const std::vector<std::string>& origins) {
  return fmt::format("{}", fmt::join(origins, " "));
}

std::vector<std::string> split_origins(std::string_view text) {
  std::vector<std::string> origins;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) origins.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return origins;
}

}  // namespace parley::account
