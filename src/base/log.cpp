#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>
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

/// The bytes that are written as they are: printable ASCII without quotes and backslashes.
constexpr auto plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

/// Whether a text is written as it is, and not cut.
bool is_plain(std::string_view text) noexcept {
  return text.size() <= limits::log_field_bytes &&
         std::ranges::all_of(text, [](char c) { return plain_bytes[static_cast<unsigned char>(c)]; });
}

/// A JSON string for people's eyes: unlike the API's, it must stay one line of valid UTF-8 whatever a
/// stranger sent.
void append_text(std::string& line, std::string_view text) {
  if (is_plain(text)) {
    line.push_back('"');
    line.append(text);
    line.push_back('"');
    return;
  }
  const bool cut = text.size() > limits::log_field_bytes;
  text = text.substr(0, limits::log_field_bytes);
  line.push_back('"');
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const auto c = static_cast<unsigned char>(text.front());
    if (size == 0) {
      // A character that the cut went through is no fault of the text.
      if (cut && text.size() < 4) break;
      line.append("\\ufffd");
    } else if (c < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", c);
    } else {
      if (c == '"' || c == '\\') line.push_back('\\');
      line.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  line.append(cut ? "…\"" : "\"");
}

void append_number(std::string& line, auto number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  line.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
}

void append_milliseconds(std::string& line, std::chrono::microseconds time) {
  // A clock that was set back makes no time shorter than none.
  const auto whole = std::max<std::int64_t>(0, time.count());
  append_number(line, whole / 1'000);
  line.push_back('.');
  for (const std::int64_t unit : {100, 10, 1}) line.push_back(static_cast<char>('0' + whole / unit % 10));
}

void append_value(std::string& line, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) return append_text(line, *text);
  if (const auto* flag = std::get_if<bool>(&field.value)) {
    line.append(*flag ? "true" : "false");
    return;
  }
  if (const auto* real = std::get_if<double>(&field.value); real != nullptr) {
    if (!std::isfinite(*real)) {
      line.append("null");
      return;
    }
    append_number(line, *real);
    return;
  }
  if (const auto* time = std::get_if<std::chrono::microseconds>(&field.value)) {
    append_milliseconds(line, *time);
    return;
  }
  append_number(line, std::get<std::int64_t>(field.value));
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
  append_text(lines, event);
  for (const Field& field : fields) {
    lines.append(",\"").append(field.key).append("\":");
    append_value(lines, field);
  }
  lines.append("}\n");
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
