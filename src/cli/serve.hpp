#pragma once

#include <string>

#include "app/serve.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"

namespace parley::cli {

/// What `serve` was given, as text. One per process, as there is one server in it.
struct ServeWords {
  std::string listen = "127.0.0.1:8080";
  std::string public_url;
  unsigned threads = 0;
  bool metrics = true;
  bool test_endpoints = false;
};
[[nodiscard]] ServeWords& serve_words();

/// Reads it. Error: invalid_argument, naming the option.
[[nodiscard]] base::Result<app::ServeOptions> read_serve_words(const store::Location& location);

}  // namespace parley::cli
