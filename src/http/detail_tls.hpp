#pragma once

// For the .cpp files of this module only: names Asio and OpenSSL.

#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/detail_loop.hpp"
#include "http/tls_context.hpp"

namespace parley::http {

/// What the first bytes of a connection are.
enum class TlsHello : std::uint8_t {
  incomplete,  ///< Of TLS; more of its first record is to come.
  complete,    ///< The first record of TLS is there.
  plain,       ///< No TLS, as it seems HTTP.
  refused,     ///< Neither, or a greeting larger than limits::tls_hello_bytes.
};
[[nodiscard]] TlsHello look_at_hello(std::string_view received) noexcept;

/// One connection's TLS: seals and opens what goes over its socket, and never waits. On the connection's
/// thread.
class TlsSession {
 public:
  /// What became of a step. One that wants something is to be taken again when the socket has it.
  enum class Step : std::uint8_t { done, wants_read, wants_write, ended };

  /// `received`: what has been read from the socket already. The socket outlives the session; a closed one is
  /// never touched.
  TlsSession(const TlsContext::Settings& settings, Socket& socket, std::string received);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession() = default;

  [[nodiscard]] Step shake_hands();
  /// Why the last step ended, for the log.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

  /// Reads once into `into`; `size` says how much where it is done. `ended`: the peer has said so, has gone,
  /// or has sent what is no TLS.
  [[nodiscard]] Step read(std::span<char> into, std::size_t& size);
  /// Whether bytes of the peer have been received that `read` has not given out: then the socket need not
  /// become readable.
  [[nodiscard]] bool has_pending() const noexcept;

  /// Sends about `limit` bytes of the pieces at the most, and takes them off. After `wants_write` the next
  /// call must be given what was left. `done`: something was sent, and the socket may take more.
  [[nodiscard]] Step write(std::span<std::string_view> pieces, std::size_t limit);

  /// Tells the peer that nothing more comes, so that it can tell the end from a cut.
  [[nodiscard]] Step close();

 private:
  struct Freed {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };

  static BIO_METHOD* method();
  static int receive(BIO* bio, char* into, int size);
  static int send(BIO* bio, const char* from, int size);
  static long control(BIO* bio, int command, long number, void* pointer);
  [[nodiscard]] Step step_after(int outcome);

  Socket& socket_;
  std::string received_;  ///< From the socket, not yet seen by OpenSSL.
  std::size_t received_at_ = 0;
  std::string trouble_;
  bool is_broken_ = false;  ///< Nothing can be sent any more.
  std::unique_ptr<SSL, Freed> ssl_;
};

}  // namespace parley::http
