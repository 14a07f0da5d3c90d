#include "http/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace parley::http {

namespace {

/// What stands before an IPv4 address.
constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;
constexpr unsigned address_bits = 128;

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(mapped, address.bytes.begin());
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + mapped.size()) == 1) return address;
  return std::nullopt;
}

bool Address::is_v4() const noexcept {
  return std::equal(mapped.begin(), mapped.end(), bytes.begin());
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4();
  const std::uint8_t* from = v4 ? bytes.data() + mapped.size() : bytes.data();
  ::inet_ntop(v4 ? AF_INET : AF_INET6, from, text.data(), text.size());
  return text.data();
}

std::uint64_t counted_network(const Address& address) noexcept {
  const auto number = [&address](std::size_t from, std::size_t to) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < to; ++i) value = value << 8U | address.bytes[i];
    return value;
  };
  // No network of IPv6 begins with these 32 bits: 0000::/8 is reserved (RFC 4291 section 2.4).
  constexpr std::uint64_t v4 = 0xffff;
  return address.is_v4() ? v4 << 32U | number(mapped.size(), address.bytes.size()) : number(0, 8);
}

base::Result<Network> Network::parse(std::string_view text) {
  const auto refuse = [text] {
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("'{}' is no network; it takes an address with or without a length, such as "
                                  "10.0.0.0/8, 192.0.2.7 or 2001:db8::/32",
                                  text));
  };
  const auto slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return refuse();
  const unsigned before = address->is_v4() && text.find(':') == std::string_view::npos ? mapped_bits : 0;
  unsigned bits = address_bits - before;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const char* end = length.data() + length.size();
    unsigned said = 0;
    const auto [rest, error] = std::from_chars(length.data(), end, said);
    if (error != std::errc() || rest != end || said > bits) return refuse();
    bits = said;
  }
  return Network(*address, before + bits);
}

bool Network::holds(const Address& address) const noexcept {
  const std::size_t whole = bits_ / 8;
  if (!std::equal(first_.bytes.begin(), first_.bytes.begin() + whole, address.bytes.begin())) return false;
  const unsigned left = bits_ % 8;
  if (left == 0) return true;
  const unsigned different = static_cast<unsigned>(first_.bytes[whole] ^ address.bytes[whole]);
  return different >> (8 - left) == 0;
}

}  // namespace parley::http
