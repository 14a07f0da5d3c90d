#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace parley::base {

/// Something to be done once, later. May own what cannot be copied.
using Job = std::move_only_function<void()>;

/// What a descriptor is waited for.
enum class Readiness : std::uint8_t {
  readable,              ///< Bytes have come, or their end.
  readable_or_writable,  ///< Or there is room to send more.
};

/// Waits for one descriptor, which it does not own and which stays open for its life. Made, used and
/// destroyed on its scheduler's thread, before the scheduler.
class DescriptorWatch {
 public:
  /// Told whether the descriptor is ready; else the time is over.
  using Wake = std::move_only_function<void(bool)>;

  virtual ~DescriptorWatch() = default;

  /// Runs `wake` once, later, on this thread: with true as soon as the descriptor is ready or broken, with
  /// false when `time` has passed. One wait at a time. When the watch is destroyed, `wake` is not run.
  virtual void wait(Readiness wanted, std::chrono::milliseconds time, Wake wake) = 0;
};

/// A thread that takes jobs: a coroutine that began on it goes on only on it. Two kinds exist: the socket
/// loops of the HTTP server, and `RunLoop` for threads without sockets (command line, control socket, tests).
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Runs `job` on this scheduler's thread, later, never inside the call. From any thread. Jobs of one
  /// posting thread run in the order they were posted.
  virtual void post(Job job) = 0;

  /// Begins to watch a descriptor. On this scheduler's thread.
  [[nodiscard]] virtual std::unique_ptr<DescriptorWatch> watch(int descriptor) = 0;

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

/// A scheduler without a server: the thread that calls `run_until` works the jobs off. Lives on one thread;
/// `post` from any.
class RunLoop final : public Scheduler {
 public:
  RunLoop() = default;
  ~RunLoop() override;
  RunLoop(const RunLoop&) = delete;
  RunLoop& operator=(const RunLoop&) = delete;

  void post(Job job) override;
  [[nodiscard]] std::unique_ptr<DescriptorWatch> watch(int descriptor) override;

  /// Runs jobs on the calling thread until `done()` is true, waiting while there is none. `done` is asked on
  /// this thread, before each job.
  void run_until(const std::function<bool()>& done);

 private:
  class Watch;

  [[nodiscard]] bool is_watching() const noexcept;
  [[nodiscard]] Job take_job(bool may_sleep);
  void poll_watches(bool may_sleep);
  void run_woken();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool is_polling_ = false;      ///< Then a post has to reach `poll`.
  int posted_ = -1;              ///< The eventfd by which it does; made for the first watch.
  std::vector<Watch*> watches_;  ///< Of this loop's thread.
};

}  // namespace parley::base
