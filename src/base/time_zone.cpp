#include "base/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>

#include "base/time_text.hpp"

namespace parley::base {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// The names that the database's `backward` and `etcetera` files give to UTC.
constexpr std::array<std::string_view, 8> names_of_utc = {"UTC",  "Etc/UTC",  "UCT",       "Etc/UCT",
                                                          "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"};

/// Half away from zero, so that zones to the east and to the west are treated alike.
minutes round_to_minute(seconds offset) noexcept {
  const seconds half = offset < seconds(0) ? seconds(-30) : seconds(30);
  return std::chrono::duration_cast<minutes>(offset + half);
}

Timestamp to_timestamp(date::sys_seconds time) noexcept {
  return Timestamp(time.time_since_epoch());
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view iana_name) {
  const auto* const name_of_utc = std::ranges::find(names_of_utc, iana_name);
  if (name_of_utc != names_of_utc.end()) return TimeZone(*name_of_utc, nullptr);
  const date::tzdb* database = nullptr;
  try {
    database = &date::get_tzdb();
  } catch (const std::exception& problem) {
    return fail(ErrorCode::unavailable, "this system has no time zone database", problem.what());
  }
  const auto zone = std::ranges::lower_bound(database->zones, iana_name, {}, &date::time_zone::name);
  // The library takes every file it finds for a zone, so also the machine's own setting.
  if (zone == database->zones.end() || zone->name() != iana_name || iana_name == "localtime") {
    return fail(ErrorCode::invalid_argument, "takes an IANA time zone name such as Europe/Stockholm");
  }
  try {
    // The library reads a zone's file at its first use. A damaged one is found here, so that nothing fails
    // later.
    static_cast<void>(zone->get_info(date::sys_seconds{}));
  } catch (const std::exception& problem) {
    return fail(ErrorCode::unavailable, "this system's time zone database is damaged", problem.what());
  }
  return TimeZone(zone->name(), &*zone);
}

Timestamp TimeZone::start_of_day(std::chrono::sys_days local_day) const {
  if (zone_ == nullptr) return local_day;
  const date::local_seconds midnight{local_day.time_since_epoch()};
  const date::local_info info = zone_->get_info(midnight);
  // Where midnight is skipped, the day's first instant is the one at which the clock jumps.
  if (info.result == date::local_info::nonexistent) return to_timestamp(info.first.end);
  return to_timestamp(date::sys_seconds(midnight.time_since_epoch() - info.first.offset));
}

seconds TimeZone::offset_at(Timestamp time) const {
  if (zone_ == nullptr) return seconds(0);
  return zone_->get_info(std::chrono::floor<seconds>(time)).offset;
}

void LocalTimeWriter::look_up(Timestamp time) {
  const date::sys_info info = zone_.zone_->get_info(std::chrono::floor<seconds>(time));
  begin_ = to_timestamp(info.begin);
  end_ = to_timestamp(info.end);
  offset_ = round_to_minute(info.offset);
  const auto size = static_cast<unsigned>(std::abs(offset_.count()));
  suffix_[0] = offset_.count() < 0 ? '-' : '+';
  suffix_[1] = static_cast<char>('0' + size / 600);
  suffix_[2] = static_cast<char>('0' + size / 60 % 10);
  suffix_[3] = ':';
  suffix_[4] = static_cast<char>('0' + size % 60 / 10);
  suffix_[5] = static_cast<char>('0' + size % 10);
}

void LocalTimeWriter::append(std::string& out, Timestamp time) {
  if (zone_.is_utc()) {
    append_iso8601(out, time);
    return;
  }
  time = std::clamp(time, first_timestamp, last_timestamp);
  if (time < begin_ || time >= end_) look_up(time);
  detail::append_date_time(out, time + offset_, {suffix_, sizeof suffix_});
}

namespace {

std::string find_database_version() {
  try {
    const std::string& version = date::get_tzdb().version;
    if (!version.empty() && version != "unknown") return version;
  } catch (const std::exception&) {
    return "unknown";
  }
  // Debian keeps the version in the first line of the database's source, where the library does not look.
  std::ifstream source("/usr/share/zoneinfo/tzdata.zi");
  std::string line;
  constexpr std::string_view intro = "# version ";
  if (!std::getline(source, line) || !line.starts_with(intro)) return "unknown";
  return line.substr(intro.size());
}

}  // namespace

const std::string& time_zone_database_version() {
  // Zones are kept once they were read, so what came to the disk later would be said of other rules.
  static const std::string version = find_database_version();
  return version;
}

}  // namespace parley::base
