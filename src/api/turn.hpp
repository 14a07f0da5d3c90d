#pragma once

#include <coroutine>

#include "base/scheduler.hpp"

namespace parley::api {

/// Lets the others on this thread have their turn: `co_await next_turn();` goes on when they have had it. For
/// work that may read much and find little, between two of its read units.
struct NextTurn {
  [[nodiscard]] bool await_ready() const noexcept { return base::Scheduler::current() == nullptr; }
  void await_suspend(std::coroutine_handle<> waiting) const {
    base::Scheduler::current()->post([waiting] { waiting.resume(); });
  }
  void await_resume() const noexcept {}
};

[[nodiscard]] inline NextTurn next_turn() noexcept {
  return {};
}

}  // namespace parley::api
