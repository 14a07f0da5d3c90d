#include "transfer/demo_staff.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.hpp"

namespace parley::transfer::demo {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;

constexpr std::uint8_t workdays = 0b0011111;
constexpr std::uint8_t weekend = 0b1100000;
constexpr std::uint8_t monday_to_wednesday = 0b0000111;
constexpr std::uint8_t wednesday_to_sunday = 0b1111100;
constexpr std::uint8_t thursday_to_saturday = 0b0111000;

constexpr Shift early = {workdays, 7, 16};
constexpr Shift middle = {workdays, 9, 18};
constexpr Shift late = {workdays, 12, 21};
constexpr Shift around_weekend = {wednesday_to_sunday, 10, 18};
constexpr Shift only_weekend = {weekend, 10, 18};
constexpr Shift short_week = {monday_to_wednesday, 8, 15};
constexpr Shift short_week_end = {thursday_to_saturday, 10, 17};

constexpr std::array<Colleague, 16> staff = {{
    {"Emma Sandell", "Emma Lind", "emma", "Kundtjänst", "Kundtjänst,Leverans", "sv en", early, late, false, 0,
     demo_days, 247},
    {"Johan Ekdahl", "", "johan", "Kundtjänst", "Kundtjänst,Retur", "sv en de", late, early},
    {"Leila Haddad", "", "leila", "Kundtjänst", "Kundtjänst,Retur,Leverans", "sv en ar", middle,
     around_weekend},
    {"Mikael \"Micke\" Ström", "", "micke", "Försäljning", "Försäljning", "sv en", middle, late},
    {"Aino Laakso", "", "aino", "Kundtjänst", "Kundtjänst,Norden", "fi sv en", early, middle},
    {"Hanna Brandt", "", "hanna", "Försäljning", "Försäljning,DACH", "de en", middle, middle},
    {"Kenji Moriyama", "", "kenji", "Försäljning", "Försäljning,Export", "ja en", early, early},
    {"Oksana Bondarenko", "", "oksana", "Kundtjänst", "Kundtjänst,Export", "uk en sv", around_weekend,
     middle},
    {"Claire Fontaine", "", "claire", "Försäljning", "Försäljning,Export", "fr en", short_week,
     short_week_end},
    {"Pontus Åberg", "", "pontus", "Teknik & reklamation", "Verkstad,Kundtjänst", "sv en", early, middle},
    {"Sofia Nyqvist", "", "sofia", "Försäljning", "Försäljning", "sv en de", around_weekend, around_weekend},
    {"David O'Leary", "", "david", "Kundtjänst", "Kundtjänst,Export", "en sv", late, around_weekend},
    {"Gunilla Frisk", "", "gunilla", "Ekonomi", "Ekonomi", "sv", middle, middle, true},
    {"Rolf Tegnér", "", "rolf", "Lager", "", "sv en", early, early, true},
    {"Viktor Hallberg", "", "viktor", "Kundtjänst", "Kundtjänst", "sv en", late, middle, false, 0, 162},
    {"Maja Ask", "", "maja", "Kundtjänst", "Kundtjänst,Leverans", "sv en", only_weekend, around_weekend,
     false, 118},
}};

/// What is left of a public holiday: those who work at weekends, shorter.
constexpr int holiday_from_hour = 10;
constexpr int holiday_to_hour = 15;

const Colleague& colleague_of(std::int64_t agent_id) {
  PARLEY_CHECK(agent_id >= 1 && agent_id <= static_cast<std::int64_t>(staff.size()));
  return staff[static_cast<std::size_t>(agent_id - 1)];
}

struct LocalTime {
  sys_days day;
  int hour;
};

LocalTime local(base::Timestamp time) noexcept {
  const base::Timestamp shifted = time + stockholm_offset(time);
  const auto day = std::chrono::floor<days>(shifted);
  return {day, static_cast<int>(std::chrono::floor<hours>(shifted - day).count())};
}

bool is_on(std::uint8_t weekdays, sys_days day) noexcept {
  const std::uint32_t bits = weekdays;
  return ((bits >> (std::chrono::weekday(day).iso_encoding() - 1)) & 1U) != 0;
}

/// The hours of one day, which may be none.
Shift shift_on(const Colleague& colleague, sys_days day) noexcept {
  // Weeks are counted from a Monday, the fifth day of the epoch.
  const bool is_even = ((day.time_since_epoch().count() + 3) / 7) % 2 == 0;
  Shift shift = is_even ? colleague.even_weeks : colleague.odd_weeks;
  if (!is_on(shift.weekdays, day)) return {};
  if (kind_of(day) == DayKind::holiday) {
    if ((shift.weekdays & weekend) == 0) return {};
    shift.from_hour = std::max(shift.from_hour, holiday_from_hour);
    shift.to_hour = std::min(shift.to_hour, holiday_to_hour);
  }
  return shift;
}

}  // namespace

std::span<const Colleague> colleagues() noexcept {
  return staff;
}

bool Staff::works(const Colleague& colleague, base::Timestamp time) const {
  const LocalTime now = local(time);
  const auto day = (now.day - first_day_).count();
  if (colleague.is_back_office || day < colleague.first_day || day >= colleague.last_day) return false;
  const Shift shift = shift_on(colleague, now.day);
  return now.hour >= shift.from_hour && now.hour < shift.to_hour;
}

base::Timestamp Staff::last_active(const Colleague& colleague) const {
  sys_days day = first_day_ + days(std::min(colleague.last_day, demo_days) - 1);
  while (shift_on(colleague, day).to_hour == 0) day -= days(1);
  const base::Timestamp midnight = day;
  const base::Timestamp wall = midnight + hours(shift_on(colleague, day).to_hour);
  // A quarter of an hour or so after the shift, another for each.
  const auto extra =
      std::chrono::milliseconds(mix(colleague.mailbox.size() * 31 + colleague.name.size()) % 1'500'000);
  return wall - stockholm_offset(wall) + extra;
}

std::vector<agent::Agent> Staff::agents() const {
  std::vector<agent::Agent> records;
  for (const Colleague& colleague : staff) {
    agent::Agent record;
    record.agent_id = static_cast<std::int64_t>(records.size()) + 1;
    record.name = colleague.name;
    record.email = std::string(colleague.mailbox) + "@example.com";
    record.picture = "https://norrsken.example.com/personal/" + std::string(colleague.mailbox) + ".jpg";
    record.last_active_at = last_active(colleague);
    record.department = colleague.department;
    record.is_back_office = colleague.is_back_office;
    record.groups = colleague.groups;
    record.is_removed = colleague.last_day < demo_days;
    records.push_back(std::move(record));
  }
  return records;
}

std::optional<std::int64_t> Staff::at_work(base::Timestamp time, std::string_view language, Random& random,
                                           std::int64_t except) const {
  std::array<std::int64_t, staff.size()> speakers{};
  std::array<std::int64_t, staff.size()> others{};
  std::size_t speaker_count = 0;
  std::size_t other_count = 0;
  for (std::size_t index = 0; index < staff.size(); ++index) {
    const auto id = static_cast<std::int64_t>(index) + 1;
    if (id == except || !works(staff[index], time)) continue;
    const bool speaks = staff[index].languages.find(language) != std::string_view::npos;
    (speaks ? speakers[speaker_count++] : others[other_count++]) = id;
  }
  if (speaker_count > 0) return random.pick(std::span(speakers).first(speaker_count));
  // With a translation at hand, most who do not speak the language answer all the same.
  if (other_count > 0 && random.chance(700)) return random.pick(std::span(others).first(other_count));
  return std::nullopt;
}

std::int64_t Staff::back_office(Random& random) const {
  std::vector<std::int64_t> ids;
  for (std::size_t index = 0; index < staff.size(); ++index) {
    if (staff[index].is_back_office) ids.push_back(static_cast<std::int64_t>(index) + 1);
  }
  return random.pick(ids);
}

std::optional<base::Timestamp> Staff::next_opening(base::Timestamp time) const {
  base::Timestamp hour = std::chrono::floor<hours>(time);
  for (int passed = 0; passed < 7 * 24; ++passed) {
    hour += hours(1);
    const bool open =
        std::ranges::any_of(staff, [&](const Colleague& colleague) { return works(colleague, hour); });
    if (open) return hour;
  }
  return std::nullopt;
}

std::string_view Staff::name_at(std::int64_t agent_id, base::Timestamp time) const {
  const Colleague& colleague = colleague_of(agent_id);
  const auto day = (local(time).day - first_day_).count();
  return !colleague.earlier_name.empty() && day < colleague.renamed_on_day ? colleague.earlier_name
                                                                           : colleague.name;
}

}  // namespace parley::transfer::demo
