#include "transfer/demo_calendar.hpp"

#include <algorithm>
#include <array>

namespace parley::transfer::demo {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::chrono::month march{3};
constexpr std::chrono::month october{10};
constexpr std::chrono::month november{11};

sys_days last_sunday(year in, std::chrono::month month) noexcept {
  return sys_days(in / month / std::chrono::Sunday[std::chrono::last]);
}

/// The first day of `wanted` on or after a day of the calendar.
sys_days from_day(year in, unsigned month, unsigned day, weekday wanted) noexcept {
  const sys_days first(in / std::chrono::month(month) / std::chrono::day(day));
  return first + (wanted - weekday(first));
}

sys_days black_friday(year in) noexcept {
  return sys_days(in / november / std::chrono::Thursday[4]) + days(1);
}

bool is_fixed_holiday(year_month_day date) noexcept {
  constexpr std::array<std::array<unsigned, 2>, 8> fixed = {
      {{1, 1}, {1, 6}, {5, 1}, {6, 6}, {12, 24}, {12, 25}, {12, 26}, {12, 31}}};
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  return std::ranges::any_of(fixed, [&](const auto& at) { return at[0] == month && at[1] == day; });
}

bool is_moving_holiday(sys_days day, year in) noexcept {
  const sys_days sunday = easter(in);
  const sys_days midsummer_eve = from_day(in, 6, 19, std::chrono::Friday);
  const sys_days all_saints = from_day(in, 10, 31, std::chrono::Saturday);
  const std::array moving = {sunday - days(2),  sunday,        sunday + days(1),        sunday + days(39),
                             sunday + days(49), midsummer_eve, midsummer_eve + days(1), all_saints};
  return std::ranges::find(moving, day) != moving.end();
}

bool is_campaign(sys_days day, year in) noexcept {
  const auto within = [day](sys_days first, int length) {
    return day >= first && day < first + days(length);
  };
  const year_month_day date(day);
  const bool after_christmas =
      (date.month() == std::chrono::December && static_cast<unsigned>(date.day()) >= 27) ||
      (date.month() == std::chrono::January && static_cast<unsigned>(date.day()) <= 5);
  // The sales of spring and autumn end on the Sundays on which the clock changes.
  return within(black_friday(in) - days(4), 8) || after_christmas ||
         within(last_sunday(in, march) - days(6), 7) || within(last_sunday(in, october) - days(6), 7) ||
         within(from_day(in, 5, 12, std::chrono::Thursday), 4);
}

/// The shop sells for winter and for the mountains in summer; July is Sweden's holiday month.
constexpr std::array<std::uint64_t, 12> month_weights = {104, 86, 90,  96,  106, 100,
                                                         72,  96, 102, 105, 118, 140};
/// From Monday: what happened at the weekend is asked on Monday.
constexpr std::array<std::uint64_t, 7> weekday_weights = {132, 116, 108, 104, 98, 58, 64};

std::uint64_t percent_of(DayKind kind) noexcept {
  switch (kind) {
    case DayKind::ordinary:
    case DayKind::weekend:
      return 100;
    case DayKind::holiday:
      return 28;
    case DayKind::campaign:
      return 190;
    case DayKind::peak:
      return 420;
  }
  PARLEY_CHECK(false);
}

constexpr std::array<std::uint32_t, 24> workday_hours = {10, 6,  4,  3,  3,  5,  14, 34, 66, 90, 100, 98,
                                                         92, 88, 86, 80, 76, 74, 78, 88, 92, 74, 44,  22};
constexpr std::array<std::uint32_t, 24> weekend_hours = {18, 12, 8,  5,  4,  3,  6,  12, 26, 48, 70, 84,
                                                         86, 82, 78, 72, 66, 62, 66, 78, 84, 70, 46, 28};

/// On a day that changes the clock, UTC 01:00 is where: the last moment before, the first after, and half an
/// hour and a minute on both sides, which in autumn is the same local time twice.
constexpr std::array<milliseconds, 6> around_change = {milliseconds(-1), milliseconds(0), minutes(30),
                                                       minutes(-30),     minutes(1),      minutes(-59)};

}  // namespace

std::chrono::hours stockholm_offset(base::Timestamp time) noexcept {
  const year in = year_month_day(std::chrono::floor<days>(time)).year();
  const bool summer = time >= last_sunday(in, march) + hours(1) && time < last_sunday(in, october) + hours(1);
  return hours(summer ? 2 : 1);
}

base::Timestamp stockholm_day_start(sys_days day) noexcept {
  // Both changes come after local midnight, so the offset an hour and more before the change holds for it.
  const base::Timestamp midnight = day;
  return midnight - stockholm_offset(midnight - hours(1));
}

bool changes_clock(sys_days day) noexcept {
  const year in = year_month_day(day).year();
  return day == last_sunday(in, march) || day == last_sunday(in, october);
}

sys_days easter(year in) noexcept {
  // The anonymous Gregorian computus (Nature, 20 April 1876), in its usual letters.
  const int y = static_cast<int>(in);
  const int a = y % 19, b = y / 100, c = y % 100;
  const int g = (8 * b + 13) / 25;
  const int h = (19 * a + b - b / 4 - g + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int month_and_day = h + l - 7 * m + 114;
  return sys_days(in / std::chrono::month(static_cast<unsigned>(month_and_day / 31)) /
                  std::chrono::day(static_cast<unsigned>(month_and_day % 31 + 1)));
}

DayKind kind_of(sys_days day) noexcept {
  const year_month_day date(day);
  if (is_fixed_holiday(date) || is_moving_holiday(day, date.year())) return DayKind::holiday;
  if (day == black_friday(date.year())) return DayKind::peak;
  if (is_campaign(day, date.year())) return DayKind::campaign;
  return weekday(day).iso_encoding() >= 6 ? DayKind::weekend : DayKind::ordinary;
}

std::uint64_t day_weight(sys_days day) noexcept {
  const year_month_day date(day);
  return month_weights[static_cast<unsigned>(date.month()) - 1] *
         weekday_weights[weekday(day).iso_encoding() - 1] * percent_of(kind_of(day));
}

std::vector<std::uint32_t> conversations_per_day(sys_days end_day, std::uint32_t total) {
  std::vector<std::uint64_t> up_to;
  std::uint64_t sum = 0;
  for (int index = 0; index < demo_days; ++index) {
    // The business grows by a fifth over the whole time.
    const auto growth = static_cast<std::uint64_t>(5 * demo_days + index);
    sum += day_weight(end_day - days(demo_days - 1 - index)) * growth / 1'000;
    up_to.push_back(sum);
  }
  std::vector<std::uint32_t> counts;
  std::uint64_t given = 0;
  for (const std::uint64_t weight : up_to) {
    const std::uint64_t due = weight * total / sum;
    counts.push_back(static_cast<std::uint32_t>(due - given));
    given = due;
  }
  return counts;
}

std::vector<base::Timestamp> starts_of_day(sys_days day, std::uint32_t count, Random& random) {
  const base::Timestamp begin = stockholm_day_start(day);
  const base::Timestamp end = stockholm_day_start(day + days(1));
  const bool quiet = weekday(day).iso_encoding() >= 6 || kind_of(day) == DayKind::holiday;
  std::vector<base::Timestamp> starts;
  starts.reserve(count);
  if (changes_clock(day)) {
    const base::Timestamp change = day + hours(1);
    for (const milliseconds distance : around_change) {
      if (starts.size() < count) starts.push_back(change + distance);
    }
  }
  while (starts.size() < count) {
    const auto hour = static_cast<int>(random.weighted(quiet ? weekend_hours : workday_hours));
    const auto inside = milliseconds(random.between(0, 3'599'999));
    // Counted from midnight as time passes, so that a changed day has no impossible hour.
    const base::Timestamp start = begin + hours(hour) + inside;
    if (start < end) starts.push_back(start);
  }
  std::ranges::sort(starts);
  return starts;
}

}  // namespace parley::transfer::demo
