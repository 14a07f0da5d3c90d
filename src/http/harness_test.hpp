#pragma once

// For the tests of this module: a server with routes of the test's choice, and a client of plain system
// calls.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"

namespace parley::http::test {

/// An answer as the client read it.
struct Answer {
  int status = 0;
  std::string head;    ///< Status line and fields, as they came.
  std::string body;    ///< Without chunk framing.
  bool whole = false;  ///< The body's end was there as its framing says.
  std::size_t chunks = 0;

  /// The value of a field (name in any case), or `absent`.
  [[nodiscard]] std::string field(std::string_view name) const;
};

inline constexpr std::string_view absent = "(absent)";

class ClientTls;
struct TlsTerms;

/// A TCP connection to the server. Reads wait at most 20 seconds.
class Client {
 public:
  explicit Client(std::uint16_t port, const std::string& host = "127.0.0.1", int receive_buffer = 0);
  /// Speaks TLS, whose handshake it makes at once: see `tls`.
  Client(std::uint16_t port, const TlsTerms& terms, int receive_buffer = 0);
  Client(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  [[nodiscard]] bool connected() const noexcept { return descriptor_ >= 0; }
  /// Null where it speaks plain HTTP.
  [[nodiscard]] ClientTls* tls() const noexcept { return tls_.get(); }
  /// Sends all of it; false when the other side has closed.
  bool send(std::string_view bytes) const;
  bool send_unsealed(std::string_view bytes) const;
  void shut_down_sending() const;

  /// Reads one answer. `to_head`: it answers a HEAD request, so there is no body.
  Answer read_answer(bool to_head = false);
  /// Reads until the other side closes, what `read_answer` left first. `reset_seen` tells how it did.
  std::string read_to_end();
  [[nodiscard]] bool reset_seen() const noexcept { return reset_; }
  /// Reads up to `size` bytes once.
  std::string read_some(std::size_t size);
  std::string read_unsealed(std::size_t size);
  /// Resets the connection, as the end of a process that has not read all does.
  void reset();

 private:
  bool fill();
  void read_chunks(Answer& answer);

  int descriptor_ = -1;
  bool reset_ = false;
  std::string buffered_;
  std::unique_ptr<ClientTls> tls_;
};

/// Collects the log's lines while it lives; without one these tests log nothing below `error`.
class CapturedLog {
 public:
  CapturedLog();
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog();

  [[nodiscard]] std::vector<std::string> lines() const;
  /// Waits until `count` lines hold `text`; false after 20 seconds.
  [[nodiscard]] bool wait_for(std::string_view text, std::size_t count = 1) const;
  [[nodiscard]] std::size_t count(std::string_view text) const;

 private:
  struct Store;
  std::shared_ptr<Store> store_;
};

/// A one-time signal between threads.
class Signal {
 public:
  void raise();
  /// False after 20 seconds.
  [[nodiscard]] bool wait();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool raised_ = false;
};

/// How the refusals of these tests look: `<name> <detail>` as text/plain.
[[nodiscard]] Response render_refusal(Refusal refusal, std::string_view detail);

/// A server on a port of the system's choice.
[[nodiscard]] std::unique_ptr<Server> serve(std::vector<Route> routes, ServerBounds bounds = {},
                                            unsigned threads = 1, const std::optional<TlsFiles>& tls = {});

[[nodiscard]] std::uint16_t port_of(const Server& server);

/// `GET /small` answers `{"small":true}`, `/large?bytes=N&piece=P` N bytes of JSON-typed text in pieces,
/// `/echo/{text}` its segment, and so on: what most tests need.
[[nodiscard]] std::vector<Route> usual_routes();

/// The text of `/large`: the same bytes at every call.
[[nodiscard]] std::string large_text(std::size_t bytes);

[[nodiscard]] std::string get(std::string_view target, std::string_view fields = {});

}  // namespace parley::http::test
