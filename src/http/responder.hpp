#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"
#include "http/header_fields.hpp"
#include "http/kept_body.hpp"

namespace parley::http {

/// An answer, whole or its head. The server adds Date, Content-Length or Transfer-Encoding, Content-Encoding,
/// Vary and Connection; a HEAD request gets the head alone.
struct Response {
  int status = 200;
  /// A constant, or the request's. Empty: no body and no Content-Type (204, 304).
  std::string_view content_type;
  HeaderFields headers;
  std::string body;
  std::shared_ptr<const KeptBody> kept_body = {};  ///< Sent in place of `body`, if set.
  std::uint64_t rows = 0;  ///< Rows in the body, for the metrics; a stream counts on with `add_rows`.
};

class Exchange;

/// The body of an answer on its way out, piece by piece, with back-pressure: `flush` completes when the
/// socket took what there was, so a slow reader slows whoever renders. An answer that fits into one chunk
/// goes out whole with its Content-Length; a longer one is chunked (HTTP/1.1) or ends with the connection
/// (HTTP/1.0). The bytes are the same.
///
/// Destroyed before `finish`, the answer is cut: the connection closes before the end of the body, so no
/// client can take it for whole. Used on the connection's thread.
class BodyStream {
 public:
  BodyStream(BodyStream&&) noexcept;
  BodyStream& operator=(BodyStream&&) = delete;
  ~BodyStream();

  /// Where to append rendered bytes.
  [[nodiscard]] std::string& buffer() noexcept;

  /// How much this reader takes at once: what a batch should append, give or take a row. Less for a slow one,
  /// so that thousands of them hold little.
  [[nodiscard]] std::size_t wanted_bytes() const noexcept;

  /// Whether the client gets gzip, so that pieces deflated beforehand can be appended. Ask before the first
  /// `flush_if_full`: it also says that there are such pieces, which decides between codings liked alike.
  [[nodiscard]] bool takes_deflated();

  /// Where to append a piece of the body that was deflated beforehand (`encoding::DeflatedPiece`); it goes
  /// behind what is in the buffer, and empties the buffer. It may come in parts with flushes between them:
  /// `crc32` and `text_bytes` are the whole text's for the first, 0 for the others. Only where
  /// `takes_deflated`; the body is gzip from then on, however short. The reference lives until the next call.
  [[nodiscard]] std::string& deflated_buffer(std::uint32_t crc32, std::uint64_t text_bytes);

  /// Counts rows of the answer, for the metrics.
  void add_rows(std::uint64_t rows) noexcept;

  /// Sends what is in the buffer if it has reached `wanted_bytes`. Call it after each batch.
  /// Error: cancelled when nobody reads any more (gone, too slow, HEAD answered): stop working.
  base::Task<base::Result<>> flush_if_full();

  /// Ends the answer well. Nothing may be appended afterwards.
  base::Task<base::Result<>> finish();

 private:
  friend class Responder;
  explicit BodyStream(std::shared_ptr<Exchange> exchange) noexcept;
  std::shared_ptr<Exchange> exchange_;
};

/// The right and duty to answer one request, once. Move-only: `send` and `stream` take it away
/// (`std::move(responder).send(…)`), so a second answer cannot be written; dropped unanswered, it answers
/// 503. Used on the connection's thread.
class Responder {
 public:
  explicit Responder(std::shared_ptr<Exchange> exchange) noexcept;
  Responder(Responder&&) noexcept;
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  /// Sends a whole answer. Completes when it goes out with others in the next turn, is out, or cannot go out.
  base::Task<void> send(Response response) &&;

  /// Begins an answer whose body comes piece by piece; `head.body` is its beginning.
  [[nodiscard]] BodyStream stream(Response head) &&;

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace parley::http
