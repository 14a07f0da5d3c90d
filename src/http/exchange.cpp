#include "http/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/limits.hpp"
#include "http/detail_connection.hpp"
#include "http/head_writer.hpp"
#include "http/negotiation.hpp"

namespace parley::http {

namespace {

/// Level of compression on the fly: the fastest. It takes three quarters of what the best would at a fraction
/// of the time.
constexpr int gzip_level = 1;

base::Result<> nobody_reads() {
  return base::fail(base::ErrorCode::cancelled, {}, "the answer's reader is gone");
}

}  // namespace

Exchange::Exchange(Connection& connection, AnswerTerms terms) noexcept
    : connection_(&connection), terms_(terms) {}

void Exchange::settle(State state) noexcept {
  state_ = state;
  if (waiting_) connection_->resume_later(std::exchange(waiting_, {}));
}

void Exchange::give_up() noexcept {
  if (state_ == State::waiting || state_ == State::gathering) settle(State::dropped);
  if (state_ == State::answering || state_ == State::streaming) settle(State::cut);
}

bool Exchange::may_compress() const {
  const bool coded =
      std::ranges::any_of(head_.headers, [](const auto& h) { return h.first == "Content-Encoding"; });
  return terms_.gzip && !coded && is_compressible(head_.content_type);
}

/// `length`: of the body as sent; none for a body whose length is not known.
std::string Exchange::render_head(std::optional<std::size_t> length, bool gzip) {
  HeadFacts facts;
  if (is_bodyless(head_.status)) {
    facts.framing = BodyFraming::none;
  } else if (length) {
    facts.length = *length;
  } else {
    facts.framing = terms_.http_1_1 ? BodyFraming::chunked : BodyFraming::until_close;
    ends_with_connection_ = !terms_.http_1_1 && !terms_.head_only;
    if (ends_with_connection_) terms_.keep_alive = false;
  }
  facts.gzip = gzip;
  facts.varies = is_compressible(head_.content_type) || head_.status == 304;
  terms_.keep_alive = terms_.keep_alive && !connection_->is_draining();
  if (!terms_.keep_alive) facts.connection = ConnectionHeader::close;
  if (terms_.keep_alive && !terms_.http_1_1) facts.connection = ConnectionHeader::keep_alive;
  facts.date = connection_->date();
  std::string head;
  append_head(head, head_, facts);
  return head;
}

base::Task<void> Exchange::answer(Response response) {
  head_ = std::move(response);
  state_ = State::answering;
  return answer_whole();
}

base::Task<void> Exchange::answer_whole() {
  if (is_bodyless(head_.status) || head_.content_type.empty()) head_.body.clear();
  const bool gzip = may_compress() && (gzip_ || head_.body.size() >= limits::compress_from_bytes);
  if (gzip_) {
    gzip_->write(compressed_, head_.body);
    gzip_->finish(compressed_);
    head_.body = std::move(compressed_);
  } else if (gzip) {
    head_.body = encoding::gzip(head_.body, gzip_level);
  }
  std::string head = render_head(head_.body.size(), gzip);
  const std::string_view body = terms_.head_only ? std::string_view() : std::string_view(head_.body);
  body_bytes_ = body.size();
  const std::array<std::string_view, 3> pieces{head, body, {}};
  const bool written = co_await connection_->write(pieces);
  settle(written ? State::finished : State::cut);
}

void Exchange::begin_stream(Response head) {
  head_ = std::move(head);
  state_ = State::gathering;
}

std::size_t Exchange::wanted_bytes() const noexcept {
  return limits::stream_chunk_bytes;
}

void Exchange::append_deflated(const encoding::DeflatedPiece& piece) {
  if (is_settled()) return;
  if (!gzip_) gzip_.emplace(gzip_level);
  gzip_->write(compressed_, buffer());
  buffer().clear();
  gzip_->append_deflated(compressed_, piece);
}

base::Task<base::Result<>> Exchange::flush_if_full() {
  using Answer = base::Task<base::Result<>>;
  if (is_settled() || connection_->is_gone()) return Answer::ready(nobody_reads());
  if (buffer().size() + compressed_.size() < wanted_bytes()) return Answer::ready(base::Result<>());
  return flush();
}

base::Task<base::Result<>> Exchange::flush() {
  std::string head;
  if (state_ == State::gathering) {
    if (may_compress() && !gzip_) gzip_.emplace(gzip_level);
    head = render_head(std::nullopt, gzip_.has_value());
    state_ = State::streaming;
  }
  if (terms_.head_only) {
    const std::array<std::string_view, 3> pieces{head, {}, {}};
    const bool sent = co_await connection_->write(pieces);
    settle(sent ? State::finished : State::cut);
    co_return nobody_reads();
  }
  if (gzip_) gzip_->write(compressed_, buffer());
  const std::string_view body = gzip_ ? compressed_ : buffer();
  const bool written = co_await write_piece(std::move(head), body, false);
  buffer().clear();
  compressed_.clear();
  if (!written) {
    settle(State::cut);
    co_return nobody_reads();
  }
  // A fast reader takes every chunk at once: the others on this thread get their turn in between.
  co_await connection_->next_turn();
  co_return base::Result<>();
}

base::Task<base::Result<>> Exchange::finish() {
  if (is_settled()) return base::Task<base::Result<>>::ready(nobody_reads());
  return finish_stream();
}

base::Task<base::Result<>> Exchange::finish_stream() {
  if (state_ == State::gathering) {
    state_ = State::answering;
    co_await answer_whole();
  } else {
    if (gzip_) gzip_->write(compressed_, buffer());
    if (gzip_) gzip_->finish(compressed_);
    const std::string_view body = gzip_ ? compressed_ : buffer();
    const bool written = co_await write_piece({}, body, true);
    settle(written ? State::finished : State::cut);
  }
  if (state_ == State::cut) co_return nobody_reads();
  co_return base::Result<>();
}

/// Writes a piece of a streamed body as one chunk (RFC 9112 section 7.1), or as it is in HTTP/1.0; `head`
/// goes before it.
base::Task<bool> Exchange::write_piece(std::string head, std::string_view body, bool last) {
  std::string_view tail;
  if (terms_.http_1_1) {
    if (!body.empty()) fmt::format_to(std::back_inserter(head), "{:x}\r\n", body.size());
    tail = body.empty() ? "" : "\r\n";
    if (last) tail = body.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  }
  body_bytes_ += body.size();
  const std::array<std::string_view, 3> pieces{head, body, tail};
  const bool written = co_await connection_->write(pieces);
  co_return written;
}

}  // namespace parley::http
