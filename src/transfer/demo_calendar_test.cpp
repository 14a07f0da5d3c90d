#include "transfer/demo_calendar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/time_zone.hpp"

namespace parley::transfer::demo {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year;

constexpr sys_days end_day = year(2026) / std::chrono::October / 31;
constexpr sys_days spring_change = year(2026) / std::chrono::March / 29;
constexpr sys_days autumn_change = year(2025) / std::chrono::October / 26;

sys_days date(int in, unsigned month, unsigned day) {
  return sys_days(year(in) / std::chrono::month(month) / std::chrono::day(day));
}

TEST(DemoCalendar, AgreesWithTheTimeZoneDatabase) {
  const auto zone = base::TimeZone::find("Europe/Stockholm");
  ASSERT_TRUE(zone);
  for (int back = 0; back < 1'000; ++back) {
    const sys_days day = end_day - days(back);
    ASSERT_EQ(stockholm_day_start(day), zone->start_of_day(day)) << back;
    for (int hour = 0; hour < 24; ++hour) {
      const base::Timestamp time = day + hours(hour);
      ASSERT_EQ(stockholm_offset(time), zone->offset_at(time)) << base::epoch_ms(time);
      ASSERT_EQ(stockholm_offset(time - milliseconds(1)), zone->offset_at(time - milliseconds(1)));
    }
  }
}

TEST(DemoCalendar, FindsEaster) {
  for (const sys_days day : {date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2025, 4, 20),
                             date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)}) {
    EXPECT_EQ(easter(std::chrono::year_month_day(day).year()), day);
  }
}

TEST(DemoCalendar, KnowsTheDaysOfTheShop) {
  EXPECT_EQ(kind_of(date(2025, 11, 28)), DayKind::peak);
  EXPECT_EQ(kind_of(date(2025, 11, 27)), DayKind::campaign);
  EXPECT_EQ(kind_of(date(2025, 12, 24)), DayKind::holiday);
  EXPECT_EQ(kind_of(date(2026, 4, 3)), DayKind::holiday);   // Good Friday
  EXPECT_EQ(kind_of(date(2026, 6, 19)), DayKind::holiday);  // Midsummer Eve
  EXPECT_EQ(kind_of(date(2026, 9, 12)), DayKind::weekend);
  EXPECT_EQ(kind_of(date(2026, 9, 14)), DayKind::ordinary);
  EXPECT_GT(day_weight(date(2025, 11, 28)), 3 * day_weight(date(2025, 11, 14)));
  EXPECT_LT(3 * day_weight(date(2025, 12, 24)), day_weight(date(2025, 12, 17)));
}

TEST(DemoCalendar, SharesOutEveryConversation) {
  for (const std::uint32_t total : {1U, 10U, 399U, 2'000U, 1'000'000U}) {
    const auto counts = conversations_per_day(end_day, total);
    ASSERT_EQ(counts.size(), static_cast<std::size_t>(demo_days));
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), total);
  }
  const auto counts = conversations_per_day(end_day, 100'000);
  EXPECT_GT(*std::ranges::min_element(counts), 0U);
}

TEST(DemoCalendar, StartsLieInTheirDayInOrder) {
  Random random(7);
  for (const sys_days day : {end_day, spring_change, autumn_change}) {
    for (const std::uint32_t count : {0U, 1U, 3U, 500U}) {
      const auto starts = starts_of_day(day, count, random);
      ASSERT_EQ(starts.size(), count);
      EXPECT_TRUE(std::ranges::is_sorted(starts));
      if (count == 0) continue;
      EXPECT_GE(starts.front(), stockholm_day_start(day));
      EXPECT_LT(starts.back(), stockholm_day_start(day + days(1)));
    }
  }
}

TEST(DemoCalendar, BothSidesOfAClockChangeHaveStarts) {
  Random random(7);
  for (const sys_days day : {spring_change, autumn_change}) {
    ASSERT_TRUE(changes_clock(day));
    const auto starts = starts_of_day(day, 2, random);
    EXPECT_EQ(starts[0], day + hours(1) - milliseconds(1));
    EXPECT_EQ(starts[1], day + hours(1));
  }
  EXPECT_FALSE(changes_clock(end_day));
}

TEST(DemoRandom, StaysInItsRangeAndReachesBothEnds) {
  Random random(1);
  std::vector<int> seen(6);
  for (int turn = 0; turn < 10'000; ++turn) {
    const auto value = random.between(-2, 3);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 3);
    ++seen[static_cast<std::size_t>(value + 2)];
  }
  for (const int count : seen) EXPECT_GT(count, 1'400);
}

TEST(DemoRandom, FollowsItsWeights) {
  Random random(2);
  constexpr std::array<std::uint32_t, 3> weights = {0, 1, 3};
  std::array<int, 3> seen{};
  for (int turn = 0; turn < 10'000; ++turn) ++seen[random.weighted(weights)];
  EXPECT_EQ(seen[0], 0);
  EXPECT_NEAR(seen[1], 2'500, 300);
  EXPECT_NEAR(seen[2], 7'500, 300);
}

}  // namespace
}  // namespace parley::transfer::demo
