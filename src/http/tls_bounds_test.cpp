// What a stranger may do to a port that speaks TLS, and how long.

#include <gtest/gtest.h>

#include <string>

#include "base/limits.hpp"
#include "http/tls_harness_test.hpp"

namespace parley::http {
namespace {

using test::Certificates;
using test::Client;
using test::get;
using test::TlsTerms;
using namespace std::chrono_literals;

std::unique_ptr<Server> serve(const Certificates& certificates, ServerBounds bounds = {}) {
  return test::serve(test::usual_routes(), bounds, 1, certificates.files());
}

/// A client's greeting, as it goes over the wire.
std::string hello() {
  test::ClientTls tls({.version = TLS1_3_VERSION});
  SSL_do_handshake(tls.ssl());
  return tls.take_outgoing();
}

TEST(TlsBounds, AHandshakeHasOneDeadlineInAll) {
  const Certificates certificates;
  ServerBounds bounds;
  bounds.head_time = 200ms;
  test::CapturedLog log;
  const auto server = serve(certificates, bounds);
  const std::string greeting = hello();
  for (const std::size_t sent : {std::size_t{0}, std::size_t{1}, std::size_t{100}, greeting.size()}) {
    Client client(test::port_of(*server));
    ASSERT_TRUE(client.send(greeting.substr(0, sent)));
    // Ends when the server closes: after its own part of the handshake, where it has the greeting.
    EXPECT_EQ(client.read_to_end().empty(), sent < greeting.size());
  }
  EXPECT_TRUE(log.wait_for("it took too long", 3));
  Client drip(test::port_of(*server));
  std::size_t dripped = 0;
  while (drip.send("\x16")) ++dripped;
  EXPECT_GT(dripped, 0U);
}

TEST(TlsBounds, ADeadlineOfARequestHoldsAfterTheHandshake) {
  const Certificates certificates;
  ServerBounds bounds;
  bounds.head_time = 200ms;
  bounds.idle_time = 300ms;
  const auto server = serve(certificates, bounds);
  Client begun(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(begun.send("GET /small HT"));
  EXPECT_EQ(begun.read_answer().status, 408);
  EXPECT_EQ(begun.read_to_end(), "");
  EXPECT_TRUE(begun.tls()->end_seen());
  Client silent(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(silent.send(get("/small")));
  EXPECT_EQ(silent.read_answer().status, 200);
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(silent.tls()->end_seen()) << "an idle connection is ended, not cut";
  // A record that is never whole is a request that never comes.
  Client part(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(part.send_unsealed("\x17\x03\x03\x01"));
  EXPECT_EQ(part.read_to_end(), "");
}

TEST(TlsBounds, TellsWhoSpeaksPlainHttp) {
  const Certificates certificates;
  const auto server = serve(certificates);
  for (const std::string& request :
       {get("/small"), std::string("POST / HTTP/1.0\r\n\r\n"), std::string("x\r\n\r\n")}) {
    Client client(test::port_of(*server));
    ASSERT_TRUE(client.send(request + get("/small")));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_NE(answer.body.find("https://"), std::string::npos) << answer.body;
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(TlsBounds, ClosesOnWhatIsNeither) {
  const Certificates certificates;
  test::CapturedLog log;
  const auto server = serve(certificates);
  const std::string greeting = hello();
  std::string large = greeting;
  // The message says that it takes one byte more than is allowed.
  large[6] = 0;
  large[7] = static_cast<char>((limits::tls_hello_bytes + 1) / 256);
  large[8] = static_cast<char>((limits::tls_hello_bytes + 1) % 256);
  std::string other_message = greeting;
  other_message[5] = 2;
  for (const std::string& bytes : {std::string(300, '\0'), std::string("\x80\x2e\x01"), large, other_message,
                                   std::string("\x16\x03\x01\xff\xff\x01\0\0\x01", 9)}) {
    Client client(test::port_of(*server));
    ASSERT_TRUE(client.send(bytes));
    EXPECT_EQ(client.read_to_end(), "");
  }
  EXPECT_TRUE(log.wait_for("it is no TLS", 5));
  // As large as is allowed, it is waited for and given to OpenSSL, which refuses it for what is in it.
  std::string allowed = greeting.substr(0, 3) + "\x40" + std::string(1, '\0') + "\x01" + std::string(1, '\0');
  allowed += "\x3f\xfc" + std::string(16'380, '\0');
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(allowed));
  EXPECT_EQ(client.read_to_end().substr(0, 1), "\x15") << "an alert";
}

TEST(TlsBounds, TellsConnectionsAboveItsLimit) {
  const Certificates certificates;
  ServerBounds bounds;
  bounds.connections = 1;
  const auto server = serve(certificates, bounds);
  Client first(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(first.send(get("/small")));
  EXPECT_EQ(first.read_answer().status, 200);
  Client second(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(second.send(get("/small")));
  EXPECT_EQ(second.read_answer().status, 503);
  EXPECT_EQ(second.read_to_end(), "");
}

TEST(TlsBounds, ADrainEndsIdleConnectionsAndBegunOnesWithAWord) {
  const Certificates certificates;
  const auto server = serve(certificates);
  Client idle(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(idle.send(get("/small")));
  ASSERT_EQ(idle.read_answer().status, 200);
  Client greeting(test::port_of(*server));
  server->drain(0ms);
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(idle.tls()->end_seen());
  EXPECT_EQ(greeting.read_to_end(), "");
}

TEST(TlsBounds, TheServerMayGoAtAnyMoment) {
  const Certificates certificates;
  const std::string greeting = hello();
  for (int round = 0; round < 12; ++round) {
    auto server = test::serve(test::usual_routes(), {}, 2, certificates.files());
    std::vector<Client> clients;
    for (int i = 0; i < round; ++i) {
      const std::uint16_t port = test::port_of(*server);
      if (i % 4 == 0) clients.emplace_back(port);
      if (i % 4 == 1) clients.emplace_back(port).send(greeting.substr(0, 50));
      if (i % 4 == 2) clients.emplace_back(port).send(greeting);
      if (i % 4 == 3) clients.emplace_back(port, TlsTerms{}).send(get("/large?bytes=5000000"));
    }
    if (round % 3 == 0) server->drain(1ms);
    server.reset();
  }
}

}  // namespace
}  // namespace parley::http
