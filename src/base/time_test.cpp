#include "base/time.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace parley::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::sys_days;

std::string iso(Timestamp time) {
  std::string out;
  append_iso8601(out, time);
  return out;
}

std::string day_text(sys_days day) {
  std::string out;
  append_date(out, day);
  return out;
}

/// The value in milliseconds, or -1 for a refusal (no test uses the instant before 1970).
std::int64_t read(std::string_view text) {
  const auto time = parse_iso8601(text);
  if (!time) {
    EXPECT_EQ(time.error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(time.error().public_text.starts_with("takes ")) << time.error().public_text;
    return -1;
  }
  return epoch_ms(*time);
}

TEST(Iso8601, ReadsWhatTheContractWrites) {
  EXPECT_EQ(read("2020-01-01T00:00:00.000Z"), 1'577'836'800'000);
  EXPECT_EQ(read("1970-01-01T00:00:00.000Z"), 0);
  EXPECT_EQ(read("2020-01-01T00:00:00Z"), 1'577'836'800'000);
  EXPECT_EQ(read("2020-01-01t00:00:00z"), 1'577'836'800'000);
  EXPECT_EQ(read("2020-01-01T01:00:00+01:00"), 1'577'836'800'000);
  EXPECT_EQ(read("2019-12-31T18:30:00.000-05:30"), 1'577'836'800'000);
  EXPECT_EQ(read("2020-01-01T23:59:00+23:59"), 1'577'836'800'000);
  EXPECT_EQ(read("2020-01-01T00:00:00-00:00"), 1'577'836'800'000);
}

TEST(Iso8601, CutsAFractionToMilliseconds) {
  EXPECT_EQ(read("1970-01-01T00:00:00.1Z"), 100);
  EXPECT_EQ(read("1970-01-01T00:00:00.12Z"), 120);
  EXPECT_EQ(read("1970-01-01T00:00:00.123Z"), 123);
  EXPECT_EQ(read("1970-01-01T00:00:00.1239Z"), 123);
  EXPECT_EQ(read("1970-01-01T00:00:00.999999999Z"), 999);
  EXPECT_EQ(read("1970-01-01T00:00:00.0009Z"), 0);
  EXPECT_EQ(read("1970-01-01T00:00:00.Z"), -1);
  EXPECT_EQ(read("1970-01-01T00:00:00.1234567890Z"), -1);
  EXPECT_EQ(read("1970-01-01T00:00:00,5Z"), -1);
}

TEST(Iso8601, RefusesWhatIsNoTime) {
  for (const std::string_view text : {"",
                                      "Z",
                                      "2020",
                                      "2020-01-01",
                                      "2020-01-01T",
                                      "2020-01-01T00:00Z",
                                      "2020-01-01T00:00:00",
                                      "2020-01-01T00:00:00.000",
                                      "2020-01-01 00:00:00Z",
                                      "2020-01-01T00:00:00ZZ",
                                      " 2020-01-01T00:00:00Z",
                                      "2020-01-01T00:00:00Z ",
                                      "2020-01-01T24:00:00Z",
                                      "2020-01-01T23:60:00Z",
                                      "2016-12-31T23:59:60Z",
                                      "2020-00-01T00:00:00Z",
                                      "2020-13-01T00:00:00Z",
                                      "2020-01-00T00:00:00Z",
                                      "2020-01-32T00:00:00Z",
                                      "2020-04-31T00:00:00Z",
                                      "2019-02-29T00:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "20200101T000000Z",
                                      "2020-1-1T00:00:00Z",
                                      "+2020-01-01T00:00:00Z",
                                      "-020-01-01T00:00:00Z",
                                      "12020-01-01T00:00:00Z",
                                      "2020-01-01T00:00:00+01",
                                      "2020-01-01T00:00:00+0100",
                                      "2020-01-01T00:00:00+24:00",
                                      "2020-01-01T00:00:00+00:60",
                                      "2020-01-01T00:00:00 01:00",
                                      "2020-01-01T00:00:00+-1:00",
                                      "2020-01-01T00:00:00Z+01:00",
                                      "2020-W01-1T00:00:00Z",
                                      "2020-01-01T0x:00:00Z",
                                      "now"}) {
    EXPECT_EQ(read(text), -1) << text;
  }
  EXPECT_EQ(read(std::string_view("2020-01-01T00:00:00Z\0", 21)), -1);
}

TEST(Iso8601, KnowsLeapYears) {
  EXPECT_NE(read("2020-02-29T00:00:00Z"), -1);
  EXPECT_NE(read("2000-02-29T00:00:00Z"), -1);
  EXPECT_EQ(read("2100-02-29T00:00:00Z"), -1);
  EXPECT_EQ(read("2021-02-29T00:00:00Z"), -1);
}

TEST(Iso8601, HoldsTheYears0000To9999OfUtc) {
  EXPECT_EQ(parse_iso8601("0000-01-01T00:00:00.000Z").value(), first_timestamp);
  EXPECT_EQ(parse_iso8601("9999-12-31T23:59:59.999Z").value(), last_timestamp);
  EXPECT_FALSE(parse_iso8601("0000-01-01T00:00:00.000+00:01").has_value());
  EXPECT_FALSE(parse_iso8601("9999-12-31T23:59:00-00:01").has_value());
  EXPECT_TRUE(parse_iso8601("9999-12-31T23:59:59.999+00:01").has_value());
  EXPECT_EQ(iso(first_timestamp), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(iso(last_timestamp), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso(first_timestamp - milliseconds(1)), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(iso(last_timestamp + milliseconds(1)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso(Timestamp::min()), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(iso(Timestamp::max()), "9999-12-31T23:59:59.999Z");
}

TEST(Iso8601, WritesAsTheSystemsCalendarDoesAndReadsItsOwnWriting) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> any(epoch_ms(first_timestamp), epoch_ms(last_timestamp));
  for (int i = 0; i < 200'000; ++i) {
    const Timestamp time = from_epoch_ms(any(random));
    const std::string text = iso(time);
    ASSERT_EQ(text.size(), 24U);
    ASSERT_EQ(parse_iso8601(text).value(), time) << text;
    const std::time_t whole = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    ASSERT_NE(gmtime_r(&whole, &parts), nullptr);
    EXPECT_EQ(std::stoi(text.substr(0, 4)), parts.tm_year + 1900);
    EXPECT_EQ(std::stoi(text.substr(5, 2)), parts.tm_mon + 1);
    EXPECT_EQ(std::stoi(text.substr(8, 2)), parts.tm_mday);
    EXPECT_EQ(std::stoi(text.substr(11, 2)), parts.tm_hour);
    EXPECT_EQ(std::stoi(text.substr(14, 2)), parts.tm_min);
    EXPECT_EQ(std::stoi(text.substr(17, 2)), parts.tm_sec);
    EXPECT_EQ(std::stoi(text.substr(20, 3)), epoch_ms(time) - whole * 1'000);
  }
}

TEST(Iso8601, AnyOneByteChangedReadsAsTheSameTextOrNotAtAll) {
  const std::string good = "2020-01-31T12:34:56.789+01:30";
  for (std::size_t place = 0; place < good.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[place] = static_cast<char>(byte);
      const auto time = parse_iso8601(text);
      if (!time) continue;
      const bool sign = place == 23 && (byte == '-' || byte == '+');
      const bool letter = place == 10 && (byte == 'T' || byte == 't');
      EXPECT_TRUE((byte >= '0' && byte <= '9') || sign || letter || text == good) << text;
    }
    EXPECT_FALSE(parse_iso8601(good.substr(0, place)).has_value()) << place;
  }
}

TEST(Date, ReadsEachDayOfFourCenturiesAndNoOther) {
  int days = 0;
  for (int year = 1899; year < 2299; ++year) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        const auto date = parse_date(text);
        if (!date) continue;
        ++days;
        EXPECT_EQ(day_text(*date), text);
      }
    }
  }
  EXPECT_EQ(days, 146'097);
  EXPECT_EQ(parse_date("1970-01-01").value(), sys_days{});
}

TEST(Date, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "2020-01-1", "2020-1-01", "20200101", "2020-01-01Z", "2020-01-01 ", " 2020-01-01", "2020/01/01",
        "2020-01-01T00:00:00Z", "02020-01-01", "2020-01-"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
  EXPECT_EQ(day_text(parse_date("0000-01-01").value()), "0000-01-01");
  EXPECT_EQ(day_text(parse_date("9999-12-31").value()), "9999-12-31");
  EXPECT_EQ(day_text(parse_date("9999-12-31").value() + std::chrono::days(1)), "9999-12-31");
}

TEST(Clocks, TheFakeOneMovesOnlyWhenTold) {
  FakeClock clock(from_epoch_ms(1'000));
  EXPECT_EQ(clock.now(), from_epoch_ms(1'000));
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(clock.now(), from_epoch_ms(3'000));
  clock.set(from_epoch_ms(7));
  EXPECT_EQ(clock.now(), from_epoch_ms(7));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&clock] {
      for (int step = 0; step < 1'000; ++step) clock.advance(milliseconds(1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clock.now(), from_epoch_ms(4'007));
}

TEST(Clocks, TheSystemsClockIsInThisCentury) {
  const Timestamp now = SystemClock().now();
  EXPECT_GT(now, parse_iso8601("2024-01-01T00:00:00Z").value());
  EXPECT_LT(now, parse_iso8601("2124-01-01T00:00:00Z").value());
}

}  // namespace
}  // namespace parley::base
