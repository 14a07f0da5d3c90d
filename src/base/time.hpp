#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace parley::base {

/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// The instant as milliseconds since the epoch; negative before 1970.
[[nodiscard]] constexpr std::int64_t epoch_ms(Timestamp time) noexcept {
  return time.time_since_epoch().count();
}

/// The instant that `epoch_ms` made the number of.
[[nodiscard]] constexpr Timestamp from_epoch_ms(std::int64_t milliseconds) noexcept {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

/// The first and the last instant that have a four-digit year in UTC: what `parse_iso8601` gives lies between
/// them.
inline constexpr Timestamp first_timestamp = from_epoch_ms(-62'167'219'200'000);
inline constexpr Timestamp last_timestamp = from_epoch_ms(253'402'300'799'999);

/// Reads a date and time with `Z` or an offset `±hh:mm` (RFC 3339; seconds required, `t` and `z` as well). A
/// fraction of 1 to 9 digits is cut to milliseconds, downwards. Only days that the calendar has; no hour 24,
/// no second 60; the result lies in the years 0000 to 9999 of UTC. Error: `invalid_argument`, whose public
/// text says what is taken ("takes a date and time such as …").
[[nodiscard]] Result<Timestamp> parse_iso8601(std::string_view text);

/// Reads exactly `YYYY-MM-DD`, a day that the calendar has. Error: `invalid_argument`, worded like
/// `parse_iso8601`'s.
[[nodiscard]] Result<std::chrono::sys_days> parse_date(std::string_view text);

/// Appends `2020-01-01T00:00:00.000Z`: always 24 characters. An instant outside `first_timestamp` …
/// `last_timestamp` is written as the nearer of the two.
void append_iso8601(std::string& out, Timestamp time);

/// Appends `2020-01-01`: always 10 characters; a day outside the years 0000 to 9999 as the nearer end.
void append_date(std::string& out, std::chrono::sys_days day);

/// What time it is. Two kinds: the system's, and one that tests set.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The present instant. From any thread. May step back when the system's clock is set.
  [[nodiscard]] virtual Timestamp now() const noexcept = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override;
};

/// A clock that stands still until it is told otherwise. Every function from any thread.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Timestamp start = {}) noexcept : now_(epoch_ms(start)) {}

  [[nodiscard]] Timestamp now() const noexcept override { return from_epoch_ms(now_.load()); }

  /// Makes `time` the present, earlier or later.
  void set(Timestamp time) noexcept { now_.store(epoch_ms(time)); }

  /// Moves the present by `step`.
  void advance(std::chrono::milliseconds step) noexcept { now_.fetch_add(step.count()); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace parley::base
