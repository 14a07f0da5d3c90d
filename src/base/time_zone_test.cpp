#include "base/time_zone.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace parley::base {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::sys_days;

TimeZone zone_of(std::string_view name) {
  auto zone = TimeZone::find(name);
  EXPECT_TRUE(zone.has_value()) << name;
  return zone ? *zone : TimeZone::utc();
}

std::string local(TimeZone zone, Timestamp time) {
  std::string out;
  LocalTimeWriter(zone).append(out, time);
  return out;
}

std::string local(std::string_view zone, std::string_view utc) {
  return local(zone_of(zone), parse_iso8601(utc).value());
}

std::string day_start(std::string_view zone, std::string_view day) {
  std::string out;
  append_iso8601(out, zone_of(zone).start_of_day(parse_date(day).value()));
  return out;
}

/// Every zone of the database that `find` gives.
std::vector<TimeZone> all_zones() {
  std::vector<TimeZone> zones;
  for (const auto& zone : date::get_tzdb().zones) {
    if (auto found = TimeZone::find(zone.name())) zones.push_back(*found);
  }
  return zones;
}

/// The changes of a zone's offset between two years, as the database lists them.
std::vector<Timestamp> changes_of(TimeZone zone, int first_year, int last_year) {
  std::vector<Timestamp> changes;
  Timestamp time = sys_days(std::chrono::year(first_year) / 1 / 1);
  const Timestamp end = sys_days(std::chrono::year(last_year) / 12 / 31);
  const date::time_zone* source = date::locate_zone(zone.name());
  while (time < end) {
    const auto next = source->get_info(std::chrono::floor<seconds>(time)).end;
    time = Timestamp(next.time_since_epoch());
    if (time < end) changes.push_back(time);
  }
  return changes;
}

TEST(TimeZone, TakesExactNamesOnly) {
  for (const std::string_view name :
       {"Europe/Stockholm", "Europe/Kiev", "Asia/Calcutta", "America/Argentina/Buenos_Aires", "Etc/GMT+5",
        "EST", "Europe/London", "GMT", "UTC", "Etc/UTC", "Zulu"}) {
    const auto zone = TimeZone::find(name);
    ASSERT_TRUE(zone.has_value()) << name;
    EXPECT_EQ(zone->name(), name);
  }
  const std::string long_name(10'000, 'a');
  for (const std::string_view name : {std::string_view(""),
                                      std::string_view("+01:00"),
                                      std::string_view("europe/stockholm"),
                                      std::string_view("EUROPE/STOCKHOLM"),
                                      std::string_view("utc"),
                                      std::string_view("Z"),
                                      std::string_view("Europe"),
                                      std::string_view("Europe/"),
                                      std::string_view("/Europe/Stockholm"),
                                      std::string_view("Europe/Stockholm "),
                                      std::string_view("localtime"),
                                      std::string_view("posixrules"),
                                      std::string_view("posix/Europe/Paris"),
                                      std::string_view("right/UTC"),
                                      std::string_view("tzdata.zi"),
                                      std::string_view("zone.tab"),
                                      std::string_view("../zoneinfo/Europe/Paris"),
                                      std::string_view("CET-1CEST"),
                                      std::string_view("Europe/Stockholm\0", 17),
                                      std::string_view(long_name)}) {
    const auto zone = TimeZone::find(name);
    ASSERT_FALSE(zone.has_value()) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(zone.error().public_text, "takes an IANA time zone name such as Europe/Stockholm");
  }
}

TEST(TimeZone, UtcIsUtcUnderAllItsNamesAndLondonIsNot) {
  for (const std::string_view name :
       {"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"}) {
    EXPECT_TRUE(zone_of(name).is_utc()) << name;
    EXPECT_EQ(local(name, "2020-01-01T00:00:00Z"), "2020-01-01T00:00:00.000Z");
    EXPECT_EQ(zone_of(name).offset_at(Timestamp{}), seconds(0));
  }
  EXPECT_TRUE(TimeZone::utc().is_utc());
  EXPECT_EQ(TimeZone::utc().name(), "UTC");
  EXPECT_EQ(local("Europe/London", "2020-01-01T00:00:00Z"), "2020-01-01T00:00:00.000+00:00");
  EXPECT_EQ(local("Africa/Abidjan", "2020-07-01T00:00:00Z"), "2020-07-01T00:00:00.000+00:00");
}

TEST(TimeZone, WritesLocalTimeWithItsOffset) {
  EXPECT_EQ(local("Europe/Stockholm", "2020-01-01T00:00:00Z"), "2020-01-01T01:00:00.000+01:00");
  EXPECT_EQ(local("Europe/Stockholm", "2020-03-29T00:59:59.999Z"), "2020-03-29T01:59:59.999+01:00");
  EXPECT_EQ(local("Europe/Stockholm", "2020-03-29T01:00:00.000Z"), "2020-03-29T03:00:00.000+02:00");
  EXPECT_EQ(local("Europe/Stockholm", "2020-10-25T00:59:59.999Z"), "2020-10-25T02:59:59.999+02:00");
  EXPECT_EQ(local("Europe/Stockholm", "2020-10-25T01:00:00.000Z"), "2020-10-25T02:00:00.000+01:00");
  EXPECT_EQ(local("Asia/Kathmandu", "2020-01-01T00:00:00Z"), "2020-01-01T05:45:00.000+05:45");
  EXPECT_EQ(local("America/St_Johns", "2020-01-01T00:00:00Z"), "2019-12-31T20:30:00.000-03:30");
  EXPECT_EQ(local("Pacific/Kiritimati", "2020-01-01T12:00:00.001Z"), "2020-01-02T02:00:00.001+14:00");
}

TEST(TimeZone, RoundsAnOffsetWithSecondsAndKeepsTheInstant) {
  // Amsterdam kept +00:19:32 until 1937, Monrovia -00:44:30 until 1972.
  EXPECT_EQ(zone_of("Africa/Monrovia").offset_at(parse_iso8601("1971-01-01T00:00:00Z").value()),
            seconds(-2670));
  EXPECT_EQ(local("Africa/Monrovia", "1971-01-01T00:00:00Z"), "1970-12-31T23:15:00.000-00:45");
  for (const TimeZone zone : all_zones()) {
    for (const std::string_view utc :
         {"1800-01-01T00:00:00Z", "1899-12-31T23:59:59.999Z", "1936-01-01T00:00:00Z"}) {
      const Timestamp time = parse_iso8601(utc).value();
      EXPECT_EQ(parse_iso8601(local(zone, time)).value(), time) << zone.name();
    }
  }
}

TEST(TimeZone, StaysWithinFourDigitYears) {
  const std::string first = local(zone_of("America/New_York"), first_timestamp);
  EXPECT_EQ(first, "0000-01-01T00:00:00.000-04:56");
  EXPECT_EQ(local(zone_of("Asia/Tokyo"), last_timestamp), "9999-12-31T23:59:59.999+09:00");
  EXPECT_EQ(local(zone_of("Asia/Tokyo"), Timestamp::max()), "9999-12-31T23:59:59.999+09:00");
  EXPECT_EQ(local(zone_of("America/New_York"), Timestamp::min()), first);
}

TEST(TimeZone, FindsTheStartOfADay) {
  EXPECT_EQ(day_start("UTC", "2020-02-29"), "2020-02-29T00:00:00.000Z");
  EXPECT_EQ(day_start("Europe/Stockholm", "2020-03-29"), "2020-03-28T23:00:00.000Z");
  EXPECT_EQ(day_start("Europe/Stockholm", "2020-03-30"), "2020-03-29T22:00:00.000Z");
  EXPECT_EQ(day_start("Europe/Stockholm", "2020-10-25"), "2020-10-24T22:00:00.000Z");
  EXPECT_EQ(day_start("Europe/Stockholm", "2020-10-26"), "2020-10-25T23:00:00.000Z");
  EXPECT_EQ(day_start("Asia/Kathmandu", "2020-01-01"), "2019-12-31T18:15:00.000Z");
}

TEST(TimeZone, FindsTheStartOfADayWithoutMidnight) {
  EXPECT_EQ(day_start("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00.000Z");
  EXPECT_EQ(day_start("America/Sao_Paulo", "2018-11-03"), "2018-11-03T03:00:00.000Z");
  EXPECT_EQ(day_start("America/Sao_Paulo", "2018-11-05"), "2018-11-05T02:00:00.000Z");
  EXPECT_EQ(day_start("Africa/Cairo", "2023-04-28"), "2023-04-27T22:00:00.000Z");
  EXPECT_EQ(local("Africa/Cairo", "2023-04-27T22:00:00Z"), "2023-04-28T01:00:00.000+03:00");
}

TEST(TimeZone, TakesTheEarlierOfTwoMidnights) {
  // Havana sets the clock back at 01:00 to 00:00, so midnight comes twice.
  EXPECT_EQ(day_start("America/Havana", "2020-11-01"), "2020-11-01T04:00:00.000Z");
  EXPECT_EQ(day_start("America/Havana", "2020-11-02"), "2020-11-02T05:00:00.000Z");
  // St John's went from 00:01 back to 23:01 of the day before.
  EXPECT_EQ(day_start("America/St_Johns", "2010-11-07"), "2010-11-07T02:30:00.000Z");
}

TEST(TimeZone, ADayThatWasLeftOutIsEmpty) {
  EXPECT_EQ(day_start("Pacific/Apia", "2011-12-30"), "2011-12-30T10:00:00.000Z");
  EXPECT_EQ(day_start("Pacific/Apia", "2011-12-31"), "2011-12-30T10:00:00.000Z");
}

/// The definition itself, against every change of every zone: no instant of the day lies before the answer.
TEST(TimeZone, AtEveryChangeOfEveryZoneTheDayStartsWhereItsFirstInstantIs) {
  int looked_at = 0;
  for (const TimeZone zone : all_zones()) {
    const auto local_day = [zone](Timestamp time) {
      return std::chrono::floor<days>(Timestamp(time + zone.offset_at(time)));
    };
    std::set<sys_days> near;
    for (const Timestamp change : changes_of(zone, 1850, 2037)) {
      for (const int step : {-1, 0, 1}) near.insert(local_day(change) + days(step));
    }
    for (const sys_days day : near) {
      ++looked_at;
      const Timestamp start = zone.start_of_day(day);
      // The day itself, or the one after a day that was left out; never earlier.
      const sys_days shown = local_day(start);
      ASSERT_GE(shown, day) << zone.name();
      ASSERT_LT(local_day(start - milliseconds(1)), day) << zone.name();
      if (shown != day) {
        ASSERT_EQ(zone.start_of_day(shown), start) << zone.name();
      }
      // Nothing of the day in the 30 hours before: the clock is read at each quarter of an hour.
      for (Timestamp earlier = start - hours(30); earlier < start; earlier += std::chrono::minutes(15)) {
        ASSERT_LT(local_day(earlier), day) << zone.name();
      }
    }
  }
  EXPECT_GT(looked_at, 50'000);
}

/// The C library reads the same files with other code.
TEST(TimeZone, AgreesWithTheCLibrary) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<std::int64_t> any(-3'000'000'000, 2'145'000'000);
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  for (const TimeZone zone : all_zones()) {
    ASSERT_EQ(setenv("TZ", (":" + std::string(zone.name())).c_str(), 1), 0);
    tzset();
    LocalTimeWriter writer(zone);
    std::vector<std::time_t> times;
    for (int i = 0; i < 100; ++i) times.push_back(any(random));
    for (const Timestamp change : changes_of(zone, 1970, 2036)) {
      const std::time_t second = epoch_ms(change) / 1'000;
      times.insert(times.end(), {second - 1, second});
    }
    for (const std::time_t time : times) {
      std::tm parts{};
      ASSERT_NE(localtime_r(&time, &parts), nullptr);
      const Timestamp instant = from_epoch_ms(time * 1'000);
      ASSERT_EQ(zone.offset_at(instant).count(), parts.tm_gmtoff) << zone.name() << ' ' << time;
      std::string text;
      writer.append(text, instant);
      ASSERT_EQ(parse_iso8601(text).value(), instant) << zone.name() << ' ' << text;
      if (parts.tm_gmtoff % 60 != 0) continue;
      char expected[32];
      ASSERT_EQ(std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &parts), 19U);
      ASSERT_EQ(text.substr(0, 19), expected) << zone.name();
    }
  }
  if (before == nullptr) {
    unsetenv("TZ");
  } else {
    setenv("TZ", kept.c_str(), 1);
  }
  tzset();
}

TEST(TimeZone, TheDatabaseSaysItsVersion) {
  const std::string version = time_zone_database_version();
  EXPECT_GE(version.size(), 5U);
  EXPECT_TRUE(version.starts_with("20")) << version;
}

}  // namespace
}  // namespace parley::base
