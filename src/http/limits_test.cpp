// The limits that a server holds beside those of a request's text (request_parser_test.cpp, request_test.cpp)
// and of an answer's (gathering_test.cpp, slow_reader_test.cpp): one less, just so many, one more.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "http/body_deadline.hpp"
#include "http/census.hpp"
#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using test::Client;
using test::get;
using Verdict = Census::Verdict;
using namespace std::chrono_literals;

constexpr std::uint64_t somewhere = 1;
constexpr std::uint64_t elsewhere = 2;

/// What the last of so many connections from one network gets.
Verdict last_of(std::size_t count, Census& census, std::optional<std::uint64_t> network) {
  Verdict verdict = Verdict::turned_away;
  for (std::size_t i = 0; i < count; ++i) verdict = census.enter(network).verdict;
  return verdict;
}

TEST(Limits, ConnectionsInAllAndOfOneAddress) {
  struct Case {
    std::string name;
    std::size_t limit;
    std::optional<std::uint64_t> network;
  };
  for (const Case& one : {Case{"in all", limits::connections, std::nullopt},
                          Case{"of one address", limits::connections_per_address, somewhere}}) {
    for (const std::size_t count : {one.limit - 1, one.limit, one.limit + 1}) {
      Census census(limits::connections, limits::connections_per_address);
      const Verdict expected = count <= one.limit ? Verdict::welcome : Verdict::refused;
      EXPECT_EQ(last_of(count, census, one.network), expected) << count << " " << one.name;
    }
  }
}

TEST(Limits, AnAddressOverItsLimitTakesNobodysPlace) {
  Census census(limits::connections, limits::connections_per_address);
  last_of(limits::connections_per_address + limits::refused_connections + 100, census, somewhere);
  EXPECT_EQ(last_of(limits::connections - limits::connections_per_address, census, elsewhere),
            Verdict::welcome);
  EXPECT_EQ(census.enter(elsewhere).verdict, Verdict::turned_away) << "now it is full";
}

TEST(Limits, ConnectionsThatAreToldSo) {
  for (const std::size_t count :
       {limits::refused_connections - 1, limits::refused_connections, limits::refused_connections + 1}) {
    Census census(1, 1);
    EXPECT_EQ(census.enter(somewhere).verdict, Verdict::welcome);
    const Verdict expected = count <= limits::refused_connections ? Verdict::refused : Verdict::turned_away;
    EXPECT_EQ(last_of(count, census, somewhere), expected) << count;
  }
}

TEST(Limits, AConnectionThatEndsMakesRoom) {
  Census census(2, 1);
  const auto first = census.enter(somewhere);
  const auto refused = census.enter(somewhere);
  EXPECT_EQ(refused.verdict, Verdict::refused);
  census.leave(refused);
  EXPECT_EQ(census.enter(somewhere).verdict, Verdict::refused) << "a refused one had no place";
  census.leave(first);
  EXPECT_EQ(census.enter(somewhere).verdict, Verdict::welcome);
  EXPECT_EQ(census.enter(std::nullopt).verdict, Verdict::welcome);
  EXPECT_EQ(census.enter(std::nullopt).verdict, Verdict::refused);
}

TEST(Limits, PaceOfABody) {
  const auto begin = BodyDeadline::Clock::now();
  BodyDeadline deadline(begin, limits::request_body_grace, limits::request_body_pace);
  EXPECT_EQ(deadline.until(), begin + limits::request_body_grace);
  deadline.add(60 * limits::request_body_pace);
  EXPECT_EQ(deadline.until(), begin + limits::request_body_grace + 60s) << "at the pace it never comes";
  // One byte a second earns a thousandth of what it takes.
  BodyDeadline drip(begin, limits::request_body_grace, limits::request_body_pace);
  for (int i = 0; i < 11; ++i) drip.add(1);
  EXPECT_LT(drip.until(), begin + limits::request_body_grace + 1s);
}

TEST(Limits, ConnectionsOfOneAddressThroughTheSocket) {
  for (const std::size_t limit : {1U, 2U, 3U}) {
    ServerBounds bounds;
    bounds.connections_per_address = limit;
    const auto server = test::serve(test::usual_routes(), bounds, 2);
    std::vector<Client> clients;
    for (std::size_t i = 0; i < 3; ++i) {
      clients.emplace_back(test::port_of(*server));
      ASSERT_TRUE(clients.back().send(get("/small")));
      const auto answer = clients.back().read_answer();
      EXPECT_EQ(answer.status, i < limit ? 200 : 503) << i << " of " << limit;
      EXPECT_EQ(answer.field("Connection"), i < limit ? std::string(test::absent) : "close");
    }
  }
}

std::unique_ptr<Server> serve_behind_proxy(ServerBounds bounds) {
  ServerOptions options;
  options.port = 0;
  options.threads = 1;
  options.router = std::make_shared<const Router>(test::usual_routes(), test::render_refusal);
  options.render_refusal = test::render_refusal;
  options.bounds = bounds;
  options.trusted_proxies = TrustedProxies({Network::parse("127.0.0.0/8").value()});
  auto server = Server::start(std::move(options));
  PARLEY_CHECK(server.has_value());
  return *std::move(server);
}

TEST(Limits, ATrustedProxyHasManyClients) {
  test::CapturedLog log;
  ServerBounds bounds;
  bounds.connections_per_address = 1;
  const auto server = serve_behind_proxy(bounds);
  std::vector<Client> clients;
  for (std::size_t i = 0; i < 3; ++i) {
    clients.emplace_back(test::port_of(*server));
    ASSERT_TRUE(clients.back().send(get("/small", "X-Forwarded-For: 6.6.6.6, 203.0.113.5\r\n")));
    EXPECT_EQ(clients.back().read_answer().status, 200);
  }
  EXPECT_TRUE(log.wait_for(R"("peer":"203.0.113.5")", 3));
}

TEST(Limits, NobodyElseNamesHisAddress) {
  test::CapturedLog log;
  const auto server = test::serve(test::usual_routes());
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/small", "X-Forwarded-For: 203.0.113.5\r\n")));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_TRUE(log.wait_for(R"("peer":"127.0.0.1")"));
}

/// Sends byte after byte until the server closes; gives its answer.
test::Answer drip(Client& client, std::string_view beginning, std::string_view byte) {
  EXPECT_TRUE(client.send(beginning));
  std::thread dripping([&client, byte] {
    while (client.send(byte)) std::this_thread::sleep_for(5ms);
  });
  const auto answer = client.read_answer();
  EXPECT_EQ(client.read_to_end(), "");
  client.shut_down_sending();
  dripping.join();
  return answer;
}

TEST(Limits, TimeForAHeadIsNotProlongedByWhatComes) {
  ServerBounds bounds;
  bounds.head_time = 200ms;
  const auto server = test::serve(test::usual_routes(), bounds);
  Client client(test::port_of(*server));
  EXPECT_EQ(drip(client, "GET /small HTTP/1.1\r\nX: ", "a").status, 408);
}

TEST(Limits, ABodyThatDripsIsCut) {
  ServerBounds bounds;
  bounds.body_grace = 200ms;
  bounds.body_pace = 1'000'000;
  auto routes = test::usual_routes();
  routes.push_back({"/body", {Verb::post}, routes.front().handler});
  routes.back().body_bytes = 100'000;
  const auto server = test::serve(std::move(routes), bounds);
  for (const std::string path : {"/small", "/body"}) {
    const std::string head = "POST " + path + " HTTP/1.1\r\nHost: a\r\n";
    for (const std::string fields : {"Content-Length: 60000\r\n", "Transfer-Encoding: chunked\r\n"}) {
      Client client(test::port_of(*server));
      const bool is_chunked = fields.starts_with("T");
      const auto answer = drip(client, head + fields + "\r\n", is_chunked ? "1\r\na\r\n" : "a");
      EXPECT_EQ(answer.status, 408) << path << " " << fields;
      EXPECT_EQ(answer.field("Connection"), "close");
    }
  }
}

TEST(Limits, ABodyThatKeepsItsPaceMayTakeLongerThanTheHead) {
  ServerBounds bounds;
  bounds.head_time = 5s;
  bounds.body_grace = 2s;
  bounds.body_pace = 20'000;
  const auto server = test::serve(test::usual_routes(), bounds);
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/small", "Content-Length: 60000\r\n")));
  const auto begin = std::chrono::steady_clock::now();
  // Three seconds' worth of it at the least pace, in pieces.
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(client.send(std::string(2'000, 'x')));
    std::this_thread::sleep_until(begin + (i + 1) * 80ms);
  }
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Limits, AConnectionOverALimitHasTheTimeOfAHead) {
  ServerBounds bounds;
  bounds.connections = 1;
  bounds.head_time = 100ms;
  const auto server = test::serve(test::usual_routes(), bounds);
  Client first(test::port_of(*server));
  ASSERT_TRUE(first.send(get("/small")));
  ASSERT_EQ(first.read_answer().status, 200);
  Client second(test::port_of(*server));
  EXPECT_EQ(second.read_to_end(), "") << "which ends long before the 75 s of an idle one";
  ASSERT_TRUE(first.send(get("/small")));
  EXPECT_EQ(first.read_answer().status, 200) << "who has a place keeps it";
}

TEST(Limits, WhatIsReadAndDroppedAfterARefusal) {
  const auto server = test::serve(test::usual_routes());
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/small", "Content-Length: 100000000\r\n")));
  std::size_t sent = 0;
  const std::string piece(64 * 1024, 'x');
  // Beyond the limit the connection ends, so sending fails; what lies in the system's buffers comes on top.
  while (sent < 64 * limits::lingering_close_bytes && client.send(piece)) sent += piece.size();
  EXPECT_GE(sent, limits::lingering_close_bytes - piece.size());
  EXPECT_LT(sent, 64 * limits::lingering_close_bytes);
}

}  // namespace
}  // namespace parley::http
