// TLS from outside: what a client sees of it, whatever way it comes and goes.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/tls_harness_test.hpp"

namespace parley::http {
namespace {

using test::Certificates;
using test::Client;
using test::get;
using test::TlsTerms;
using namespace std::chrono_literals;

constexpr std::string_view protocol_offered = "\x08http/1.1";

std::unique_ptr<Server> serve(const Certificates& certificates, ServerBounds bounds = {},
                              unsigned threads = 1) {
  return test::serve(test::usual_routes(), bounds, threads, certificates.files());
}

TEST(Tls, AnswersInBothVersionsAndByBothKindsOfKey) {
  for (const bool is_rsa : {false, true}) {
    const Certificates certificates({.is_rsa = is_rsa});
    const auto server = serve(certificates);
    EXPECT_TRUE(server->url().starts_with("https://127.0.0.1:"));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      Client client(test::port_of(*server), TlsTerms{.version = version});
      ASSERT_TRUE(client.tls()->is_open()) << client.tls()->trouble();
      EXPECT_EQ(SSL_version(client.tls()->ssl()), version);
      EXPECT_EQ(client.tls()->server_name(), "first.example");
      for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(client.send(get("/small")));
        EXPECT_EQ(client.read_answer().body, R"({"small":true})");
      }
      ASSERT_TRUE(client.send(get("/large?bytes=1000000&piece=50000")));
      const auto large = client.read_answer();
      EXPECT_TRUE(large.whole);
      EXPECT_TRUE(large.body == test::large_text(1'000'000));
    }
  }
}

TEST(Tls, TellsHandlersThatARequestIsSecure) {
  const Certificates certificates;
  const std::vector<Route> routes{{"/", {Verb::get}, [](const Request& request, Responder responder) {
                                     Response answer{200, "text/plain", {}, request.is_secure ? "yes" : "no"};
                                     return std::move(responder).send(std::move(answer));
                                   }}};
  const auto sealed = test::serve(routes, {}, 1, certificates.files());
  Client over_tls(test::port_of(*sealed), TlsTerms{});
  ASSERT_TRUE(over_tls.send(get("/")));
  EXPECT_EQ(over_tls.read_answer().body, "yes");
  const auto open = test::serve(routes);
  Client plain(test::port_of(*open));
  ASSERT_TRUE(plain.send(get("/")));
  EXPECT_EQ(plain.read_answer().body, "no");
}

TEST(Tls, AnswersWhatIsPipelinedHoweverItIsCut) {
  const Certificates certificates;
  const auto server = serve(certificates);
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += get("/echo/" + std::to_string(i));
  for (const std::size_t record : {std::size_t{1}, std::size_t{47}, requests.size()}) {
    Client client(test::port_of(*server), TlsTerms{});
    const std::size_t count = record == 1 ? 20 : 200;
    std::string sealed;
    for (std::size_t at = 0; at < requests.size() && (record != 1 || at < 2'000); at += record) {
      const std::string piece = requests.substr(at, record);
      ASSERT_GT(SSL_write(client.tls()->ssl(), piece.data(), static_cast<int>(piece.size())), 0);
    }
    // All records at once: the server's library holds many of them while the socket has nothing left.
    ASSERT_TRUE(client.send_unsealed(client.tls()->take_outgoing()));
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(client.read_answer().body, "[echo][" + std::to_string(i) + "]") << record;
    }
  }
}

TEST(Tls, TakesRecordsThatComeInPieces) {
  const Certificates certificates;
  const auto server = serve(certificates);
  Client client(test::port_of(*server), TlsTerms{});
  const std::string request = get("/small");
  ASSERT_GT(SSL_write(client.tls()->ssl(), request.data(), static_cast<int>(request.size())), 0);
  const std::string sealed = client.tls()->take_outgoing();
  for (const char byte : sealed) ASSERT_TRUE(client.send_unsealed({&byte, 1}));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Tls, ASlowReaderGetsAll) {
  const Certificates certificates;
  const auto server = serve(certificates);
  for (const std::string coding : {"", "Accept-Encoding: gzip\r\n"}) {
    Client slow(test::port_of(*server), TlsTerms{}, 4'096);
    ASSERT_TRUE(slow.send(get("/large?bytes=3000000&piece=70001", coding)));
    std::string bytes;
    while (!bytes.ends_with("\r\n0\r\n\r\n")) {
      const std::string some = slow.read_some(1'000);
      ASSERT_FALSE(some.empty());
      bytes += some;
    }
    EXPECT_EQ(bytes.find("Content-Encoding: gzip") != std::string::npos, !coding.empty());
    ASSERT_TRUE(slow.send(get("/small")));
    EXPECT_EQ(slow.read_answer().status, 200) << "nothing of the answer was left or lost";
  }
}

TEST(Tls, AReaderThatStopsIsCutWithoutAnEnd) {
  const Certificates certificates;
  ServerBounds bounds;
  bounds.write_time = 100ms;
  test::CapturedLog log;
  const auto server = serve(certificates, bounds);
  Client slow(test::port_of(*server), TlsTerms{}, 4'096);
  ASSERT_TRUE(slow.send("GET /large?bytes=50000000 HTTP/1.0\r\n\r\n"));
  ASSERT_TRUE(log.wait_for("\"cut\":true"));
  slow.read_to_end();
  EXPECT_TRUE(slow.reset_seen());
  EXPECT_FALSE(slow.tls()->end_seen());
}

TEST(Tls, ABodyThatEndsWithTheConnectionEndsBySayingSo) {
  const Certificates certificates;
  const auto server = serve(certificates);
  for (const std::string bytes : {"100000", "1000000"}) {
    Client client(test::port_of(*server), TlsTerms{});
    ASSERT_TRUE(client.send("GET /large?bytes=" + bytes + " HTTP/1.0\r\n\r\n"));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.body.size(), std::stoul(bytes));
    EXPECT_TRUE(client.tls()->end_seen());
    Client cut(test::port_of(*server), TlsTerms{});
    ASSERT_TRUE(cut.send("GET /large?bytes=" + bytes + "&cut=80000 HTTP/1.0\r\n\r\n"));
    cut.read_answer();
    EXPECT_FALSE(cut.tls()->end_seen());
  }
}

TEST(Tls, SaysTheEndWhereItClosesAndKeepsARefusalFromBeingLost) {
  const Certificates certificates;
  const auto server = serve(certificates);
  for (const std::string& request : {get("/small", "Connection: close\r\n"), std::string("x\r\n\r\n")}) {
    Client client(test::port_of(*server), TlsTerms{});
    // More than the refused request follows: closed at once, the answer would be lost by a reset.
    ASSERT_TRUE(client.send(request + std::string(request.front() == 'x' ? 200'000U : 0U, 'y')));
    EXPECT_EQ(client.read_answer().status, request.front() == 'x' ? 400 : 200);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(client.tls()->end_seen());
  }
}

TEST(Tls, GoesOnAfterClientsThatLeaveInTheMiddle) {
  const Certificates certificates;
  test::CapturedLog log;
  const auto server = serve(certificates);
  for (const std::string& request : {get("/large?bytes=50000000"), std::string("GET /sm"), std::string()}) {
    Client leaves(test::port_of(*server), TlsTerms{});
    ASSERT_TRUE(leaves.send(request));
    if (request.size() > 10) {
      ASSERT_FALSE(leaves.read_some(1'000).empty());
    }
    leaves.reset();
  }
  EXPECT_TRUE(log.wait_for("\"cut\":true"));
  // Without a word, and with one: what came is no request in either case.
  for (const bool says_end : {false, true}) {
    Client leaves(test::port_of(*server), TlsTerms{});
    ASSERT_TRUE(leaves.send("GET /small HTTP/1.1\r\nHost: a\r\n"));
    if (says_end) leaves.tls()->say_end(leaves);
    leaves.shut_down_sending();
    EXPECT_EQ(leaves.read_to_end(), "");
  }
  Client client(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(client.send(get("/small")));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_TRUE(log.wait_for("\"event\":\"request\"", 2)) << "the line comes after the answer";
  EXPECT_EQ(log.count("\"event\":\"request\""), 2U);
}

TEST(Tls, AnswersWhoHasSaidTheirEndAfterTheRequest) {
  const Certificates certificates;
  const auto server = serve(certificates);
  Client client(test::port_of(*server), TlsTerms{.version = TLS1_3_VERSION});
  ASSERT_TRUE(client.send(get("/large?bytes=300000")));
  client.tls()->say_end(client);
  EXPECT_EQ(client.read_answer().body.size(), 300'000U);
}

TEST(Tls, ChoosesTheProtocolOrRefuses) {
  const Certificates certificates;
  const auto server = serve(certificates);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const std::string& offer :
         {std::string(protocol_offered), "\x02h2" + std::string(protocol_offered)}) {
      const Client client(test::port_of(*server), TlsTerms{.version = version, .protocols = offer});
      ASSERT_TRUE(client.tls()->is_open());
      const unsigned char* chosen = nullptr;
      unsigned size = 0;
      SSL_get0_alpn_selected(client.tls()->ssl(), &chosen, &size);
      EXPECT_EQ(std::string(chosen, chosen + size), "http/1.1");
    }
    const Client old(test::port_of(*server), TlsTerms{.version = version, .protocols = "\x08http/1.0\x02h2"});
    EXPECT_TRUE(old.tls()->is_open());
    for (const std::string offer : {"\x02h2", "\x08http/1.2", "\x07http/1."}) {
      const Client client(test::port_of(*server), TlsTerms{.version = version, .protocols = offer});
      EXPECT_FALSE(client.tls()->is_open()) << offer;
      EXPECT_EQ(client.tls()->trouble(), SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL) << offer;
    }
  }
}

TEST(Tls, RefusesWhatIsTooOld) {
  const Certificates certificates;
  test::CapturedLog log;
  const auto server = serve(certificates);
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    const Client client(test::port_of(*server), TlsTerms{.version = version});
    EXPECT_FALSE(client.tls()->is_open());
    EXPECT_EQ(client.tls()->trouble(), SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
  }
  EXPECT_TRUE(log.wait_for("unsupported protocol", 2));
}

TEST(Tls, NeverBeginsAnewOnAConnection) {
  const Certificates certificates;
  const auto server = serve(certificates);
  Client client(test::port_of(*server), TlsTerms{.version = TLS1_2_VERSION});
  ASSERT_TRUE(client.tls()->is_open());
  ASSERT_EQ(SSL_renegotiate(client.tls()->ssl()), 1);
  EXPECT_FALSE(client.tls()->shake_hands(client));
  EXPECT_EQ(client.tls()->trouble(), SSL_R_NO_RENEGOTIATION);
}

TEST(Tls, TakesNewKeysOnAConnection) {
  const Certificates certificates;
  const auto server = serve(certificates);
  Client client(test::port_of(*server), TlsTerms{.version = TLS1_3_VERSION});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(SSL_key_update(client.tls()->ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    ASSERT_TRUE(client.send(get("/large?bytes=100000")));
    EXPECT_EQ(client.read_answer().body.size(), 100'000U);
  }
}

TEST(Tls, ResumesASessionByItsTicket) {
  const Certificates certificates;
  const auto server = serve(certificates, {}, 2);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Client first(test::port_of(*server), TlsTerms{.version = version});
    ASSERT_TRUE(first.send(get("/small")));
    ASSERT_EQ(first.read_answer().status, 200);
    const std::shared_ptr<SSL_SESSION> session(SSL_get1_session(first.tls()->ssl()), SSL_SESSION_free);
    first.tls()->say_end(first);
    for (const bool is_new : {false, true}) {
      if (is_new) {
        ASSERT_TRUE(server->reload_certificate().has_value());
      }
      Client second(test::port_of(*server), TlsTerms{.version = version, .resumes = session.get()});
      ASSERT_TRUE(second.send(get("/small")));
      EXPECT_EQ(second.read_answer().status, 200);
      EXPECT_EQ(SSL_session_reused(second.tls()->ssl()), is_new ? 0 : 1) << version;
    }
  }
}

TEST(Tls, ServesManyAtOnceOnSeveralThreads) {
  const Certificates certificates;
  const auto server = serve(certificates, {}, 4);
  std::vector<Client> clients;
  for (int i = 0; i < 60; ++i) clients.emplace_back(test::port_of(*server), TlsTerms{});
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_TRUE(clients[i].send(get("/large?bytes=" + std::to_string(i * 2'000))));
      if (round == 1 && i == 30) {
        ASSERT_TRUE(server->reload_certificate().has_value());
      }
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_EQ(clients[i].read_answer().body.size(), i * 2'000) << round;
    }
  }
}

}  // namespace
}  // namespace parley::http
