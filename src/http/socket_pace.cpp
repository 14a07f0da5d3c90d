#include "http/socket_pace.hpp"

// Not netinet/tcp.h, whose tcp_info ends before the bytes, and which cannot stand beside this one.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace parley::http {

void set_unsent_bytes(int descriptor, std::size_t bytes) noexcept {
  const int unsent = static_cast<int>(bytes);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
}

std::uint64_t taken_bytes(int descriptor) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  return info.tcpi_bytes_acked;
}

}  // namespace parley::http
