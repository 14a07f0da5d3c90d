#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace parley::http {

/// An IP address: that of IPv6 as it is, that of IPv4 as `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2), so that
/// it is the same through whatever socket it came.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  /// Reads `192.0.2.1` or `2001:db8::1`; no brackets, no zone.
  [[nodiscard]] static std::optional<Address> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const noexcept;
  /// As people write it: that of IPv4 with dots.
  [[nodiscard]] std::string text() const;

  bool operator==(const Address&) const = default;
};

/// What connections are counted by: an IPv4 address, or the first 64 bits of one of IPv6. Different for
/// different ones.
[[nodiscard]] std::uint64_t counted_network(const Address& address) noexcept;

/// A block of addresses, such as `10.0.0.0/8` or `2001:db8::/32`.
class Network {
 public:
  /// Reads it; without a length it is one address. Error: invalid_argument, with what it takes.
  [[nodiscard]] static base::Result<Network> parse(std::string_view text);

  [[nodiscard]] bool holds(const Address& address) const noexcept;

  bool operator==(const Network&) const = default;

 private:
  Network(const Address& first, unsigned bits) noexcept : first_(first), bits_(bits) {}

  Address first_;
  unsigned bits_;  ///< Of 128.
};

}  // namespace parley::http
