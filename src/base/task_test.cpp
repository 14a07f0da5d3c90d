#include "base/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace parley::base {
namespace {

/// Suspends its awaiter and resumes it through the thread's scheduler, as a store that answers later does.
struct LaterTurn {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) const {
    Scheduler::current()->post([awaiting] { awaiting.resume(); });
  }
  void await_resume() const noexcept {}
};

Task<int> immediate(int value) {
  co_return value;
}

Task<int> later(int value) {
  co_await LaterTurn{};
  co_return value;
}

Task<long> sum_of(int count, bool wait) {
  long sum = 0;
  for (int i = 0; i < count; ++i) {
    const int value = wait ? 0 : 1;
    if (wait) {
      const int answer = co_await later(1);
      sum += answer;
    } else {
      const int answer = co_await immediate(value);
      sum += answer;
    }
  }
  co_return sum;
}

TEST(Task, AMillionImmediateAnswersNeedNoStack) {
  EXPECT_EQ(block_on(sum_of(1'000'000, false)), 1'000'000);
}

TEST(Task, AwaitsOnLaterTurns) {
  EXPECT_EQ(block_on(sum_of(10'000, true)), 10'000);
}

TEST(Task, AReadyTaskNeedsNoCoroutine) {
  auto chain = []() -> Task<std::string> {
    std::string text = co_await Task<std::string>::ready("given");
    co_return text + "!";
  };
  EXPECT_EQ(block_on(chain()), "given!");
  EXPECT_EQ(run_immediate(Task<int>::ready(7)), 7);
}

TEST(Task, RunsImmediateTasksWithoutALoop) {
  EXPECT_EQ(run_immediate(sum_of(3, false)), 3);
}

TEST(Task, DestroyingAnUnstartedTaskDestroysWhatItHolds) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  {
    auto keep = [](std::shared_ptr<int> value) -> Task<int> { co_return *value; };
    Task<int> task = keep(std::move(held));
    EXPECT_FALSE(watch.expired());
  }
  EXPECT_TRUE(watch.expired());
}

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::invalid_argument, "an even number, please");
  return value / 2;
}

Task<Result<int>> quarter(int value) {
  PARLEY_CO_TRY_ASSIGN(const int first, half(value));
  PARLEY_CO_TRY_ASSIGN(const int second, half(first));
  co_return second;
}

TEST(Task, ErrorsTravelAsValues) {
  EXPECT_EQ(block_on(quarter(8)).value(), 2);
  const auto refused = block_on(quarter(6));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(refused.error().public_text, "an even number, please");
}

TEST(RunLoop, TakesJobsFromOtherThreadsInOrder) {
  RunLoop loop;
  std::vector<int> seen;
  std::thread poster([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&seen, i] { seen.push_back(i); });
  });
  loop.run_until([&] { return seen.size() == 1000; });
  poster.join();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(Scheduler::current(), nullptr);
}

}  // namespace
}  // namespace parley::base
