#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "account/api_key.hpp"
#include "api/answer_memory.hpp"
#include "api/rate_limiter.hpp"
#include "base/worker_pool.hpp"
#include "change/number_memory.hpp"
#include "http/request.hpp"
#include "statistics/day_queue.hpp"
#include "store/database.hpp"

namespace parley::api {

/// One request whose path, key, account and scope are good: what a method gets. Lives on the caller's frame.
struct Call {
  const http::Request& request;
  store::Database& database;
  change::NumberMemory& numbers;
  AnswerMemory& answers;
  /// Asked for the blocks of days that chatStatistics met without.
  statistics::DayQueue& days;
  /// Does what would keep a loop too long.
  base::WorkerPool& pool;
  const account::Grant& grant;
  std::int64_t sid = 0;
  /// The path segments after the userId, decoded.
  std::span<const std::string> arguments;
  /// The address that clients know, as the operator named it; empty: the Host header says it.
  std::string_view public_url;
  /// Of a key whose requests are limited.
  std::optional<Allowance> allowance;
};

}  // namespace parley::api
