#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace parley::encoding {

/// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). Escaped are exactly `"`, `\` and the
/// control characters below U+0020 (`\b \f \n \r \t` short, others as `\u00xx` in lower case); all else stays
/// as it is. `text` is UTF-8 already; it is not checked here.
void append_json_string(std::string& out, std::string_view text);

/// Appends the number in decimal.
void append_decimal(std::string& out, std::int64_t number);

/// Appends the shortest decimal text that reads back as the same double; not-a-number and infinities, which
/// JSON lacks, as `null`.
void append_decimal(std::string& out, double number);

namespace detail {
/// The two forms of `append_json_string`, for the test that they agree.
void append_json_string_portable(std::string& out, std::string_view text);
#ifdef __SSE2__
void append_json_string_sse2(std::string& out, std::string_view text);
#endif
}  // namespace detail

/// Writes JSON into a string and sets the commas. Whoever calls sees to the rest of the grammar (a key before
/// each value in an object, as many ends as begins). Appends to what `out` holds; `out` must outlive the
/// writer and may be emptied between two calls, as a streamed answer does.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) noexcept : out_(&out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  /// The next value's name.
  void key(std::string_view name) {
    separate();
    append_json_string(*out_, name);
    out_->push_back(':');
    comma_ = false;
  }

  void string(std::string_view text) {
    separate();
    append_json_string(*out_, text);
  }

  /// A whole number; it must fit in 64 bits with sign.
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void number(T value) {
    PARLEY_CHECK(std::in_range<std::int64_t>(value));
    separate();
    append_decimal(*out_, static_cast<std::int64_t>(value));
  }

  void number(double value) {
    separate();
    append_decimal(*out_, value);
  }

  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }

  /// A value that is JSON already.
  void raw(std::string_view json) {
    separate();
    out_->append(json);
  }

 private:
  void separate() {
    if (comma_) out_->push_back(',');
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    out_->push_back(bracket);
    comma_ = false;
  }
  void close(char bracket) {
    out_->push_back(bracket);
    comma_ = true;
  }

  std::string* out_;
  bool comma_ = false;
};

}  // namespace parley::encoding
