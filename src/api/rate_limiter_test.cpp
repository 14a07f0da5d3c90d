#include "api/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/limits.hpp"

namespace parley::api {
namespace {

using Clock = RateLimiter::Clock;
using namespace std::chrono_literals;

const Clock::time_point begin{1000s};

account::Grant key(std::int64_t id, std::int64_t sid = 1) {
  account::Grant grant;
  grant.sid = sid;
  grant.key_id = id;
  return grant;
}

TEST(RateLimiter, CountsNothingWhenOff) {
  RateLimiter limiter;
  EXPECT_TRUE(limiter.is_off());
  EXPECT_FALSE(limiter.take(key(1), begin).has_value());
  EXPECT_EQ(limiter.size(), 0U);
}

TEST(RateLimiter, GrantsSoManyAtOnceThenOneAfterTheOther) {
  for (const std::uint32_t limit : {1U, 2U, 7U, 1000U, limits::requests_per_second}) {
    RateLimiter limiter(limit);
    const std::uint32_t tried = std::min(limit, 1000U);
    for (std::uint32_t i = 1; i <= tried; ++i) {
      const auto allowance = limiter.take(key(1), begin);
      ASSERT_TRUE(allowance.has_value());
      EXPECT_TRUE(allowance->is_granted) << i << " of " << limit;
      EXPECT_EQ(allowance->limit, limit);
      EXPECT_EQ(allowance->remaining, limit - i);
    }
    if (tried < limit) continue;
    const auto refused = limiter.take(key(1), begin);
    EXPECT_FALSE(refused->is_granted);
    EXPECT_EQ(refused->remaining, 0U);
    EXPECT_GT(refused->retry, 0ns);
    EXPECT_LE(refused->retry, 1s);
    EXPECT_FALSE(limiter.take(key(1), begin + refused->retry - 1ns)->is_granted);
    EXPECT_TRUE(limiter.take(key(1), begin + refused->retry)->is_granted) << limit;
    EXPECT_FALSE(limiter.take(key(1), begin + refused->retry)->is_granted);
    EXPECT_EQ(limiter.take(key(1), begin + 10s)->remaining, limit - 1) << "no more are saved up than these";
  }
}

TEST(RateLimiter, CountsEachKeyOfEachAccountByItself) {
  RateLimiter limiter(1);
  EXPECT_TRUE(limiter.take(key(1, 1), begin)->is_granted);
  EXPECT_TRUE(limiter.take(key(2, 1), begin)->is_granted);
  EXPECT_TRUE(limiter.take(key(1, 2), begin)->is_granted);
  EXPECT_FALSE(limiter.take(key(1, 1), begin)->is_granted);
}

TEST(RateLimiter, LookingTakesNothing) {
  RateLimiter limiter(2);
  EXPECT_EQ(limiter.look(key(1), begin)->remaining, 2U);
  EXPECT_EQ(limiter.size(), 0U);
  EXPECT_EQ(limiter.take(key(1), begin)->remaining, 1U);
  EXPECT_EQ(limiter.take(key(1), begin)->remaining, 0U);
  EXPECT_TRUE(limiter.look(key(1), begin)->is_granted);
  EXPECT_EQ(limiter.look(key(1), begin)->reset, 1s);
}

TEST(RateLimiter, TakesANewLimitWithTheNextRequest) {
  RateLimiter limiter(1000);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.take(key(1), begin)->is_granted);
  limiter.set(2);
  EXPECT_FALSE(limiter.take(key(1), begin)->is_granted);
  EXPECT_EQ(limiter.look(key(1), begin + 1s)->remaining, 2U);
  limiter.set(0);
  EXPECT_FALSE(limiter.take(key(1), begin).has_value());
}

TEST(RateLimiter, HoldsSoManyKeys) {
  RateLimiter limiter(1);
  for (std::int64_t id = 0; id < static_cast<std::int64_t>(3 * limits::limited_keys); ++id) {
    EXPECT_TRUE(limiter.take(key(id), begin)->is_granted);
    ASSERT_LE(limiter.size(), limits::limited_keys);
  }
  // Those that are silent make room for others, and what is not silent is kept.
  EXPECT_TRUE(limiter.take(key(-1), begin + 1s)->is_granted);
  for (std::int64_t id = 0; id < 1000; ++id) EXPECT_TRUE(limiter.take(key(id, 2), begin + 1s)->is_granted);
  EXPECT_FALSE(limiter.take(key(-1), begin + 1s)->is_granted);
}

TEST(RateLimiter, ThreadsShareIt) {
  constexpr std::uint32_t limit = 1000;
  RateLimiter limiter(limit);
  std::atomic<std::uint32_t> granted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (std::uint32_t n = 0; n < limit; ++n) granted += limiter.take(key(1), begin)->is_granted ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted, limit);
}

}  // namespace
}  // namespace parley::api
