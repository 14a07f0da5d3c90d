#include "cli/serve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <utility>

#include "base/limits.hpp"
#include "encoding/url.hpp"

namespace parley::cli {

namespace {

using base::ErrorCode;
using base::Result;

/// Splits `HOST:PORT`; an IPv6 address stands in brackets.
Result<> read_listen(const std::string& text, app::ServeOptions& options) {
  const auto refuse = [&text] {
    return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("--listen is '{}'; it takes HOST:PORT such as 127.0.0.1:8080 or [::1]:8080", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return refuse();
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') != host.ends_with(']')) return refuse();
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || rest != end || host.empty()) return refuse();
  options.host = host;
  options.port = port;
  return {};
}

/// Whether only programs of this machine reach the address. A name may mean any address, but for the one that
/// always means this machine (RFC 6761 section 6.3).
bool is_loopback(const std::string& host) {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return host == "localhost";
}

Result<> check_test_endpoints(const app::ServeOptions& options) {
  if (!options.test_endpoints || is_loopback(options.host)) return {};
  return base::fail(
      ErrorCode::invalid_argument,
      fmt::format("--test-endpoints is given with --listen {}: strangers may reach it; it takes a "
                  "loopback address such as 127.0.0.1:8080 or [::1]:8080",
                  options.host));
}

Result<> check_public_url(const std::string& url) {
  const bool is_web = url.starts_with("http://") || url.starts_with("https://");
  if (url.empty() || (is_web && !encoding::host_of(url).empty())) return {};
  return base::fail(
      ErrorCode::invalid_argument,
      fmt::format("--public-url is '{}'; it takes an address such as https://chat.example.org", url));
}

Result<http::TrustedProxies> read_trusted_proxies(const std::vector<std::string>& texts) {
  if (texts.size() > limits::trusted_networks) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("--trust-proxy is given {} times; it takes up to {} networks", texts.size(),
                                  limits::trusted_networks));
  }
  std::vector<http::Network> networks;
  for (const std::string& text : texts) {
    const auto network = http::Network::parse(text);
    if (!network) {
      return base::fail(ErrorCode::invalid_argument,
                        fmt::format("--trust-proxy: {}", network.error().public_text));
    }
    networks.push_back(*network);
  }
  return http::TrustedProxies(std::move(networks));
}

/// What bounds those who ask.
void define_bounds(CLI::App& parser, ServeWords& words) {
  const CLI::Range some(std::size_t{1}, limits::settable_connections);
  parser.add_option("--connections", words.connections, "Connections in all; one more is answered 503")
      ->check(some)
      ->type_name("N")
      ->capture_default_str();
  parser
      .add_option("--connections-per-address", words.connections_per_address,
                  "Connections from one address; of IPv6, from 64 bits of one")
      ->check(some)
      ->type_name("N")
      ->capture_default_str();
  parser
      .add_option("--requests-per-second", words.requests_per_second,
                  "Requests of one API key a second; one more is answered 429. 0 is no limit")
      ->check(CLI::Range(std::uint32_t{0}, limits::requests_per_second))
      ->type_name("N")
      ->capture_default_str();
  parser
      .add_option("--trust-proxy", words.trusted_proxies,
                  "A network of proxies whose X-Forwarded-For and X-Forwarded-Proto count; repeatable")
      ->delimiter(',')
      ->type_name("NETWORK");
}

/// Both or none.
Result<> read_tls(const ServeWords& words, app::ServeOptions& options) {
  const bool has_certificate = !words.tls_certificate.empty();
  if (has_certificate != !words.tls_key.empty()) {
    return base::fail(ErrorCode::missing_argument,
                      has_certificate ? "--tls-cert needs --tls-key, the file that holds its key"
                                      : "--tls-key needs --tls-cert, the file that holds its certificate");
  }
  if (has_certificate) options.tls = http::TlsFiles{words.tls_certificate, words.tls_key};
  return {};
}

}  // namespace

std::shared_ptr<const ServeWords> define_serve(CLI::App& parser) {
  const auto made = std::make_shared<ServeWords>();
  ServeWords& words = *made;
  parser.add_option("--listen", words.listen, "Where to answer")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  parser.add_option("--public-url", words.public_url, "The address that clients know, if it is another one")
      ->type_name("URL");
  parser
      .add_option("--tls-cert", words.tls_certificate, "Speak HTTPS: the certificate and its chain, in PEM")
      ->type_name("FILE");
  parser.add_option("--tls-key", words.tls_key, "The certificate's key, in PEM without a passphrase")
      ->type_name("FILE");
  parser.add_option("--threads", words.threads, "Threads that answer; 0 is one for each core")
      ->check(CLI::Range(0U, 256U))
      ->type_name("N")
      ->capture_default_str();
  define_bounds(parser, words);
  parser.add_option("--metrics", words.metrics, "Whether /metrics is there: on or off")
      ->type_name("on|off")
      ->default_str("on");
  parser.add_flag("--test-endpoints", words.test_endpoints,
                  "Adds /test/echo and /test/local-time for conformance suites; on a loopback address only");
  return made;
}

Result<app::ServeOptions> read_serve_words(const ServeWords& words, const store::Location& location) {
  app::ServeOptions options;
  options.location = location;
  options.threads = words.threads;
  options.public_url = words.public_url;
  options.metrics = words.metrics;
  PARLEY_TRY(read_listen(words.listen, options));
  options.test_endpoints = words.test_endpoints;
  PARLEY_TRY(check_public_url(words.public_url));
  PARLEY_TRY(check_test_endpoints(options));
  options.bounds.connections = words.connections;
  options.bounds.connections_per_address = words.connections_per_address;
  options.requests_per_second = words.requests_per_second;
  PARLEY_TRY_ASSIGN(options.trusted_proxies, read_trusted_proxies(words.trusted_proxies));
  PARLEY_TRY(read_tls(words, options));
  return options;
}

}  // namespace parley::cli
