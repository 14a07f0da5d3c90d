#include "http/tls_context.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "http/tls_harness_test.hpp"

namespace parley::http {
namespace {

using test::Certificates;
using test::Client;
using test::get;
using test::TlsTerms;
using namespace std::chrono_literals;

/// What loading these files fails with.
std::string refusal_of(const TlsFiles& files) {
  const auto loaded = TlsContext::load(files);
  if (loaded) return "it was loaded";
  EXPECT_EQ(loaded.error().code, base::ErrorCode::invalid_argument);
  return loaded.error().public_text;
}

void put(const std::string& path, std::string_view text) {
  std::ofstream(path) << text;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(TlsContext, SaysWhichFileCannotBeUsedAndWhy) {
  const Certificates made;
  const TlsFiles good = made.files();
  const std::string other = made.path("other");
  EXPECT_EQ(refusal_of({other, good.key}),
            "--tls-cert " + other + ": the file cannot be read: No such file or directory");
  EXPECT_EQ(refusal_of({good.certificate, other}),
            "--tls-key " + other + ": the file cannot be read: No such file or directory");
  EXPECT_EQ(refusal_of({made.path(""), good.key}), "--tls-cert " + made.path("") + ": it takes a file");
  put(other, "");
  EXPECT_EQ(refusal_of({other, good.key}), "--tls-cert " + other +
                                               ": it holds no certificate; it takes a chain in PEM, the "
                                               "server's own first");
  EXPECT_EQ(refusal_of({good.certificate, other}),
            "--tls-key " + other + ": it holds no key that can be read; it takes one in PEM");
  EXPECT_NE(refusal_of({good.key, good.key}).find("it holds no certificate"), std::string::npos);
  EXPECT_NE(refusal_of({good.certificate, good.certificate}).find("it holds no key"), std::string::npos);
  put(other, text_of(good.certificate) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_NE(refusal_of({other, good.key}).find("a certificate in it cannot be read"), std::string::npos);
  put(other, std::string(1024 * 1024 + 1, '\n'));
  EXPECT_EQ(refusal_of({other, good.key}), "--tls-cert " + other + ": the file is larger than 1048576 bytes");
}

TEST(TlsContext, RefusesAKeyThatDoesNotFitOrIsUnderAPassphrase) {
  const Certificates made;
  const TlsFiles good = made.files();
  const TlsFiles other{made.path("other-cert"), made.path("other-key")};
  made.write(other, {});
  EXPECT_EQ(
      refusal_of({good.certificate, other.key}),
      "--tls-key " + other.key + ": the key is not that of the first certificate in " + good.certificate);
  made.write(other, {}, "open sesame");
  EXPECT_EQ(refusal_of(other),
            "--tls-key " + other.key + ": the key is under a passphrase; it takes a key without one");
}

TEST(TlsContext, TakesAChainAndOneFileForBoth) {
  const Certificates made;
  const TlsFiles good = made.files();
  const TlsFiles other{made.path("other-cert"), made.path("other-key")};
  made.write(other, {.name = "issuer.example"});
  const std::string both = made.path("both");
  put(both, text_of(good.key) + text_of(good.certificate) + text_of(other.certificate));
  const auto server = test::serve(test::usual_routes(), {}, 1, TlsFiles{both, both});
  const Client client(test::port_of(*server), TlsTerms{});
  ASSERT_TRUE(client.tls()->is_open());
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(client.tls()->ssl())), 2);
  EXPECT_EQ(client.tls()->server_name(), "first.example");
}

TEST(TlsContext, WarnsOfWhatClientsWillRefuseAndOfAnOpenKey) {
  const Certificates made;
  test::CapturedLog log;
  EXPECT_EQ(refusal_of(made.files()), "it was loaded");
  EXPECT_EQ(log.count("\"level\":\"warning\""), 0U);
  EXPECT_EQ(log.count("\"subject\":\"CN=first.example\""), 1U);
  made.renew({.begins = -2h, .ends = -1h});
  EXPECT_EQ(refusal_of(made.files()), "it was loaded");
  made.renew({.begins = 1h, .ends = 2h});
  EXPECT_EQ(refusal_of(made.files()), "it was loaded");
  EXPECT_EQ(log.count("does not hold now"), 2U);
  made.renew({});
  std::filesystem::permissions(made.files().key, std::filesystem::perms{0644});
  EXPECT_EQ(refusal_of(made.files()), "it was loaded");
  EXPECT_EQ(log.count("open to everybody"), 1U);
  EXPECT_EQ(log.count("BEGIN"), 0U);
}

std::string name_seen(const Server& server) {
  return Client(test::port_of(server), TlsTerms{}).tls()->server_name();
}

TEST(TlsContext, NewConnectionsGetTheNewCertificateAndOldOnesGoOn) {
  const Certificates made;
  const auto server = test::serve(test::usual_routes(), {}, 2, made.files());
  Client old(test::port_of(*server), TlsTerms{});
  made.renew({.name = "second.example"});
  EXPECT_EQ(name_seen(*server), "first.example") << "not before it is told";
  ASSERT_TRUE(server->reload_certificate().has_value());
  EXPECT_EQ(name_seen(*server), "second.example");
  ASSERT_TRUE(old.send(get("/large?bytes=1000000")));
  EXPECT_TRUE(old.read_answer().whole);
}

TEST(TlsContext, ABadPairKeepsTheOldOne) {
  const Certificates made;
  const auto server = test::serve(test::usual_routes(), {}, 1, made.files());
  const TlsFiles other{made.path("other-cert"), made.path("other-key")};
  made.write(other, {.name = "second.example"});
  // The moment between the two: the new certificate is there, its key not yet.
  std::filesystem::rename(other.certificate, made.files().certificate);
  const auto reloaded = server->reload_certificate();
  ASSERT_FALSE(reloaded.has_value());
  EXPECT_NE(reloaded.error().public_text.find(made.files().key), std::string::npos);
  EXPECT_EQ(name_seen(*server), "first.example");
  EXPECT_TRUE(server->follow_certificate().has_value()) << "what has been tried is not tried again";
  std::filesystem::rename(other.key, made.files().key);
  EXPECT_TRUE(server->follow_certificate().has_value());
  EXPECT_EQ(name_seen(*server), "second.example");
}

TEST(TlsContext, FollowsItsFiles) {
  const Certificates made;
  test::CapturedLog log;
  const auto server = test::serve(test::usual_routes(), {}, 1, made.files());
  ASSERT_EQ(log.count("tls certificate in use"), 1U);
  EXPECT_TRUE(server->follow_certificate().has_value());
  EXPECT_EQ(log.count("tls certificate in use"), 1U) << "nothing has changed";
  made.renew({.name = "second.example"});
  EXPECT_TRUE(server->follow_certificate().has_value());
  EXPECT_EQ(name_seen(*server), "second.example");
  std::filesystem::remove(made.files().key);
  EXPECT_FALSE(server->follow_certificate().has_value());
  EXPECT_TRUE(server->follow_certificate().has_value()) << "said once";
  EXPECT_EQ(name_seen(*server), "second.example");
}

TEST(TlsContext, AServerThatCannotLoadDoesNotStartAndOneWithoutHasNothingToLoad) {
  const Certificates made;
  ServerOptions options;
  options.port = 0;
  options.router = std::make_shared<const Router>(test::usual_routes(), test::render_refusal);
  options.render_refusal = test::render_refusal;
  options.tls = TlsFiles{made.path("none"), made.path("none")};
  const auto refused = Server::start(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().public_text.find("--tls-cert"), std::string::npos);
  const auto plain = test::serve(test::usual_routes());
  EXPECT_TRUE(plain->reload_certificate().has_value());
  EXPECT_TRUE(plain->follow_certificate().has_value());
}

}  // namespace
}  // namespace parley::http
