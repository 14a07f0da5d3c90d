#include "store/postgres_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "tests/support/postgres_cluster.hpp"

namespace parley::store {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using test_support::PostgresCluster;
using Lease = PostgresPool::Lease;

const Sql select_one("SELECT 1::bigint");

/// Asks once with a connection of the pool; gives the server's process.
Task<Result<int>> ask_once(PostgresPool& pool) {
  PARLEY_CO_TRY_ASSIGN(const auto lease, co_await pool.take());
  PARLEY_CO_TRY(co_await lease.connection().query(select_one, {}, [](const Row&) {}));
  co_return lease.connection().server_process();
}

/// Asks until the store answers again, for at most 20 seconds.
bool comes_back(PostgresPool& pool) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < until) {
    if (base::block_on(ask_once(pool))) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(PostgresPool, AConnectionIsKeptForTheNext) {
  PostgresPool pool(PostgresCluster::shared().url(), 8);
  const auto first = base::block_on(ask_once(pool));
  ASSERT_TRUE(first.has_value()) << first.error().log_text;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(base::block_on(ask_once(pool)), *first);
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.idle(), 1U);
  pool.close_idle();
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_NE(base::block_on(ask_once(pool)), *first);
}

/// Takes a connection, lets others run for a while, gives it back.
Task<void> hold(PostgresPool& pool, std::set<int>& processes, std::size_t& most_at_once, std::size_t& now,
                int& left) {
  auto lease = co_await pool.take();
  EXPECT_TRUE(lease.has_value());
  if (lease) {
    most_at_once = std::max(most_at_once, ++now);
    static const Sql sleep("SELECT count(*) FROM (SELECT pg_sleep(0.005)) AS slept");
    auto slept = co_await lease->connection().query(sleep, {}, [](const Row&) {});
    EXPECT_TRUE(slept.has_value());
    processes.insert(lease->connection().server_process());
    --now;
  }
  --left;
}

TEST(PostgresPool, MoreThanThereMayBeTakeTurns) {
  constexpr std::size_t most = 3;
  PostgresPool pool(PostgresCluster::shared().url(), most);
  base::RunLoop loop;
  std::set<int> processes;
  std::size_t most_at_once = 0;
  std::size_t now = 0;
  int left = 40;
  for (int i = 0; i < 40; ++i) {
    loop.post([&] { base::spawn(hold(pool, processes, most_at_once, now, left)); });
  }
  loop.run_until([&] { return left == 0; });
  EXPECT_LE(most_at_once, most);
  EXPECT_GT(most_at_once, 1U);
  EXPECT_LE(processes.size(), most);
  EXPECT_EQ(pool.size(), pool.idle());
}

TEST(PostgresPool, ThreadsShareIt) {
  PostgresPool pool(PostgresCluster::shared().url(), 4);
  std::vector<std::thread> threads;
  threads.reserve(6);
  std::atomic<int> good = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j) good += base::block_on(ask_once(pool)).has_value() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 120);
  EXPECT_LE(pool.size(), 4U);
}

TEST(PostgresPool, ABrokenConnectionIsNotGivenAgain) {
  PostgresPool pool(PostgresCluster::shared().url(), 8);
  const auto first = base::block_on(ask_once(pool));
  ASSERT_TRUE(first.has_value());
  test_support::ask(PostgresCluster::shared().url(),
                    "SELECT pg_terminate_backend(" + std::to_string(*first) + ", 20000)");
  EXPECT_FALSE(base::block_on(ask_once(pool)).has_value());
  EXPECT_EQ(pool.size(), 0U);
  const auto next = base::block_on(ask_once(pool));
  ASSERT_TRUE(next.has_value());
  EXPECT_NE(*next, *first);
}

TEST(PostgresPool, AWaiterThatIsGoneLeavesTheConnectionToThePool) {
  PostgresPool pool(PostgresCluster::shared().url(), 1);
  base::RunLoop loop;
  bool done = false;
  const auto story = [&]() -> Task<void> {
    {
      auto lease = co_await pool.take();
      EXPECT_TRUE(lease.has_value());
      auto dropped = pool.take();
      EXPECT_FALSE(dropped.await_ready());
      EXPECT_TRUE(dropped.await_suspend(std::noop_coroutine()));
    }
    auto asked = co_await ask_once(pool);
    EXPECT_TRUE(asked.has_value());
    done = true;
  };
  loop.post([&] { base::spawn(story()); });
  loop.run_until([&] { return done; });
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.idle(), 1U);
}

TEST(PostgresPool, WhileTheServerIsGoneWhoAsksIsRefusedAndThenItIsBack) {
  PostgresCluster cluster;
  PostgresPool pool(cluster.url(), 8);
  ASSERT_TRUE(base::block_on(ask_once(pool)).has_value());
  for (int round = 0; round < 2; ++round) {
    cluster.kill_now();
    // The first finds its connection cut off, the others that there is none to be had.
    for (int i = 0; i < 20; ++i) {
      const auto refused = base::block_on(ask_once(pool));
      ASSERT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().log_text;
    }
    EXPECT_EQ(pool.size(), 0U);
    cluster.start();
    EXPECT_TRUE(comes_back(pool));
  }
}

TEST(PostgresPool, TooManyWhoWaitAreRefused) {
  PostgresPool pool(PostgresCluster::shared().url(), 1);
  base::RunLoop loop;
  std::size_t refused = 0;
  std::size_t ended = 0;
  const std::size_t all = limits::postgres_waiting + 10;
  const auto ask = [&]() -> Task<void> {
    auto told = co_await ask_once(pool);
    if (!told) {
      ++refused;
      EXPECT_EQ(told.error().code, ErrorCode::unavailable);
    }
    ++ended;
  };
  std::optional<Lease> held;
  const auto hold_first = [&]() -> Task<void> {
    auto lease = co_await pool.take();
    EXPECT_TRUE(lease.has_value());
    held.emplace(*std::move(lease));
    ++ended;
  };
  loop.post([&] { base::spawn(hold_first()); });
  loop.run_until([&] { return ended == 1; });
  for (std::size_t i = 0; i < all; ++i) loop.post([&] { base::spawn(ask()); });
  loop.run_until([&] { return refused == 10; });
  loop.post([&] { held.reset(); });
  loop.run_until([&] { return ended == all + 1; });
  EXPECT_EQ(refused, 10U);
}

}  // namespace
}  // namespace parley::store
