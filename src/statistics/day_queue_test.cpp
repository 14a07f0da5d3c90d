#include "statistics/day_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/limits.hpp"

namespace parley::statistics {
namespace {

constexpr Day first_day(std::chrono::days(18'262));

TEST(DayQueueTest, HoldsEachDayOnceAndNoMoreThanItsLimit) {
  DayQueue queue;
  for (std::size_t i = 0; i < limits::statistics_days_waiting + 5; ++i) {
    queue.ask(1, first_day + std::chrono::days(i));
    queue.ask(1, first_day + std::chrono::days(i));
  }
  std::size_t taken = 0;
  const Day last = first_day + std::chrono::days(limits::statistics_days_waiting - 1);
  while (queue.take()->day != last) ++taken;
  EXPECT_EQ(taken + 1, limits::statistics_days_waiting);
  queue.close();
  EXPECT_EQ(queue.take(), std::nullopt);
}

TEST(DayQueueTest, LetsADayRestUnlessItIsClosed) {
  using namespace std::chrono_literals;
  DayQueue queue;
  queue.ask(1, first_day);
  const auto asked_at = std::chrono::steady_clock::now();
  EXPECT_EQ(queue.take(50ms), (DayQueue::Entry{1, first_day}));
  EXPECT_GE(std::chrono::steady_clock::now() - asked_at, 49ms);
  queue.ask(1, first_day);
  std::jthread closes([&queue] { queue.close(); });
  EXPECT_EQ(queue.take(24h), std::nullopt);
}

}  // namespace
}  // namespace parley::statistics
