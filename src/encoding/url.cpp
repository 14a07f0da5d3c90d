#include "encoding/url.hpp"

#include <algorithm>
#include <optional>

#include "base/limits.hpp"
#include "encoding/utf8.hpp"

namespace parley::encoding {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

std::optional<unsigned> hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  const bool has_escapes = text.contains('%') || (plus_is_space && text.contains('+'));
  if (!has_escapes) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
    if (!high || !low) {
      return fail(ErrorCode::invalid_argument, "a '%' in the URL must be followed by two hexadecimal digits");
    }
    out.push_back(static_cast<char>(*high * 16 + *low));
    i += 2;
  }
  return out;
}

Result<std::string> decode_text(std::string_view text, bool plus_is_space) {
  PARLEY_TRY_ASSIGN(std::string decoded, decode(text, plus_is_space));
  if (!is_valid_utf8(decoded) || decoded.contains('\0')) {
    return fail(ErrorCode::invalid_argument, "the URL must hold UTF-8 text without NUL");
  }
  return decoded;
}

/// Cuts the next part off `rest` at `separator`.
std::string_view next_part(std::string_view& rest, char separator) noexcept {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  return decode(text, false);
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
}

Result<QueryParameters> parse_query(std::string_view query) {
  QueryParameters parameters;
  while (!query.empty()) {
    std::string_view rest = next_part(query, '&');
    if (rest.empty()) continue;
    if (parameters.size() == limits::query_parameters) {
      return fail(ErrorCode::too_large,
                  "takes at most " + std::to_string(limits::query_parameters) + " query parameters");
    }
    PARLEY_TRY_ASSIGN(std::string name, decode_text(next_part(rest, '='), true));
    PARLEY_TRY_ASSIGN(std::string value, decode_text(rest, true));
    parameters.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

Result<std::vector<std::string>> split_path(std::string_view path) {
  if (!path.starts_with('/')) return fail(ErrorCode::invalid_argument, "a path begins with '/'");
  path.remove_prefix(1);
  if (path.ends_with('/')) {
    path.remove_suffix(1);
  } else if (path.empty()) {
    return std::vector<std::string>();
  }
  std::vector<std::string> segments;
  segments.reserve(static_cast<std::size_t>(std::ranges::count(path, '/')) + 1);
  for (;;) {
    const std::size_t slash = path.find('/');
    PARLEY_TRY_ASSIGN(std::string segment, decode_text(path.substr(0, slash), false));
    segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string_view host_of(std::string_view url) noexcept {
  const std::size_t scheme = url.find("://");
  // A ':' that comes after another part of the URL has begun is not the scheme's.
  if (scheme == std::string_view::npos || scheme == 0 || url.find_first_of("/?#\\") < scheme) return {};
  std::string_view host = url.substr(scheme + 3);
  // Browsers take a backslash for a slash, so the host ends there too.
  host = host.substr(0, host.find_first_of("/?#\\"));
  const std::size_t user = host.rfind('@');
  if (user != std::string_view::npos) host.remove_prefix(user + 1);
  if (host.starts_with('[')) {
    const std::size_t bracket = host.find(']');
    return bracket == std::string_view::npos ? std::string_view() : host.substr(0, bracket + 1);
  }
  return host.substr(0, host.find(':'));
}

}  // namespace parley::encoding
