#include "http/trusted_proxies.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string_view>

#include "base/limits.hpp"
#include "encoding/utf8.hpp"
#include "http/field_value.hpp"

namespace parley::http {

namespace {

/// Takes the last member off a list that commas part.
std::string_view take_last(std::string_view& list) noexcept {
  const auto comma = list.rfind(',');
  const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
  const std::string_view member = list.substr(begin);
  list = begin == 0 ? std::string_view() : list.substr(0, comma);
  return trimmed(member);
}

/// An address as proxies write it: some put the port behind it, and brackets around one of IPv6.
std::optional<Address> read_address(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == std::string_view::npos ? std::nullopt : Address::parse(text.substr(1, end - 1));
  }
  const bool has_port = std::ranges::count(text, ':') == 1;
  return Address::parse(has_port ? text.substr(0, text.find(':')) : text);
}

}  // namespace

bool TrustedProxies::trusts(const Address& address) const noexcept {
  return std::ranges::any_of(networks_, [&](const Network& network) { return network.holds(address); });
}

Address TrustedProxies::client_of(const Address& peer, const Request& request) const {
  Address client = peer;
  std::size_t seen = 0;
  // Each proxy writes behind what it got, so the end is what is known best.
  for (const auto& [name, value] : std::views::reverse(request.headers)) {
    if (name != "x-forwarded-for") continue;
    for (std::string_view list = value; !list.empty();) {
      const auto address = read_address(take_last(list));
      if (!address || ++seen > limits::forwarded_addresses) return peer;
      client = *address;
      if (!trusts(client)) return client;
    }
  }
  return client;
}

bool is_forwarded_https(const Request& request) noexcept {
  std::string_view said;
  for (const auto& [name, value] : request.headers) {
    if (name == "x-forwarded-proto") said = value;
  }
  return encoding::ascii_lower(take_last(said)) == "https";
}

}  // namespace parley::http
