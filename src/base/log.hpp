#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace parley::base {

/// How much an event matters. `error`: somebody should look; `warning`: somebody may want to; `info`: what an
/// operator expects to see; `debug`: for whoever looks for a fault.
enum class Level { debug, info, warning, error };

/// One fact of an event. The texts need to live only during the call of `log`. Never a key, a token or a
/// message's text.
struct Field {
  std::string_view key;  ///< A literal of letters, digits and underscores.
  /// A time is written in milliseconds with three decimals: `0.137`.
  std::variant<std::string_view, std::int64_t, double, bool, std::chrono::microseconds> value;
};

/// Writes one line of JSON to standard error: `{"time":"…Z","level":"info","event":"…",<fields in their
/// order>}`. `event` is a short fixed phrase; what varies goes into fields. Texts are cut at
/// `limits::log_field_bytes`; bytes that are no UTF-8 are written as U+FFFD; a number that JSON cannot write
/// is null. From any thread; lines never mix.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

/// While it lives, lines of `info` and `debug` that its thread logs wait in memory and are written together:
/// a thread that serves thousands of requests a second would otherwise spend a system call on each. A line of
/// a higher level writes what waits first, then itself. One per thread, made and destroyed there.
class GatheredLog {
 public:
  /// `flush_later` is called when a line begins to wait: it sees to it that `flush` is called soon, on this
  /// thread.
  explicit GatheredLog(std::function<void()> flush_later);
  /// Writes what waits.
  ~GatheredLog();
  GatheredLog(const GatheredLog&) = delete;
  GatheredLog& operator=(const GatheredLog&) = delete;

  /// Writes what waits. It writes by itself what has reached `limits::log_gathered_bytes`.
  void flush();

 private:
  friend void log(Level level, std::string_view event, std::initializer_list<Field> fields);
  std::function<void()> flush_later_;
  std::string lines_;
};

/// Events below `level` are dropped; `info` at the start. From any thread.
void set_log_level(Level level) noexcept;

/// Sends lines (without line end) to `sink` in place of standard error; an empty one restores standard error.
/// One line at a time, on the thread that logs; the sink must not log. For tests and for whoever embeds
/// Parley.
void set_log_sink(std::function<void(std::string_view line)> sink);

}  // namespace parley::base
