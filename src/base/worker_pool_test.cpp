#include "base/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace parley::base {
namespace {

TEST(WorkerPool, GivesTheResultOnTheAskersThread) {
  WorkerPool pool(2, 4);
  const auto here = std::this_thread::get_id();
  auto ask = [&]() -> Task<std::thread::id> {
    const auto made = co_await run_on<std::thread::id>(
        pool, [](const std::stop_token&) { return Result<std::thread::id>(std::this_thread::get_id()); });
    EXPECT_TRUE(made);
    EXPECT_EQ(std::this_thread::get_id(), here);
    co_return *made;
  };
  EXPECT_NE(block_on(ask()), here);
}

TEST(WorkerPool, TakesNoMoreThanItsThreadsAndItsQueueHold) {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  std::atomic<int> called = 0;
  WorkerPool pool(1, 2);
  std::promise<void> started;
  ASSERT_TRUE(pool.post([&](const std::stop_token&) {
    started.set_value();
    opened.wait();
    ++called;
  }));
  started.get_future().wait();
  const auto count = [&](const std::stop_token&) { ++called; };
  EXPECT_TRUE(pool.post(count));
  EXPECT_TRUE(pool.post(count));
  EXPECT_FALSE(pool.post(count));
  auto ask = [&]() -> Task<ErrorCode> {
    const auto made = co_await run_on<int>(pool, [](const std::stop_token&) { return Result<int>(1); });
    co_return made ? ErrorCode::internal : made.error().code;
  };
  EXPECT_EQ(block_on(ask()), ErrorCode::unavailable);
  gate.set_value();
  pool.stop();
  EXPECT_EQ(called, 3);
}

TEST(WorkerPool, StoppingEndsWorkAndCallsWhatWaits) {
  WorkerPool pool(1, 4);
  std::promise<void> started;
  std::atomic<bool> second_saw_stop = false;
  ASSERT_TRUE(pool.post([&](const std::stop_token& stop) {
    started.set_value();
    while (!stop.stop_requested()) std::this_thread::yield();
  }));
  ASSERT_TRUE(pool.post([&](const std::stop_token& stop) { second_saw_stop = stop.stop_requested(); }));
  started.get_future().wait();
  pool.stop();
  EXPECT_TRUE(second_saw_stop);
  EXPECT_FALSE(pool.post([](const std::stop_token&) {}));
}

}  // namespace
}  // namespace parley::base
