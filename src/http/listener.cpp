#include <sys/socket.h>

#include <boost/asio/ip/v6_only.hpp>

#include <fmt/format.h>

#include "http/detail_listener.hpp"

namespace parley::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Connections the system keeps for us until we take them: above what any burst needs, the system has its own
/// maximum.
constexpr int backlog = 4096;

base::ErrorCode code_of(const error_code& error) noexcept {
  if (error == asio::error::address_in_use) return base::ErrorCode::conflict;
  if (error == asio::error::access_denied) return base::ErrorCode::permission_denied;
  if (error.value() == EADDRNOTAVAIL || error.value() == EAFNOSUPPORT)
    return base::ErrorCode::invalid_argument;
  return base::ErrorCode::unavailable;
}

base::Result<std::vector<Tcp::endpoint>> resolve(const std::string& host, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return std::vector{Tcp::endpoint(address, port)};
  asio::io_context context;
  asio::ip::basic_resolver<Tcp, LoopExecutor> resolver(context);
  const auto found = resolver.resolve(host, std::to_string(port), Tcp::resolver::passive, error);
  if (error || found.empty()) {
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("The host {} to listen on cannot be resolved: {}", host, error.message()));
  }
  std::vector<Tcp::endpoint> endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  return endpoints;
}

void share_port(Acceptor& acceptor, error_code& error) {
  const int on = 1;
  if (error || ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) return;
  error = error_code(errno, boost::system::system_category());
}

void open(Acceptor& acceptor, const Tcp::endpoint& endpoint, bool shared, error_code& error) {
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.protocol() == Tcp::v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  if (shared) share_port(acceptor, error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(backlog, error);
}

}  // namespace

base::Result<Tcp::endpoint> listen_on(const std::string& host, std::uint16_t port,
                                      const std::vector<std::unique_ptr<Loop>>& loops) {
  PARLEY_TRY_ASSIGN(const auto endpoints, resolve(host, port));
  Acceptor first(loops.front()->context());
  error_code error;
  for (const auto& endpoint : endpoints) {
    error.clear();
    first = Acceptor(loops.front()->context());
    open(first, endpoint, false, error);
    if (!error || error == asio::error::address_in_use) break;
  }
  Tcp::endpoint bound;
  if (!error) bound = first.local_endpoint(error);
  if (loops.size() > 1) share_port(first, error);
  loops.front()->listen(std::move(first));
  for (std::size_t i = 1; i < loops.size() && !error; ++i) {
    Acceptor further(loops[i]->context());
    open(further, bound, true, error);
    loops[i]->listen(std::move(further));
  }
  if (error) {
    return base::fail(code_of(error),
                      fmt::format("{} port {} cannot be listened on: {}", host, port, error.message()));
  }
  return bound;
}

}  // namespace parley::http
