#include "http/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/limits.hpp"
#include "http/detail_connection.hpp"
#include "http/head_writer.hpp"

namespace parley::http {

namespace {

/// Room beside what is wanted that an emptied buffer keeps: a row or two, so that it is not made anew for
/// each.
constexpr std::size_t spare_room = 4 * 1024;

/// A body up to this is copied behind its head: the system takes one piece faster than two.
constexpr std::size_t joined_body_bytes = 4 * 1024;

base::Result<> nobody_reads() {
  return base::fail(base::ErrorCode::cancelled, {}, "the answer's reader is gone");
}

}  // namespace

Exchange::Exchange(Connection& connection, AnswerTerms terms) noexcept
    : connection_(&connection), terms_(terms) {}

void Exchange::settle(State state) noexcept {
  state_ = state;
  if (std::exchange(is_counted_, false)) connection_->streams().end();
  if (waiting_) connection_->resume_later(std::exchange(waiting_, {}));
}

void Exchange::give_up() noexcept {
  if (state_ == State::waiting || state_ == State::gathering) settle(State::dropped);
  if (state_ == State::answering || state_ == State::streaming) settle(State::cut);
}

void Exchange::reopen() noexcept {
  state_ = State::waiting;
  coding_ = Coding::identity;
  coder_.reset();
  compressed_.clear();
}

bool Exchange::may_compress() const {
  const bool liked = terms_.codings.gzip > 0 || terms_.codings.zstd > 0;
  return liked && !head_.headers.has("Content-Encoding") && is_compressible(head_.content_type);
}

/// The rest of the body goes through a coder, where the client likes one.
void Exchange::begin_coding() {
  if (coder_ || !may_compress()) return;
  coding_ = choose_coding(terms_.codings, gzip_is_ready_);
  coder_.emplace(coding_,
                 connection_->streams().is_crowded() ? encoding::Memory::thrifty : encoding::Memory::usual);
}

/// `length`: of the body as sent; none for a body whose length is not known.
std::string Exchange::render_head(std::optional<std::size_t> length) {
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
  facts.coding = name_of(coding_);
  facts.varies = is_compressible(head_.content_type) || head_.status == 304;
  terms_.keep_alive = terms_.keep_alive && !connection_->is_draining();
  if (!terms_.keep_alive) facts.connection = ConnectionHeader::close;
  if (terms_.keep_alive && !terms_.http_1_1) facts.connection = ConnectionHeader::keep_alive;
  facts.date = connection_->date();
  std::string head = connection_->take_text();
  append_head(head, head_, facts);
  return head;
}

base::Task<void> Exchange::answer(Response response) {
  head_ = std::move(response);
  state_ = State::answering;
  return answer_whole();
}

base::Task<void> Exchange::answer_whole() {
  if (is_bodyless(head_.status) || head_.content_type.empty()) {
    head_.body.clear();
    head_.kept_body.reset();
  }
  std::string_view body;
  if (head_.kept_body) {
    if (head_.kept_body->plain().size() >= limits::compress_from_bytes && may_compress()) {
      coding_ = choose_coding(terms_.codings, gzip_is_ready_);
    }
    body = head_.kept_body->in(coding_);
  } else {
    encode_whole();
    body = head_.body;
  }
  std::string head = render_head(body.size());
  if (terms_.head_only) body = {};
  body_bytes_ = body.size();
  if (body.size() <= joined_body_bytes && !connection_->is_gone()) {
    head += body;
    connection_->write_later(std::move(head));
    settle(State::finished);
    co_return;
  }
  const std::array<std::string_view, 3> pieces{head, body, {}};
  const bool written = co_await connection_->write(pieces);
  connection_->give_text(std::move(head));
  settle(written ? State::finished : State::cut);
}

/// Puts the body into the coding that the client likes.
void Exchange::encode_whole() {
  if (coder_) {
    coder_->write(compressed_, head_.body);
    coder_->finish(compressed_);
    head_.body = std::move(compressed_);
  } else if (head_.body.size() >= limits::compress_from_bytes && may_compress()) {
    coding_ = choose_coding(terms_.codings, gzip_is_ready_);
    head_.body = BodyCoder::encode(coding_, head_.body);
  }
}

void Exchange::begin_stream(Response head) {
  head_ = std::move(head);
  state_ = State::gathering;
  is_counted_ = true;
  connection_->streams().begin();
}

std::size_t Exchange::wanted_bytes() const noexcept {
  if (is_settled()) return limits::stream_chunk_bytes_least;
  return std::min(wanted_, connection_->streams().share());
}

bool Exchange::takes_deflated() {
  if (is_settled() || !may_compress()) return false;
  if (coder_) return coding_ == Coding::gzip;
  gzip_is_ready_ = choose_coding(terms_.codings, true) == Coding::gzip;
  return gzip_is_ready_;
}

/// Gives back what a reader who has become slow, or one of many, is not to hold.
void Exchange::empty_buffers() {
  const std::size_t most = 2 * wanted_bytes() + spare_room;
  for (std::string* buffer : {&head_.body, &compressed_}) {
    buffer->clear();
    if (buffer->capacity() > most) std::string().swap(*buffer);
  }
}

std::string& Exchange::deflated_buffer(std::uint32_t crc32, std::uint64_t text_bytes) {
  if (is_settled()) return compressed_;
  begin_coding();
  coder_->write(compressed_, buffer());
  buffer().clear();
  // The bytes themselves follow in the same buffer, from whoever has them.
  coder_->append_deflated(compressed_, {{}, crc32, text_bytes});
  return compressed_;
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
    begin_coding();
    head = render_head(std::nullopt);
    state_ = State::streaming;
  }
  if (terms_.head_only) {
    const std::array<std::string_view, 3> pieces{head, {}, {}};
    const bool sent = co_await connection_->write(pieces);
    settle(sent ? State::finished : State::cut);
    co_return nobody_reads();
  }
  if (coder_) coder_->write(compressed_, buffer());
  const std::string_view body = coder_ ? compressed_ : buffer();
  const std::size_t bytes = std::max(body.size(), buffer().size());
  const bool written = co_await write_piece(std::move(head), body, false);
  if (!written) {
    settle(State::cut);
    co_return nobody_reads();
  }
  wanted_ = next_wanted(wanted_, bytes, connection_->waited());
  if (connection_->waited() > SteadyClock::duration::zero()) connection_->set_wanted(wanted_);
  empty_buffers();
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
    if (coder_) coder_->write(compressed_, buffer());
    if (coder_) coder_->finish(compressed_);
    const std::string_view body = coder_ ? compressed_ : buffer();
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
