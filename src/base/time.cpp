#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "base/time_text.hpp"

namespace parley::base {

namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

/// Reads a text from its left end; each step fails softly and stops nothing but itself.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  /// Takes the next character when it is `first` or `second`.
  bool take(char first, char second) noexcept {
    if (rest_.empty() || (rest_.front() != first && rest_.front() != second)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(char wanted) noexcept { return take(wanted, wanted); }

  /// Takes exactly `count` digits as a number from `least` to `most`.
  std::optional<int> number(std::size_t count, int least, int most) noexcept {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    if (value < least || value > most) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

  /// Takes 1 to 9 digits after a decimal point as whole milliseconds, the rest cut off.
  std::optional<int> fraction() noexcept {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (end == 0 || end > 9) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < 3; ++i) value = value * 10 + (i < end ? rest_[i] - '0' : 0);
    rest_.remove_prefix(end);
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<sys_days> read_date(Cursor& cursor) noexcept {
  const auto year = cursor.number(4, 0, 9999);
  if (!year || !cursor.take('-')) return std::nullopt;
  const auto month = cursor.number(2, 1, 12);
  if (!month || !cursor.take('-')) return std::nullopt;
  const auto day = cursor.number(2, 1, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<milliseconds> read_time_of_day(Cursor& cursor) noexcept {
  const auto hour = cursor.number(2, 0, 23);
  if (!hour || !cursor.take(':')) return std::nullopt;
  const auto minute = cursor.number(2, 0, 59);
  if (!minute || !cursor.take(':')) return std::nullopt;
  const auto second = cursor.number(2, 0, 59);
  if (!second) return std::nullopt;
  int thousandths = 0;
  if (cursor.take('.')) {
    const auto fraction = cursor.fraction();
    if (!fraction) return std::nullopt;
    thousandths = *fraction;
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         milliseconds(thousandths);
}

std::optional<std::chrono::minutes> read_offset(Cursor& cursor) noexcept {
  if (cursor.take('Z', 'z')) return std::chrono::minutes(0);
  const bool behind = cursor.take('-');
  if (!behind && !cursor.take('+')) return std::nullopt;
  const auto hours = cursor.number(2, 0, 23);
  if (!hours || !cursor.take(':')) return std::nullopt;
  const auto minutes = cursor.number(2, 0, 59);
  if (!minutes) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return behind ? -offset : offset;
}

std::optional<Timestamp> read_timestamp(std::string_view text) noexcept {
  Cursor cursor(text);
  const auto day = read_date(cursor);
  if (!day || !cursor.take('T', 't')) return std::nullopt;
  const auto time_of_day = read_time_of_day(cursor);
  if (!time_of_day) return std::nullopt;
  const auto offset = read_offset(cursor);
  if (!offset || !cursor.at_end()) return std::nullopt;
  const Timestamp time = *day + *time_of_day - *offset;
  if (time < first_timestamp || time > last_timestamp) return std::nullopt;
  return time;
}

char* put_two(char* to, unsigned value) noexcept {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
  return to + 2;
}

constexpr std::size_t date_bytes = 10;

void put_any_date(char* to, sys_days day) noexcept {
  const std::chrono::year_month_day date(day);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  to = put_two(put_two(to, year / 100), year % 100);
  *to++ = '-';
  to = put_two(to, static_cast<unsigned>(date.month()));
  *to++ = '-';
  put_two(to, static_cast<unsigned>(date.day()));
}

char* put_date(char* to, sys_days day) noexcept {
  // What is written together is mostly of one day.
  struct Written {
    sys_days day;
    std::array<char, date_bytes> text;
  };
  constexpr sys_days epoch;
  thread_local constinit Written last{epoch, {'1', '9', '7', '0', '-', '0', '1', '-', '0', '1'}};
  if (last.day != day) {
    put_any_date(last.text.data(), day);
    last.day = day;
  }
  return std::ranges::copy(last.text, to).out;
}

}  // namespace

Result<Timestamp> parse_iso8601(std::string_view text) {
  const auto time = read_timestamp(text);
  if (!time) {
    return fail(ErrorCode::invalid_argument,
                "takes a date and time such as 2020-01-31T12:00:00.000Z or 2020-01-31T12:00:00+01:00");
  }
  return *time;
}

Result<sys_days> parse_date(std::string_view text) {
  Cursor cursor(text);
  const auto day = read_date(cursor);
  if (!day || !cursor.at_end()) {
    return fail(ErrorCode::invalid_argument, "takes a date such as 2020-01-31");
  }
  return *day;
}

void detail::append_date_time(std::string& out, Timestamp wall_clock, std::string_view suffix) {
  const Timestamp time = std::clamp(wall_clock, first_timestamp, last_timestamp);
  const sys_days day = std::chrono::floor<days>(time);
  const auto of_day = static_cast<unsigned>((time - day).count());
  PARLEY_CHECK(suffix.size() <= 6);
  char text[23 + 6];
  char* to = put_date(text, day);
  *to++ = 'T';
  to = put_two(to, of_day / 3'600'000);
  *to++ = ':';
  to = put_two(to, of_day / 60'000 % 60);
  *to++ = ':';
  to = put_two(to, of_day / 1'000 % 60);
  *to++ = '.';
  *to++ = static_cast<char>('0' + of_day % 1'000 / 100);
  to = put_two(to, of_day % 100);
  for (const char c : suffix) *to++ = c;
  out.append(text, to);
}

void append_iso8601(std::string& out, Timestamp time) {
  detail::append_date_time(out, time, "Z");
}

void append_date(std::string& out, sys_days day) {
  char text[date_bytes];
  put_date(text, std::clamp(day, std::chrono::floor<days>(first_timestamp),
                            std::chrono::floor<days>(last_timestamp)));
  out.append(text, sizeof text);
}

Timestamp SystemClock::now() const noexcept {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

}  // namespace parley::base
