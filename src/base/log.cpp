#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/time.hpp"

namespace parley::base {

namespace {

struct Target {
  std::mutex mutex;
  std::function<void(std::string_view)> sink;
  spdlog::logger standard_error;

  Target() : standard_error("parley", std::make_shared<spdlog::sinks::stderr_sink_st>()) {
    standard_error.set_pattern("%v");
    standard_error.set_level(spdlog::level::trace);
  }
};

Target& target() {
  // Never destroyed: a thread may still log while the program ends.
  static Target* const kept = new Target;
  return *kept;
}

std::atomic<Level> least_level = Level::info;

std::string_view name_of(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "unknown";
}

spdlog::level::level_enum spdlog_level(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// The bytes of the UTF-8 character that `text` begins with (RFC 3629 section 4), or 0 where there is none.
std::size_t character_size(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) {
    return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
  };
  const auto follows = [byte](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
    return byte(i) >= least && byte(i) <= most;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead < 0xF0) {
    return follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  }
  return follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4
                                                                                                        : 0;
}

/// Whether all eight bytes are written as they are: printable ASCII without quotes and backslashes.
bool are_plain(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  constexpr std::uint64_t high_bits = 0x80 * ones;
  // In ASCII, each of these takes a byte's high bit for what is not plain, and nothing from its neighbour.
  const std::uint64_t controls = bytes - 0x20 * ones;
  const std::uint64_t quotes = (bytes ^ ('"' * ones)) - ones;
  const std::uint64_t backslashes = (bytes ^ ('\\' * ones)) - ones;
  const std::uint64_t deletes = bytes + ones;
  return ((bytes | controls | quotes | backslashes | deletes) & high_bits) == 0;
}

/// Whether a text is written as it is, and not cut.
bool is_plain(std::string_view text) noexcept {
  if (text.size() > limits::log_field_bytes) return false;
  constexpr std::size_t step = sizeof(std::uint64_t);
  const auto eight_at = [text](std::size_t place) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + place, step);
    return bytes;
  };
  if (text.size() < step) {
    std::array<char, step> padded;
    padded.fill('x');
    text.copy(padded.data(), step);
    return are_plain(std::bit_cast<std::uint64_t>(padded));
  }
  for (std::size_t place = 0; place + step < text.size(); place += step) {
    if (!are_plain(eight_at(place))) return false;
  }
  // The last ones may have been looked at already.
  return are_plain(eight_at(text.size() - step));
}

/// Bytes that a character takes at most when it is written as an escape.
constexpr std::size_t escape_bytes = 6;
/// Bytes that a number takes at most.
constexpr std::size_t number_bytes = 32;

char* put(char* at, std::string_view text) noexcept {
  return at + text.copy(at, text.size());
}

/// A JSON string for people's eyes: unlike the API's, it must stay one line of valid UTF-8 whatever a
/// stranger sent.
char* put_text(char* at, std::string_view text) {
  *at++ = '"';
  if (is_plain(text)) {
    at = put(at, text);
    *at++ = '"';
    return at;
  }
  const bool cut = text.size() > limits::log_field_bytes;
  text = text.substr(0, limits::log_field_bytes);
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const auto c = static_cast<unsigned char>(text.front());
    if (size == 0) {
      // A character that the cut went through is no fault of the text.
      if (cut && text.size() < 4) break;
      at = put(at, "\\ufffd");
    } else if (c < 0x20 || c == 0x7F) {
      at = fmt::format_to(at, "\\u{:04x}", c);
    } else {
      if (c == '"' || c == '\\') *at++ = '\\';
      at = put(at, text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return put(at, cut ? "…\"" : "\"");
}

char* put_number(char* at, auto number) {
  return std::to_chars(at, at + number_bytes, number).ptr;
}

char* put_milliseconds(char* at, std::chrono::microseconds time) {
  // A clock that was set back makes no time shorter than none.
  const auto whole = std::max<std::int64_t>(0, time.count());
  at = put_number(at, whole / 1'000);
  *at++ = '.';
  for (const std::int64_t unit : {100, 10, 1}) *at++ = static_cast<char>('0' + whole / unit % 10);
  return at;
}

char* put_value(char* at, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) return put_text(at, *text);
  if (const auto* flag = std::get_if<bool>(&field.value)) return put(at, *flag ? "true" : "false");
  if (const auto* real = std::get_if<double>(&field.value)) {
    return std::isfinite(*real) ? put_number(at, *real) : put(at, "null");
  }
  if (const auto* time = std::get_if<std::chrono::microseconds>(&field.value)) {
    return put_milliseconds(at, *time);
  }
  return put_number(at, std::get<std::int64_t>(field.value));
}

/// Room that a text takes at most, with its quotes and the sign that it was cut.
std::size_t most_bytes(std::string_view text) noexcept {
  return escape_bytes * std::min(text.size(), limits::log_field_bytes) + 5;
}

/// Room that a field takes at most, with what stands between it and its neighbours.
std::size_t most_bytes(const Field& field) noexcept {
  const auto* text = std::get_if<std::string_view>(&field.value);
  return field.key.size() + 4 + (text != nullptr ? most_bytes(*text) : number_bytes + 4);
}

}  // namespace

namespace {

thread_local GatheredLog* gathered_here = nullptr;

/// Appends one line with its end.
void append_line(std::string& lines, Level level, std::string_view event,
                 std::initializer_list<Field> fields) {
  lines.append("{\"time\":\"");
  append_iso8601(lines, SystemClock().now());
  lines.append("\",\"level\":\"").append(name_of(level)).append("\",\"event\":");
  // Room is made once for the line, so that nothing asks for it piece by piece.
  std::size_t most = most_bytes(event) + 2;
  for (const Field& field : fields) most += most_bytes(field);
  const std::size_t before = lines.size();
  if (lines.capacity() < before + most) lines.reserve(std::max(before + most, 2 * lines.capacity()));
  lines.resize_and_overwrite(before + most, [&](char* text, std::size_t) {
    char* at = put_text(text + before, event);
    for (const Field& field : fields) {
      at = put(at, ",\"");
      at = put(at, field.key);
      at = put(at, "\":");
      at = put_value(at, field);
    }
    at = put(at, "}\n");
    return static_cast<std::size_t>(at - text);
  });
}

/// `lines` each end with a line end, and there is at least one.
void write_lines(Level level, std::string_view lines) {
  Target& to = target();
  const std::lock_guard lock(to.mutex);
  if (!to.sink) {
    lines.remove_suffix(1);
    to.standard_error.log(spdlog_level(level), lines);
    return;
  }
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    to.sink(lines.substr(0, end));
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

GatheredLog::GatheredLog(std::function<void()> flush_later) : flush_later_(std::move(flush_later)) {
  PARLEY_CHECK(gathered_here == nullptr);
  gathered_here = this;
}

GatheredLog::~GatheredLog() {
  gathered_here = nullptr;
  flush();
}

void GatheredLog::flush() {
  if (lines_.empty()) return;
  write_lines(Level::info, lines_);
  lines_.clear();
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < least_level.load(std::memory_order_relaxed)) return;
  GatheredLog* const gathered = gathered_here;
  if (gathered != nullptr && level <= Level::info) {
    const bool is_first = gathered->lines_.empty();
    append_line(gathered->lines_, level, event, fields);
    if (gathered->lines_.size() >= limits::log_gathered_bytes) {
      gathered->flush();
    } else if (is_first) {
      gathered->flush_later_();
    }
    return;
  }
  if (gathered != nullptr) gathered->flush();
  std::string line;
  append_line(line, level, event, fields);
  write_lines(level, line);
}

void set_log_level(Level level) noexcept {
  least_level.store(level, std::memory_order_relaxed);
}

void set_log_sink(std::function<void(std::string_view line)> sink) {
  Target& to = target();
  const std::lock_guard lock(to.mutex);
  to.sink = std::move(sink);
}

}  // namespace parley::base
