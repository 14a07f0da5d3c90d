#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace date {
class time_zone;
}

namespace parley::base {

/// A time zone of the IANA database that the system has installed (Debian's `tzdata`). Two pointers wide:
/// copy it. Every function from any thread.
///
/// The database is read once in the life of the program; a newer one counts from the next start. It lists
/// each change of offset up to the year 2037; later instants keep the last offset.
class TimeZone {
 public:
  /// The zone of exactly this name, letter case included; older names that the database links on
  /// (`Europe/Kiev`) are names too; an offset such as `+01:00` is none. `UTC` needs no database. Errors:
  /// `invalid_argument` when there is no such zone (public text "takes an IANA time zone name such as …");
  /// `unavailable` when the system has no database or the zone's file is damaged.
  [[nodiscard]] static Result<TimeZone> find(std::string_view iana_name);

  /// Coordinated Universal Time.
  [[nodiscard]] static TimeZone utc() noexcept { return TimeZone("UTC", nullptr); }

  /// The name it was found by. Lives as long as the program.
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

  /// Whether this is UTC itself under any of its names; not a zone whose offset happens to be zero.
  [[nodiscard]] bool is_utc() const noexcept { return zone_ == nullptr; }

  /// The first instant of a local day: also where midnight does not exist (the clock jumps over it) or exists
  /// twice (then the earlier). A day that the zone left out whole begins where the next one does, so it is
  /// empty.
  [[nodiscard]] Timestamp start_of_day(std::chrono::sys_days local_day) const;

  /// What is added to UTC at that instant to give local time; exact, with seconds for times before zones had
  /// whole minutes.
  [[nodiscard]] std::chrono::seconds offset_at(Timestamp time) const;

 private:
  friend class LocalTimeWriter;

  TimeZone(std::string_view name, const date::time_zone* zone) noexcept : name_(name), zone_(zone) {}

  std::string_view name_;
  const date::time_zone*
      zone_;  ///< Null for UTC; else owned by the database, which lives as long as the program.
};

/// Writes instants in a zone's local time, quickly while they stay between two changes of its offset. On one
/// thread.
class LocalTimeWriter {
 public:
  explicit LocalTimeWriter(TimeZone zone) noexcept : zone_(zone) {}

  /// Appends `2020-01-01T01:00:00.000+01:00`; for UTC `2020-01-01T00:00:00.000Z`. An offset with seconds is
  /// rounded to the minute (half away from zero) and the local time goes with it, so the text names the very
  /// instant. Local times outside the years 0000 to 9999 are written as the nearer end.
  void append(std::string& out, Timestamp time);

 private:
  void look_up(Timestamp time);

  TimeZone zone_;
  // [begin_, end_) has this offset; empty at first.
  Timestamp begin_{};
  Timestamp end_{};
  std::chrono::minutes offset_{};
  char suffix_[6] = {};
};

/// The version of the system's time zone database, such as `2025b`; "unknown" when it does not say, or is not
/// there.
[[nodiscard]] const std::string& time_zone_database_version();

}  // namespace parley::base
