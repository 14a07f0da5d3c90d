#pragma once

#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/scheduler.hpp"
#include "base/task.hpp"

namespace parley::base {

/// A few threads for long work, so that the socket loops need not wait for it. Bounded: what finds neither a
/// free thread nor a place in the queue is not taken. Its threads stand behind others where the processor is
/// short. Every function from any thread, but the pool's own.
class WorkerPool {
 public:
  /// What is asked to end early by `stop` when the pool stops.
  using Work = std::move_only_function<void(const std::stop_token& stop)>;

  /// Starts `threads` threads; at most `waiting` pieces of work wait for them.
  WorkerPool(std::size_t threads, std::size_t waiting);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Queues `work`; false when the queue is full or the pool has stopped, and then it is never called. Work
  /// that was taken is always called, after a stop as well, so that whoever waits for it learns of its end.
  [[nodiscard]] bool post(Work work);

  /// Asks all work to end and waits for that. A second call does nothing.
  void stop();

 private:
  void run();

  std::size_t most_waiting_;
  std::stop_source stopping_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> waiting_;
  std::size_t idle_ = 0;
  std::vector<std::thread> threads_;
};

/// Runs `work`, a `(const std::stop_token&) -> Result<T>`, on the pool and goes on with its result on the
/// asker's scheduler. The task must not be destroyed before it has ended. Error beside the work's own:
/// unavailable when the pool takes no more.
template <typename T, typename F>
Task<Result<T>> run_on(WorkerPool& pool, F work) {
  struct Wait {
    WorkerPool& pool;
    F& work;
    std::optional<Result<T>> result;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> asker) {
      Scheduler* const scheduler = Scheduler::current();
      PARLEY_CHECK(scheduler != nullptr);
      return pool.post([this, asker, scheduler](const std::stop_token& stop) {
        result.emplace(work(stop));
        scheduler->post([asker] { asker.resume(); });
      });
    }
    void await_resume() const noexcept {}
  };
  Wait wait{pool, work, std::nullopt};
  co_await wait;
  if (!wait.result) co_return fail(ErrorCode::unavailable, "too much is being made already; try again");
  co_return *std::move(wait.result);
}

}  // namespace parley::base
