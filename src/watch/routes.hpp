#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "http/router.hpp"
#include "http/traffic.hpp"
#include "store/database.hpp"

/// What a server says of itself to those who watch it.
namespace parley::watch {

/// What is watched. All of it outlives the routes.
struct Watched {
  store::Database& database;
  std::shared_ptr<const http::Traffic> traffic;
  const std::atomic<bool>& is_stopping;  ///< Set when the server has been told to stop.
  bool tells_metrics = true;             ///< Without it there is no `/metrics`.
};

/// `/healthz`, `/readyz` and `/metrics`. They ask for no key: they tell of no account.
[[nodiscard]] std::vector<http::Route> routes(const Watched& watched);

}  // namespace parley::watch
