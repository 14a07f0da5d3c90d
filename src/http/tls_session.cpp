#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/limits.hpp"
#include "http/detail_tls.hpp"

namespace parley::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// RFC 8446 sections 5.1 and 4: a record's type and version, its size; a message's type, its size.
constexpr std::size_t record_head_bytes = 5;
constexpr std::size_t message_head_bytes = 4;
constexpr unsigned char handshake_record = 22;
constexpr unsigned char client_hello = 1;

/// What one record seals at the most.
constexpr std::size_t record_bytes = SSL3_RT_MAX_PLAIN_LENGTH;

}  // namespace

TlsHello look_at_hello(std::string_view received) noexcept {
  const auto byte = [received](std::size_t at) { return static_cast<unsigned char>(received[at]); };
  if (received.empty()) return TlsHello::incomplete;
  const bool is_letter = (byte(0) >= 'A' && byte(0) <= 'Z') || (byte(0) >= 'a' && byte(0) <= 'z');
  if (is_letter || byte(0) == '\r' || byte(0) == '\n') return TlsHello::plain;
  if (byte(0) != handshake_record) return TlsHello::refused;
  if (received.size() < record_head_bytes + message_head_bytes) return TlsHello::incomplete;
  const std::size_t record = (byte(3) * 256U) + byte(4);
  const std::size_t message = (byte(6) * 65536U) + (byte(7) * 256U) + byte(8);
  if (record < message_head_bytes || record > record_bytes || byte(5) != client_hello ||
      message > limits::tls_hello_bytes) {
    return TlsHello::refused;
  }
  return received.size() < record_head_bytes + record ? TlsHello::incomplete : TlsHello::complete;
}

TlsSession::TlsSession(const TlsContext::Settings& settings, Socket& socket, std::string received)
    : socket_(socket), received_(std::move(received)), ssl_(SSL_new(settings.get())) {
  BIO* bio = BIO_new(method());
  PARLEY_CHECK(ssl_ && bio != nullptr);  // Out of memory, and nothing else.
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

/// How OpenSSL reaches the socket: its own way would raise SIGPIPE where the peer has gone, and would touch a
/// descriptor after it was closed.
BIO_METHOD* TlsSession::method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
    PARLEY_CHECK(method != nullptr);
    BIO_meth_set_read(method, receive);
    BIO_meth_set_write(method, send);
    BIO_meth_set_ctrl(method, control);
    return method;
  }();
  return made;
}

int TlsSession::receive(BIO* bio, char* into, int size) {
  auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (session.received_at_ < session.received_.size()) {
    const std::size_t left = session.received_.size() - session.received_at_;
    const std::size_t taken = std::min(left, static_cast<std::size_t>(size));
    std::memcpy(into, session.received_.data() + session.received_at_, taken);
    session.received_at_ += taken;
    if (taken == left) std::string().swap(session.received_);
    if (taken == left) session.received_at_ = 0;
    return static_cast<int>(taken);
  }
  error_code error;
  const std::size_t got =
      session.socket_.read_some(asio::buffer(into, static_cast<std::size_t>(size)), error);
  if (!error) return static_cast<int>(got);
  if (error == asio::error::would_block) BIO_set_retry_read(bio);
  return error == asio::error::eof ? 0 : -1;
}

int TlsSession::send(BIO* bio, const char* from, int size) {
  auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  error_code error;
  const std::size_t sent =
      session.socket_.write_some(asio::buffer(from, static_cast<std::size_t>(size)), error);
  if (!error) return static_cast<int>(sent);
  if (error == asio::error::would_block) BIO_set_retry_write(bio);
  return -1;
}

long TlsSession::control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

TlsSession::Step TlsSession::step_after(int outcome) {
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Step::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return Step::ended;
    default:
      is_broken_ = true;
      trouble_ = take_tls_trouble();
      return Step::ended;
  }
}

TlsSession::Step TlsSession::shake_hands() {
  ERR_clear_error();
  const int outcome = SSL_do_handshake(ssl_.get());
  return outcome == 1 ? Step::done : step_after(outcome);
}

TlsSession::Step TlsSession::read(std::span<char> into, std::size_t& size) {
  ERR_clear_error();
  const int outcome = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
  return outcome == 1 ? Step::done : step_after(outcome);
}

bool TlsSession::has_pending() const noexcept {
  return !received_.empty() || SSL_has_pending(ssl_.get()) == 1;
}

TlsSession::Step TlsSession::write(std::span<std::string_view> pieces, std::size_t limit) {
  std::array<char, record_bytes> gathered;
  for (std::size_t all_sent = 0; all_sent < limit;) {
    // Whole records, whatever the limit: one that could not be sent must be offered again as it was.
    std::string_view record;
    std::size_t size = 0;
    for (const std::string_view piece : pieces) {
      if (piece.empty()) continue;
      if (size == 0 && piece.size() >= record_bytes) {
        record = piece.substr(0, record_bytes);
        break;
      }
      size += piece.copy(gathered.data() + size, record_bytes - size);
      record = {gathered.data(), size};
    }
    if (record.empty()) break;
    std::size_t sent = 0;
    ERR_clear_error();
    const int outcome = SSL_write_ex(ssl_.get(), record.data(), record.size(), &sent);
    if (outcome != 1) return step_after(outcome);
    all_sent += sent;
    for (std::string_view& piece : pieces) {
      const std::size_t taken = std::min(sent, piece.size());
      piece.remove_prefix(taken);
      sent -= taken;
    }
  }
  return Step::done;
}

TlsSession::Step TlsSession::close() {
  if (is_broken_ || SSL_in_init(ssl_.get()) == 1) return Step::ended;
  ERR_clear_error();
  const int outcome = SSL_shutdown(ssl_.get());
  // 0: said to the peer; whether it says so too, nobody waits to hear.
  return outcome >= 0 ? Step::done : step_after(outcome);
}

}  // namespace parley::http
