#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace parley::encoding {

/// Replaces each `%xx` by its byte (RFC 3986 section 2.1); `+` stays. The bytes may be anything. Error:
/// `invalid_argument` for a
/// `%` without two hexadecimal digits after it.
[[nodiscard]] base::Result<std::string> percent_decode(std::string_view text);

/// Appends `text` with every byte but the unreserved ones (letters, digits, `-._~`) as `%XX`: fits a path
/// segment and a query's name or value.
void append_percent_encoded(std::string& out, std::string_view text);

/// Names and values in their order, decoded; a name may repeat.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Reads a query, without its `?`, as a form writes it (application/x-www-form-urlencoded): parts between
/// `&`, name and value at the first `=` (without one the value is empty), `+` for a space. Empty parts are
/// skipped. Errors: `invalid_argument` for a malformed `%xx` or bytes that are no UTF-8 or NUL; `too_large`
/// for more than `limits::query_parameters`.
[[nodiscard]] base::Result<QueryParameters> parse_query(std::string_view query);

/// The decoded segments of a path that begins with `/`: split first, so `%2F` stays inside its segment; one
/// trailing slash is dropped, empty segments before it stay. `/` has none. Error: `invalid_argument` for a
/// path without its first slash, a malformed
/// `%xx`, or bytes that are no UTF-8 or NUL.
[[nodiscard]] base::Result<std::vector<std::string>> split_path(std::string_view path);

/// The host of an absolute URL (`scheme://…`), as it stands: without user and port, an IPv6 address with its
/// brackets. Empty when there is none. A view into `url`.
[[nodiscard]] std::string_view host_of(std::string_view url) noexcept;

}  // namespace parley::encoding
