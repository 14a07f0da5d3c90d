#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "base/error.hpp"

/// The few calls of sockets that tests share.
namespace parley::test_support {

/// An address of any family, as the system's calls want it.
inline const sockaddr* generic(const void* address) {
  return static_cast<const sockaddr*>(address);
}

/// A socket, or another descriptor, that is closed when it goes.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// -1 when there is none.
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  /// Makes the closing a reset.
  void reset_when_closed() const {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  /// Sends small pieces as they come.
  void hurry() const {
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

 private:
  int descriptor_ = -1;
};

/// A TCP socket of 127.0.0.1 at this port, 0 for one of the system's choice; it does not listen yet.
inline Socket bound_to(std::uint16_t port) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  PARLEY_CHECK(::bind(socket.get(), generic(&address), sizeof address) == 0);
  return socket;
}

/// The port that a bound socket got.
inline std::uint16_t port_of(const Socket& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  void* const room = &address;
  PARLEY_CHECK(::getsockname(socket.get(), static_cast<sockaddr*>(room), &size) == 0);
  return ntohs(address.sin_port);
}

/// A connection to `server`: the path of a Unix socket, or ADDRESS:PORT. Without a descriptor when nobody is
/// there.
inline Socket connected_to(const std::string& server) {
  if (server.starts_with('/')) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    PARLEY_CHECK(server.size() < sizeof address.sun_path);
    std::ranges::copy(server, &address.sun_path[0]);
    Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(socket.get(), generic(&address), sizeof address) == 0 ? std::move(socket) : Socket();
  }
  const auto colon = server.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.substr(colon + 1))));
  PARLEY_CHECK(::inet_pton(AF_INET, server.substr(0, colon).c_str(), &address.sin_addr) == 1);
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), generic(&address), sizeof address) != 0) return {};
  socket.hurry();
  return socket;
}

}  // namespace parley::test_support
