#include "http/address.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/limits.hpp"
#include "http/trusted_proxies.hpp"

namespace parley::http {
namespace {

Address address(const std::string& text) {
  const auto parsed = Address::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Address{});
}

Network network(const std::string& text) {
  auto parsed = Network::parse(text);
  PARLEY_CHECK(parsed.has_value());
  return *parsed;
}

TEST(Address, IsTheSameThroughEverySocket) {
  EXPECT_EQ(address("192.0.2.1"), address("::ffff:192.0.2.1"));
  EXPECT_EQ(address("::ffff:192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(address("2001:DB8:0:0::1").text(), "2001:db8::1");
  EXPECT_EQ(address("::1").text(), "::1");
  EXPECT_FALSE(address("::1").is_v4());
}

TEST(Address, RefusesWhatIsNone) {
  for (const std::string text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4 ", " ::1", "[::1]",
                                 "fe80::1%eth0", "::1::", "a"}) {
    EXPECT_FALSE(Address::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(Address::parse(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST(Address, IsCountedByItselfOrBy64Bits) {
  EXPECT_EQ(counted_network(address("2001:db8:1:2::1")), counted_network(address("2001:db8:1:2:ffff::9")));
  const std::set<std::uint64_t> networks{
      counted_network(address("2001:db8:1:2::1")), counted_network(address("2001:db8:1:3::1")),
      counted_network(address("192.0.2.1")), counted_network(address("192.0.2.2")),
      counted_network(address("::1"))};
  EXPECT_EQ(networks.size(), 5U);
}

TEST(Network, HoldsItsAddressesOnly) {
  struct Case {
    std::string network;
    std::string last_before, first, last, first_after;
  };
  for (const Case& one : std::vector<Case>{
           {"10.0.0.0/8", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
           {"10.1.2.3/8", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
           {"192.0.2.64/26", "192.0.2.63", "192.0.2.64", "192.0.2.127", "192.0.2.128"},
           {"192.0.2.7", "192.0.2.6", "192.0.2.7", "192.0.2.7", "192.0.2.8"},
           {"2001:db8::/33", "2001:db7:ffff::", "2001:db8::", "2001:db8:7fff:ffff::", "2001:db8:8000::"},
           {"::1", "::", "::1", "::1", "::2"}}) {
    const Network held = network(one.network);
    EXPECT_FALSE(held.holds(address(one.last_before))) << one.network;
    EXPECT_TRUE(held.holds(address(one.first))) << one.network;
    EXPECT_TRUE(held.holds(address(one.last))) << one.network;
    EXPECT_FALSE(held.holds(address(one.first_after))) << one.network;
  }
  EXPECT_TRUE(network("0.0.0.0/0").holds(address("203.0.113.9")));
  EXPECT_FALSE(network("0.0.0.0/0").holds(address("2001:db8::1"))) << "IPv4 is asked for";
  EXPECT_TRUE(network("::/0").holds(address("203.0.113.9")));
}

TEST(Network, RefusesWhatIsNone) {
  for (const std::string text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8",
                                 "10.0.0.0/8 ", "::/129", "::1/a", "example.org", "10.0.0/8"}) {
    const auto refused = Network::parse(text);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_NE(refused.error().public_text.find("10.0.0.0/8"), std::string::npos);
  }
}

class ProxyTest : public testing::Test {
 protected:
  [[nodiscard]] std::string client(const std::vector<std::string>& forwarded) const {
    Request request;
    for (const std::string& value : forwarded) request.headers.emplace_back("x-forwarded-for", value);
    return proxies_.client_of(address("10.0.0.1"), request).text();
  }

  TrustedProxies proxies_{{network("10.0.0.0/8"), network("2001:db8::/32")}};
};

TEST_F(ProxyTest, TheClientIsTheLastWhoIsNoTrustedProxy) {
  EXPECT_EQ(client({}), "10.0.0.1");
  EXPECT_EQ(client({"203.0.113.5"}), "203.0.113.5");
  EXPECT_EQ(client({"1.1.1.1, 203.0.113.5"}), "203.0.113.5") << "what stands before, anyone may have written";
  EXPECT_EQ(client({"1.1.1.1, 203.0.113.5,10.9.9.9 , 2001:db8::7"}), "203.0.113.5");
  EXPECT_EQ(client({"1.1.1.1", "203.0.113.5, 10.2.2.2", "10.3.3.3"}), "203.0.113.5");
  EXPECT_EQ(client({"203.0.113.5:4711"}), "203.0.113.5");
  EXPECT_EQ(client({"[2001:db9::5]:443"}), "2001:db9::5");
  EXPECT_EQ(client({"10.7.7.7, 10.8.8.8"}), "10.7.7.7") << "a client inside";
}

TEST_F(ProxyTest, WhatCannotBeReadCountsForNothing) {
  for (const std::string value :
       {"unknown", "203.0.113.5,", "203.0.113.5, _hidden", "203.0.113.5 10.0.0.2", "<script>", "[::1", " "}) {
    EXPECT_EQ(client({value}), "10.0.0.1") << value;
  }
  EXPECT_EQ(client({"nonsense, 203.0.113.5"}), "203.0.113.5") << "is not looked at";
}

TEST_F(ProxyTest, SoManyAddressesAreLookedAt) {
  const auto client_behind = [this](std::size_t proxies) {
    std::string list = "203.0.113.5";
    for (std::size_t i = 0; i < proxies; ++i) list += ",10.0.0.2";
    return client({list});
  };
  EXPECT_EQ(client_behind(limits::forwarded_addresses - 2), "203.0.113.5");
  EXPECT_EQ(client_behind(limits::forwarded_addresses - 1), "203.0.113.5");
  EXPECT_EQ(client_behind(limits::forwarded_addresses), "10.0.0.1");
}

TEST(ForwardedProtocol, IsTheLastOneSaid) {
  const auto is_https = [](const std::vector<std::string>& values) {
    Request request;
    for (const std::string& value : values) request.headers.emplace_back("x-forwarded-proto", value);
    return is_forwarded_https(request);
  };
  EXPECT_FALSE(is_https({}));
  EXPECT_TRUE(is_https({"https"}));
  EXPECT_TRUE(is_https({"http, HTTPS "}));
  EXPECT_FALSE(is_https({"https, http"}));
  EXPECT_FALSE(is_https({"https", "http"}));
  EXPECT_FALSE(is_https({"httpsx"}));
}

}  // namespace
}  // namespace parley::http
