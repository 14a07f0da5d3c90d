#pragma once

#include <vector>

#include "http/router.hpp"
#include "store/database.hpp"

namespace parley::api {

/// Every route of the Chat API. `database` outlives the routes.
[[nodiscard]] std::vector<http::Route> routes(store::Database& database);

}  // namespace parley::api
