#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/command.hpp"
#include "base/error.hpp"
#include "http/server.hpp"
#include "http/tls_files.hpp"
#include "store/open.hpp"

namespace parley::app {

struct ServeOptions {
  store::Location location;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  unsigned threads = 0;    ///< 0: one for each core.
  std::string public_url;  ///< The address clients know; empty: where it listens.
  bool metrics = true;     ///< Whether `/metrics` is there.
  /// Whether `/test/…` is there. Only where strangers cannot reach it: the caller sees to that.
  bool test_endpoints = false;
  http::ServerBounds bounds = {};
  http::TrustedProxies trusted_proxies = {};
  std::uint32_t requests_per_second = 0;  ///< Of each key; 0: no limit.
  std::optional<http::TlsFiles> tls;      ///< With it the server speaks HTTPS.
};

/// Reads the options again, from where they were read at the start.
using OptionsReader = std::function<base::Result<ServeOptions>()>;

/// Runs the server until SIGTERM, SIGINT or the hang-up of its terminal, then drains it. At SIGHUP it calls
/// `read_again` and puts into effect what can be (see Reload). Call on the main thread before any other
/// thread is started: it blocks these signals for all. `started` gets the server's URL once it answers;
/// `run_command` carries out what comes over the control socket. Errors: those of opening the store and of
/// binding.
[[nodiscard]] base::Result<> serve(const ServeOptions& options, const CommandRunner& run_command,
                                   const OptionsReader& read_again,
                                   const std::function<void(std::string_view url)>& started);

}  // namespace parley::app
