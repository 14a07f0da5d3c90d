#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "agent/agent.hpp"
#include "base/time.hpp"
#include "transfer/demo_calendar.hpp"
#include "transfer/demo_random.hpp"

/// Who answers in the demo shop, and when they are at work.
namespace parley::transfer::demo {

/// Hours of work of one colleague on some days of the week, in local time.
struct Shift {
  std::uint8_t weekdays = 0;  ///< Bit 0 is Monday.
  int from_hour = 0;
  int to_hour = 0;  ///< Not included.
};

/// One colleague, in days since the demo's first.
struct Colleague {
  std::string_view name;
  std::string_view earlier_name;  ///< Until `renamed_on_day`; empty: always the same.
  std::string_view mailbox;       ///< Before `@example.com`.
  std::string_view department;
  std::string_view groups;
  std::string_view languages;  ///< Codes parted by a blank.
  Shift even_weeks;
  Shift odd_weeks;
  bool is_back_office = false;
  int first_day = 0;
  int last_day = demo_days;  ///< Gone from then on, and removed if that is before the end.
  int renamed_on_day = 0;
};

/// All colleagues; an agent's id is its place, from 1.
[[nodiscard]] std::span<const Colleague> colleagues() noexcept;

/// The staff over the days that end with `end_day`. Cheap to copy.
class Staff {
 public:
  explicit Staff(std::chrono::sys_days end_day) noexcept
      : first_day_(end_day - std::chrono::days(demo_days - 1)) {}

  /// The agents' records as they stand at the end.
  [[nodiscard]] std::vector<agent::Agent> agents() const;

  /// The id of somebody at work who takes chats, one who speaks the language if there is one; not `except`.
  /// Empty when the chat is closed, and sometimes when nobody speaks the language.
  [[nodiscard]] std::optional<std::int64_t> at_work(base::Timestamp time, std::string_view language,
                                                    Random& random, std::int64_t except = 0) const;

  /// The id of somebody of the back office.
  [[nodiscard]] std::int64_t back_office(Random& random) const;

  /// The next full hour after `time` at which somebody takes chats; empty if there is none within a week.
  [[nodiscard]] std::optional<base::Timestamp> next_opening(base::Timestamp time) const;

  /// An agent's name as it was at that time.
  [[nodiscard]] std::string_view name_at(std::int64_t agent_id, base::Timestamp time) const;

 private:
  [[nodiscard]] bool works(const Colleague& colleague, base::Timestamp time) const;
  [[nodiscard]] base::Timestamp last_active(const Colleague& colleague) const;

  std::chrono::sys_days first_day_;
};

}  // namespace parley::transfer::demo
