// What a connection does otherwise where it speaks TLS.

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "http/detail_connection.hpp"

namespace parley::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Step = TlsSession::Step;

/// One deadline for all of it, as for a request's head. OpenSSL's part, which takes tens of kilobytes, begins
/// when the client's greeting is there: who sends it in drops holds no more than what came.
base::Task<bool> Connection::shake_hands() {
  const auto until = SteadyClock::now() + loop_.options().bounds.head_time;
  set_deadline(until);
  const bool greeted = co_await receive_hello();
  if (!greeted || lacks_tls_) co_return greeted;
  tls_ = std::make_unique<TlsSession>(loop_.tls()->current(), socket_, std::move(input_));
  input_ = {};
  idle_ = false;
  set_deadline(until);
  Step step = tls_->shake_hands();
  while (step == Step::wants_read || step == Step::wants_write) {
    const auto awaited = step == Step::wants_read ? Socket::wait_read : Socket::wait_write;
    const error_code error = co_await Ready{socket_, awaited};
    if (error || gone_ || expired_) {
      if (expired_) note_failed_handshake("it took too long");
      gone_ = true;
      co_return false;
    }
    step = tls_->shake_hands();
  }
  set_deadline(SteadyClock::time_point::max());
  if (step == Step::done) co_return true;
  note_failed_handshake(tls_->trouble());
  gone_ = true;
  co_return false;
}

base::Task<bool> Connection::receive_hello() {
  const auto until = deadline_;
  for (;;) {
    switch (look_at_hello(input_)) {
      case TlsHello::complete:
        co_return true;
      case TlsHello::plain:
        lacks_tls_ = true;
        co_return true;
      case TlsHello::refused:
        note_failed_handshake("it is no TLS");
        gone_ = true;
        co_return false;
      case TlsHello::incomplete:
        break;
    }
    set_deadline(until);
    const Received received = co_await receive_plain();
    if (received == Received::more) continue;
    if (received == Received::timed_out && !input_.empty()) note_failed_handshake("it took too long");
    gone_ = true;
    co_return false;
  }
}

void Connection::note_failed_handshake(std::string_view why) const {
  loop_.traffic().failed_handshakes.add();
  base::log(base::Level::info, "tls_refused", {{"peer", std::string_view(peer_.text)}, {"why", why}});
}

/// Waits for the socket only where OpenSSL holds nothing, and where it asks for it: what it holds would never
/// make the socket readable.
base::Task<Connection::Received> Connection::receive_sealed() {
  Step step = tls_->has_pending() ? Step::done : Step::wants_read;
  for (;;) {
    if (step == Step::done) {
      // The others on this thread get their turn, as they do where the socket is waited for.
      co_await next_turn();
    } else {
      if (idle_ && is_draining()) end_if_idle();
      if (gone_) co_return Received::ended;
      const auto awaited = step == Step::wants_read ? Socket::wait_read : Socket::wait_write;
      const error_code error = co_await Ready{socket_, awaited};
      if (error && !expired_) co_return Received::ended;
    }
    if (expired_) co_return Received::timed_out;
    if (gone_) co_return Received::ended;
    auto& scratch = loop_.scratch();
    std::size_t size = 0;
    step = tls_->read(scratch, size);
    if (step == Step::ended) co_return Received::ended;
    if (step != Step::done) continue;
    input_.append(scratch.data(), size);
    set_deadline(SteadyClock::time_point::max());
    co_return Received::more;
  }
}

bool Connection::write_sealed(Pieces& pieces, std::size_t limit, error_code& error) {
  const Step step = tls_->write(pieces, limit);
  if (step == Step::wants_write) error = asio::error::would_block;
  // Nothing that is sent after the handshake waits for the peer: there is no renegotiation.
  if (step == Step::wants_read || step == Step::ended) error = asio::error::connection_reset;
  return std::ranges::all_of(pieces, &std::string_view::empty);
}

bool Connection::more_waits() {
  error_code error;
  return (tls_ && tls_->has_pending()) || socket_.available(error) > 0;
}

/// Says that nothing more comes: the end of a body that ends with the connection is none without it.
base::Task<void> Connection::close_sealed() {
  set_deadline(SteadyClock::now() + loop_.options().bounds.write_time);
  Step step = tls_->close();
  while (step == Step::wants_write && !gone_) {
    const error_code error = co_await Ready{socket_, Socket::wait_write};
    if (error || gone_ || expired_) break;
    step = tls_->close();
  }
  set_deadline(SteadyClock::time_point::max());
}

}  // namespace parley::http
