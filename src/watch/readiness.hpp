#pragma once

#include <string_view>

#include "base/task.hpp"
#include "store/database.hpp"

namespace parley::watch {

/// Whether requests are worth sending here, and why not.
struct Readiness {
  bool is_ready = false;
  std::string_view text;
};

/// Ready while the store answers a read and nobody has told the server to stop.
base::Task<Readiness> readiness(store::Database& database, bool is_stopping);

}  // namespace parley::watch
