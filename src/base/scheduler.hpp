#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace parley::base {

/// Something to be done once, later. May own what cannot be copied.
using Job = std::move_only_function<void()>;

/// A thread that takes jobs: a coroutine that began on it goes on only on it. Two kinds exist: the socket
/// loops of the HTTP server, and `RunLoop` for threads without sockets (command line, control socket, tests).
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Runs `job` on this scheduler's thread, later, never inside the call. From any thread. Jobs of one
  /// posting thread run in the order they were posted.
  virtual void post(Job job) = 0;

  /// The scheduler of the calling thread, or null where there is none (the store's writer thread, for one).
  [[nodiscard]] static Scheduler* current() noexcept;

 protected:
  /// Makes `scheduler` the calling thread's current one for the life of the guard.
  class Guard {
   public:
    explicit Guard(Scheduler* scheduler) noexcept;
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Scheduler* previous_;
  };
};

/// A scheduler without sockets: the thread that calls `run_until` works the jobs off. Lives on one thread;
/// `post` from any.
class RunLoop final : public Scheduler {
 public:
  void post(Job job) override;

  /// Runs jobs on the calling thread until `done()` is true, waiting while there is none. `done` is asked on
  /// this thread, before each job.
  void run_until(const std::function<bool()>& done);

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
};

}  // namespace parley::base
