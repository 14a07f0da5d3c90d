#pragma once

#include <vector>

#include "http/router.hpp"
#include "statistics/day_queue.hpp"
#include "store/database.hpp"

namespace parley::api {

/// Every route of the Chat API. `database` and `days`, which is asked for the blocks of days that
/// were read without, outlive the routes.
[[nodiscard]] std::vector<http::Route> routes(store::Database& database, statistics::DayQueue& days);

}  // namespace parley::api
