#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace parley::http {

/// The verbs a route can take (RFC 9110 section 9, RFC 5789); `remove` is DELETE, `other` every other token.
enum class Verb : std::uint8_t { get, head, options, post, put, patch, remove, other };

/// The verb on the wire: `GET`; empty for `other`.
[[nodiscard]] std::string_view name_of(Verb verb) noexcept;

/// A request's target, taken apart: the path split on `/` and then percent-decoded, the query decoded as a
/// form.
struct Target {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;
  /// Why the query cannot be read, in words for the caller: `query` is empty then. Empty where it can. The
  /// path, the key and what else comes before the parameters are looked at first, so a handler refuses it,
  /// not the parser.
  std::string query_fault;
};

/// Reads an origin-form target (RFC 9112 section 3.2.1): `/a/b%2Fc/?x=1&y=2`. One trailing slash is dropped.
/// Error: invalid_argument, saying what of the path cannot be read: bad percent escape, bytes that are no
/// UTF-8, NUL. The same in the query, or too many parameters, is its `query_fault`.
[[nodiscard]] base::Result<Target> parse_target(std::string_view target);

/// A request as handlers see it: plain values, no library type. Lives until its answer is written.
struct Request {
  Verb verb = Verb::get;
  Target target;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case, in the order they came.
  std::string body;  ///< Of a route that takes one (`Route::body_bytes`); else empty.
  std::string
      peer_address;  ///< The client's IP address as text: the other end's, or whom a trusted proxy names.
  bool is_secure = false;  ///< Whether the client speaks HTTPS, with us or with a trusted proxy.
  std::string request_id;  ///< Ours, for logs: unique in this process.

  /// The first header of that name (given in lower case), or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;

  /// Whether If-None-Match (RFC 9110 section 13.1.2) names this entity tag, by weak comparison, or is `*`.
  [[nodiscard]] bool has_entity_tag(std::string_view entity_tag) const noexcept;
};

}  // namespace parley::http
