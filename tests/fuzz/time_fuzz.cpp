// Times and dates as callers write them: whatever the text is, reading it ends, what is read lies in the
// years that can be written, and written again it reads the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace {

using namespace parley;

void check_time(const std::string& text) {
  const auto time = base::parse_iso8601(text);
  if (!time) {
    PARLEY_CHECK(time.error().code == base::ErrorCode::invalid_argument);
    return;
  }
  PARLEY_CHECK(*time >= base::first_timestamp && *time <= base::last_timestamp);
  // The shortest form and the longest: no fraction with Z, nine digits with an offset.
  PARLEY_CHECK(text.size() >= 20 && text.size() <= 35);
  std::string again;
  base::append_iso8601(again, *time);
  PARLEY_CHECK(again.size() == 24);
  PARLEY_CHECK(base::parse_iso8601(again) == *time);
}

void check_date(const std::string& text) {
  const auto day = base::parse_date(text);
  if (!day) {
    PARLEY_CHECK(day.error().code == base::ErrorCode::invalid_argument);
    return;
  }
  std::string again;
  base::append_date(again, *day);
  PARLEY_CHECK(again == text);
  // A day's first instant, written out, is that day.
  const auto first = base::parse_iso8601(text + "T00:00:00Z");
  PARLEY_CHECK(first == base::Timestamp(*day));
  PARLEY_CHECK(!base::parse_iso8601(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text;
  text.reserve(size);
  std::transform(data, data + size, std::back_inserter(text),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  check_time(text);
  check_date(text);
  return 0;
}
