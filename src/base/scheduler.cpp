#include "base/scheduler.hpp"

namespace parley::base {

namespace {
thread_local Scheduler* current_scheduler = nullptr;
}  // namespace

Scheduler* Scheduler::current() noexcept {
  return current_scheduler;
}

Scheduler::Guard::Guard(Scheduler* scheduler) noexcept : previous_(current_scheduler) {
  current_scheduler = scheduler;
}

Scheduler::Guard::~Guard() {
  current_scheduler = previous_;
}

void RunLoop::post(Job job) {
  // Notified under the lock: the loop may be destroyed as soon as its thread has taken the last job.
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  wake_.notify_one();
}

void RunLoop::run_until(const std::function<bool()>& done) {
  const Guard guard(this);
  while (!done()) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !jobs_.empty(); });
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace parley::base
