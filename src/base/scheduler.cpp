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

}  // namespace parley::base
