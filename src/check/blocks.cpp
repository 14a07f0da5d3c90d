// Blocks of rendered rows against the facts they were rendered from.

#include <algorithm>
#include <string>

#include "check/parts.hpp"
#include "statistics/block_store.hpp"
#include "statistics/day_builder.hpp"

namespace parley::check {

namespace {

using base::Result;
using base::Task;
using statistics::Day;

/// Around every day that a chat can start on.
constexpr Day first_day = std::chrono::floor<std::chrono::days>(base::first_timestamp);
constexpr Day last_day = std::chrono::floor<std::chrono::days>(base::last_timestamp);

}  // namespace

Task<Result<bool>> check_blocks(store::Unit& unit, store::SideFiles& files, std::int64_t sid,
                                std::int64_t& from, Report& report) {
  const Day begin(std::chrono::days(std::max(from, statistics::day_number(first_day))));
  PARLEY_CO_TRY_ASSIGN(const auto day, co_await statistics::next_whole_day(unit, sid, begin, last_day));
  if (!day) co_return false;
  PARLEY_CO_TRY_ASSIGN(const bool holds, co_await statistics::day_holds(unit, files, sid, *day));
  if (!holds) {
    std::string key;
    base::append_date(key, *day);
    report.add(Claim::statistics_block, sid, "statistics_block", key);
  }
  from = statistics::day_number(*day) + 1;
  co_return true;
}

}  // namespace parley::check
