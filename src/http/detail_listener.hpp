#pragma once

// For the .cpp files of this module only: names Asio.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "http/detail_loop.hpp"

namespace parley::http {

/// Gives each loop a listening socket on one and the same address, and returns that address with the port
/// that was chosen.
///
/// The first socket binds and listens without SO_REUSEPORT, so a port that anybody has is refused; only when
/// it holds the port is SO_REUSEPORT switched on for it, and the others join. At no moment could a second
/// server that does the same slip in: the port is never let go, and the second one's first socket always asks
/// for it alone.
///
/// Errors: as `Server::start`.
[[nodiscard]] base::Result<Tcp::endpoint> listen_on(const std::string& host, std::uint16_t port,
                                                    const std::vector<std::unique_ptr<Loop>>& loops);

}  // namespace parley::http
