#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "http/router.hpp"
#include "http/tls_files.hpp"
#include "http/traffic.hpp"
#include "http/trusted_proxies.hpp"

namespace parley::http {

/// How much and how long the server bears with its peers. As in base/limits.hpp; tests make them smaller.
struct ServerBounds {
  std::size_t connections = limits::connections;  ///< In all; one more is answered 503 and closed.
  /// From one address, or 64 bits of one in IPv6; likewise. Those of trusted proxies are not counted.
  std::size_t connections_per_address = limits::connections_per_address;
  /// For a request's head, from its first byte.
  std::chrono::milliseconds head_time = limits::request_head_time;
  /// For its body beside what it takes at `body_pace` bytes a second.
  std::chrono::milliseconds body_grace = limits::request_body_grace;
  std::size_t body_pace = limits::request_body_pace;
  std::chrono::milliseconds idle_time = limits::idle_connection_time;  ///< Before and between requests.
  /// For twice limits::stream_chunk_bytes_least of an answer.
  std::chrono::milliseconds write_time = limits::write_chunk_time;

  bool operator==(const ServerBounds&) const = default;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< An address (IPv4, or IPv6 without brackets) or a name to resolve.
  std::uint16_t port = 8080;       ///< 0: the system chooses.
  unsigned threads = 0;            ///< 0: one for each core.
  std::shared_ptr<const Router> router;  ///< Called from every thread.
  RefusalRenderer render_refusal;        ///< Called from every thread.
  ServerBounds bounds = {};
  TrustedProxies trusted_proxies = {};
  std::optional<TlsFiles> tls = {};  ///< With it the server speaks HTTPS and nothing else.
  /// Where the server counts. Made by the server when null.
  std::shared_ptr<Traffic> traffic = {};
};

/// The HTTP server: one loop per thread, each with its own listening socket; a connection stays on the thread
/// that accepted it. Made and destroyed on one thread, outside the loops.
class Server {
 public:
  /// Binds, then starts the threads. Errors: conflict when the port is busy (it is bound once without
  /// SO_REUSEPORT first, so that two servers never share one silently), invalid_argument for a host that
  /// cannot be resolved, or for TLS files that cannot be used; permission_denied for a port that may not be
  /// bound.
  [[nodiscard]] static base::Result<std::unique_ptr<Server>> start(ServerOptions options);

  /// Stops at once what has not been drained: resets its connections, then waits until every handler has
  /// ended (one that waits for the store ends with the store's completion, so what completes handlers must
  /// outlive the server).
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Where it answers: `http://127.0.0.1:8080`, or `https://…`.
  [[nodiscard]] const std::string& url() const noexcept;

  /// Accepts no more, ends idle connections, lets running answers go on for at most `bound`, then cuts them.
  void drain(std::chrono::milliseconds bound);

  /// Reads certificate and key anew: connections that begin from now on get them, others keep theirs. Error:
  /// invalid_argument, naming the file and why; then what was in use stays. Without TLS there is nothing to
  /// do. From any thread.
  [[nodiscard]] base::Result<> reload_certificate();

  /// The same, where a file has changed since the last try; also a day after it, so that the keys of session
  /// tickets do not grow old. To be called each limits::tls_files_interval. From any thread.
  [[nodiscard]] base::Result<> follow_certificate();

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation) noexcept;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parley::http
