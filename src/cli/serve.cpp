#include "cli/serve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

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

}  // namespace

std::shared_ptr<const ServeWords> define_serve(CLI::App& parser) {
  const auto made = std::make_shared<ServeWords>();
  ServeWords& words = *made;
  parser.add_option("--listen", words.listen, "Where to answer")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  parser.add_option("--public-url", words.public_url, "The address that clients know, if it is another one")
      ->type_name("URL");
  parser.add_option("--threads", words.threads, "Threads that answer; 0 is one for each core")
      ->check(CLI::Range(0U, 256U))
      ->type_name("N")
      ->capture_default_str();
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
  return options;
}

}  // namespace parley::cli
