#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "http/responder.hpp"

namespace parley::http {

/// How the end of an answer's body is known (RFC 9112 section 6.3).
enum class BodyFraming : std::uint8_t {
  none,        ///< 204, 304: never a body, no length.
  length,      ///< Content-Length.
  chunked,     ///< Transfer-Encoding: chunked.
  until_close  ///< The connection's end (HTTP/1.0).
};

/// What is said of the connection.
enum class ConnectionHeader : std::uint8_t { implied, close, keep_alive };

/// What the server adds to a response's own headers.
struct HeadFacts {
  BodyFraming framing = BodyFraming::length;
  std::size_t length = 0;   ///< Bytes of the body as sent; for `length`.
  std::string_view coding;  ///< For Content-Encoding; empty: none.
  bool varies = false;      ///< Accept-Encoding in Vary.
  ConnectionHeader connection = ConnectionHeader::implied;
  std::string_view date;  ///< As `append_http_date` writes it.
};

/// Appends the status line and the header fields, with the empty line that ends them. Line ends and NUL
/// inside a response's header values become spaces, so that no value can begin another field.
void append_head(std::string& out, const Response& response, const HeadFacts& facts);

/// Whether an answer of this status never has a body (RFC 9110 section 6.4.1).
[[nodiscard]] bool is_bodyless(int status) noexcept;

/// Appends `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
void append_http_date(std::string& out, std::time_t time);

}  // namespace parley::http
