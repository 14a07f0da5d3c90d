#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/serve.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"

namespace CLI {
class App;
}

namespace parley::cli {

/// What `serve` was given, as text.
struct ServeWords {
  std::string listen = "127.0.0.1:8080";
  std::string public_url;
  std::string tls_certificate;
  std::string tls_key;
  unsigned threads = 0;
  bool metrics = true;
  bool test_endpoints = false;
  std::size_t connections = limits::connections;
  std::size_t connections_per_address = limits::connections_per_address;
  std::uint32_t requests_per_second = 0;
  std::vector<std::string> trusted_proxies;
};

/// Adds the options of `serve` to a parser; gives back where it puts what it reads.
[[nodiscard]] std::shared_ptr<const ServeWords> define_serve(CLI::App& parser);

/// Reads it. Error: invalid_argument, naming the option.
[[nodiscard]] base::Result<app::ServeOptions> read_serve_words(const ServeWords& words,
                                                               const store::Location& location);

}  // namespace parley::cli
