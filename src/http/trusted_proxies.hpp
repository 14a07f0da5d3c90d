#pragma once

#include <string>
#include <vector>

#include "http/address.hpp"
#include "http/request.hpp"

namespace parley::http {

/// The proxies whose word on their clients counts. Made once, then read from every thread.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  explicit TrustedProxies(std::vector<Network> networks) noexcept : networks_(std::move(networks)) {}

  [[nodiscard]] bool trusts(const Address& address) const noexcept;

  /// The client of a request that a trusted `peer` has passed on: the last address of X-Forwarded-For that is
  /// not a trusted proxy's, or the first where all are. The peer itself where there is none, where one that
  /// comes before it in this order cannot be read, or when there are more than limits::forwarded_addresses.
  [[nodiscard]] Address client_of(const Address& peer, const Request& request) const;

  bool operator==(const TrustedProxies&) const = default;

 private:
  std::vector<Network> networks_;
};

/// Whether the last X-Forwarded-Proto says that the client speaks HTTPS with the proxy.
[[nodiscard]] bool is_forwarded_https(const Request& request) noexcept;

}  // namespace parley::http
