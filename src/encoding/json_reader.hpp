#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/error.hpp"

namespace parley::encoding {

/// Why a text could not be read as JSON; for callers that treat one reason otherwise than the rest.
enum class JsonFault {
  none,            ///< The last text was read.
  syntax,          ///< No JSON text (RFC 8259), or a number that fits neither 64 bits nor a double.
  invalid_utf8,    ///< Bytes that are no UTF-8.
  lone_surrogate,  ///< `\ud800` without its other half, or the second half alone: no character (RFC 8259
                   ///< section 8.2).
  too_deep,        ///< Nested deeper than `limits::json_depth`.
  too_large,       ///< Longer than the maximum that the parser was made with.
};

/// Reads JSON texts one after another and keeps its memory between them. On one thread at a time.
class JsonParser {
 public:
  /// `maximum_bytes`: the longest text it takes.
  explicit JsonParser(std::size_t maximum_bytes)
      : maximum_bytes_(maximum_bytes), parser_(std::max(maximum_bytes, least_capacity)) {}

  /// The text's root value. It and all views from it live until the next `parse` or the parser's end; `text`
  /// may go at once. Strings are valid UTF-8; U+0000 arrives as a NUL byte, which callers that forbid it must
  /// look for. Of keys that appear twice in an object, `at_key` finds the first. Errors: `invalid_argument`,
  /// or `too_large` (see `fault`). Public text says what is wrong and repeats nothing of the text.
  [[nodiscard]] base::Result<simdjson::dom::element> parse(std::string_view text);

  /// Why the last `parse` failed; `none` when it did not.
  [[nodiscard]] JsonFault fault() const noexcept { return fault_; }

 private:
  /// Below this the library cannot be held; `parse` itself refuses what is longer than the maximum.
  static constexpr std::size_t least_capacity = 64;

  [[nodiscard]] std::unexpected<base::Error> refuse(JsonFault fault);

  std::size_t maximum_bytes_;
  simdjson::dom::parser parser_;
  JsonFault fault_ = JsonFault::none;
};

/// Whether any string of a JSON text has a `\u` escape of half a surrogate pair without its other half.
[[nodiscard]] bool has_lone_surrogate(std::string_view json) noexcept;

}  // namespace parley::encoding
