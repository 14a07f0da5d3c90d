#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "http/router.hpp"

namespace parley::http {

/// Reads requests off a connection's bytes, in whatever pieces they come: the result does not depend on where
/// the input is cut. Strict where two readers could disagree on where a request ends (RFC 9112
/// sections 3.2, 5.1, 5.2, 6): line ends are CRLF, no line is folded, one Host, at most one Content-Length,
/// Transfer-Encoding only as `chunked`, never both. The host of an absolute-form target takes the place of
/// the Host header. Bodies are read and dropped, but for routes that take one. No sockets; on one thread at a
/// time.
class RequestParser {
 public:
  enum class Progress : std::uint8_t {
    need_more,  ///< All of the input is part of a request that is not whole yet.
    head,       ///< The head is read, a body is to come: the moment for `100 Continue`. Advance again.
    complete,   ///< The request is whole. What is left of the input belongs to the next one.
    refused,    ///< No request: answer `refusal()` and close, for the end of the request is not known.
  };

  /// `router` says whose body is kept; null: nobody's. It outlives the parser.
  explicit RequestParser(const Router* router = nullptr);
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;
  ~RequestParser();

  /// Makes it ready for the next request. Must be called before each but the first.
  void reset();

  /// Takes what it can off the front of `input`, and says how far it has come.
  Progress advance(std::string& input);

  /// Whether any byte of the request has been seen in `input` or taken.
  [[nodiscard]] bool begun(const std::string& input) const noexcept { return head_read_ || !input.empty(); }

  /// Where the router has the request's route; its `size()` where it has none, or the request is not known.
  [[nodiscard]] std::size_t place() const noexcept { return place_; }

  /// The request, from `head` on. Peer and id are left to the connection.
  [[nodiscard]] Request& request() noexcept { return request_; }
  [[nodiscard]] const Request& request() const noexcept { return request_; }

  /// Why it was refused, with public words for the detail.
  [[nodiscard]] Refusal refusal() const noexcept { return refusal_; }
  [[nodiscard]] std::string_view detail() const noexcept { return detail_; }

  /// HTTP/1.1 (else 1.0): chunked answers may be sent.
  [[nodiscard]] bool is_http_1_1() const noexcept { return http_1_1_; }

  /// Whether the client lets the connection go on after this request (RFC 9112 section 9.3).
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }

  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
  [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }

 private:
  class Beast;

  void forget();
  Progress refuse(Refusal refusal, std::string_view detail);
  std::optional<Progress> take_another_target(std::string& input);
  Progress scan_head(std::string& input);
  Progress check_line(std::string_view input, std::size_t end);
  Progress read_head(std::string& input, std::size_t size);
  Progress check_fields();
  Progress check_framing();
  Progress read_target();
  void replace_host(std::string_view authority);
  Progress choose_body();
  Progress read_body(std::string& input);

  const Router* router_;
  std::size_t place_ = 0;
  std::unique_ptr<Beast> beast_;
  Request request_;
  std::string kept_head_;  ///< The bytes of `request_`, if it had no body.
  bool is_kept_ = false;   ///< `request_` is the one before, and nothing of the next has come.
  std::string raw_target_;
  std::string detail_;
  std::size_t line_begin_ = 0;    ///< In `input`: where the line that is being scanned begins.
  std::size_t scanned_ = 0;       ///< In `input`: how far line ends have been looked for.
  std::size_t fields_begin_ = 0;  ///< In `input`: behind the request line, 0 before it is whole.
  std::size_t body_taken_ = 0;    ///< Bytes of the body taken so far, as on the wire.
  std::size_t body_bytes_ = 0;    ///< Bytes of the body at the most, chunk by chunk where it is dropped.
  std::size_t wire_bytes_ = 0;    ///< The same as on the wire, framing counted.
  Refusal refusal_ = Refusal::bad_request;
  bool skipped_empty_line_ = false;
  bool head_read_ = false;
  bool http_1_1_ = true;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool is_chunked_ = false;
  bool keeps_body_ = false;
  bool body_too_large_ = false;
};

}  // namespace parley::http
