#pragma once

#include <chrono>
#include <cstddef>

namespace parley::http {

/// Until when more of a body must have come: `grace` from its beginning, and what it takes at `pace` bytes a
/// second to bring what has come so far.
class BodyDeadline {
 public:
  using Clock = std::chrono::steady_clock;

  BodyDeadline(Clock::time_point begin, std::chrono::milliseconds grace, std::size_t pace) noexcept
      : until_(begin + grace), pace_(static_cast<double>(pace)) {}

  void add(std::size_t bytes) noexcept {
    const std::chrono::duration<double> earned(static_cast<double>(bytes) / pace_);
    until_ += std::chrono::duration_cast<Clock::duration>(earned);
  }

  [[nodiscard]] Clock::time_point until() const noexcept { return until_; }

 private:
  Clock::time_point until_;
  double pace_;
};

}  // namespace parley::http
