#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "transfer/demo_random.hpp"

/// When people write to the demo shop: its year with seasons, holidays and campaigns, its week and its day,
/// in Swedish local time. All of it is computed here, not asked of the system's time zone database, so that
/// the same seed gives the same bundle wherever it runs.
namespace parley::transfer::demo {

/// Days that a demo account spans: more than a year, so that months of two years can be compared.
inline constexpr int demo_days = 400;

/// What is added to UTC at that instant in Europe/Stockholm: one hour, two from the last Sunday of March to
/// the last Sunday of October, both changes at 01:00 UTC (directive 2000/84/EC). For the years from 1996 on.
[[nodiscard]] std::chrono::hours stockholm_offset(base::Timestamp time) noexcept;

/// The first instant of a local day in Europe/Stockholm.
[[nodiscard]] base::Timestamp stockholm_day_start(std::chrono::sys_days day) noexcept;

/// Whether the clock changes on this local day.
[[nodiscard]] bool changes_clock(std::chrono::sys_days day) noexcept;

/// Easter Sunday of a year of the Gregorian calendar.
[[nodiscard]] std::chrono::sys_days easter(std::chrono::year year) noexcept;

/// What kind of day it is for the shop.
enum class DayKind : std::uint8_t {
  ordinary,
  weekend,
  holiday,   ///< Public holiday or its eve: short hours, few visitors.
  campaign,  ///< A sale: many visitors, long waits.
  peak,      ///< Black Friday.
};

[[nodiscard]] DayKind kind_of(std::chrono::sys_days day) noexcept;

/// How busy a day is beside others; above 0.
[[nodiscard]] std::uint64_t day_weight(std::chrono::sys_days day) noexcept;

/// How many conversations begin on each of the `demo_days` days that end with `end_day`: `total` shared out
/// by `day_weight`, exactly, so the sum is `total`.
[[nodiscard]] std::vector<std::uint32_t> conversations_per_day(std::chrono::sys_days end_day,
                                                               std::uint32_t total);

/// When `count` conversations of a local day begin, ascending. Where the clock changes, the first few stand
/// around the hour that is missing or comes twice.
[[nodiscard]] std::vector<base::Timestamp> starts_of_day(std::chrono::sys_days day, std::uint32_t count,
                                                         Random& random);

}  // namespace parley::transfer::demo
