#pragma once

#include <string>
#include <vector>

#include "api/rate_limiter.hpp"
#include "base/current.hpp"
#include "base/worker_pool.hpp"
#include "http/router.hpp"
#include "statistics/day_queue.hpp"
#include "store/database.hpp"

namespace parley::api {

/// Every route of the Chat API. `database` and `days`, which is asked for the blocks of days that were read
/// without, `pool`, which does long work, and `limiter`, which counts the requests of keys, outlive the
/// routes. `public_url`: the address that clients know; empty: what the Host header says; it outlives the
/// routes too and may change meanwhile.
[[nodiscard]] std::vector<http::Route> routes(store::Database& database, statistics::DayQueue& days,
                                              base::WorkerPool& pool, RateLimiter& limiter,
                                              const base::Current<std::string>& public_url);

}  // namespace parley::api
