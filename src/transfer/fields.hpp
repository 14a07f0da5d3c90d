#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace parley::transfer {

/// How often each unknown key was met, by `kind.key`. At most limits::bundle_unknown_keys names; what comes
/// after that is counted under `…`.
using UnknownKeys = std::map<std::string, std::uint64_t, std::less<>>;

/// One line's object, read key by key with exact types. Every error is `invalid_argument` and its public text
/// names the key, what it got (cut; never the text of a message or a card) and what was expected.
class Fields {
 public:
  /// Looks at the object's keys: counts the unknown ones under `kind` and refuses a known one that comes
  /// twice. `known` holds at most 64 names and outlives the call only.
  [[nodiscard]] static base::Result<Fields> make(simdjson::dom::object object, std::string_view kind,
                                                 std::span<const std::string_view> known,
                                                 UnknownKeys& unknown);

  /// A string of at most `maximum` bytes without U+0000.
  [[nodiscard]] base::Result<std::string> text(std::string_view key, std::size_t maximum) const;
  /// The same, which may be left out (then empty).
  [[nodiscard]] base::Result<std::optional<std::string>> optional_text(std::string_view key,
                                                                       std::size_t maximum) const;
  /// The same, which may be null or left out (then empty).
  [[nodiscard]] base::Result<std::optional<std::string>> nullable_text(std::string_view key,
                                                                       std::size_t maximum) const;
  /// The same, which may be left out (then the empty text).
  [[nodiscard]] base::Result<std::string> text_or_empty(std::string_view key, std::size_t maximum) const;

  /// A JSON number without fraction or exponent, `lowest` to `highest`.
  [[nodiscard]] base::Result<std::int64_t> integer(std::string_view key, std::int64_t lowest,
                                                   std::int64_t highest) const;
  /// The same, which may be left out (then empty).
  [[nodiscard]] base::Result<std::optional<std::int64_t>> optional_integer(std::string_view key,
                                                                           std::int64_t lowest,
                                                                           std::int64_t highest) const;
  /// The same, which may be null or left out (then empty).
  [[nodiscard]] base::Result<std::optional<std::int64_t>> nullable_integer(std::string_view key,
                                                                           std::int64_t lowest,
                                                                           std::int64_t highest) const;

  /// An ISO 8601 date and time that the calendar has.
  [[nodiscard]] base::Result<base::Timestamp> timestamp(std::string_view key) const;
  /// The same, which may be left out (then empty).
  [[nodiscard]] base::Result<std::optional<base::Timestamp>> optional_timestamp(std::string_view key) const;
  /// The same, which must be there; null and a date or time that has the form but does not exist, such as
  /// 2020-00-00, are empty: something else stands for them.
  [[nodiscard]] base::Result<std::optional<base::Timestamp>> replaceable_timestamp(
      std::string_view key) const;
  /// The same, which may be null or left out (then empty).
  [[nodiscard]] base::Result<std::optional<base::Timestamp>> nullable_timestamp(std::string_view key) const;

  /// A conversation id: `V` and 1 to limits::conversation_id_digits digits.
  [[nodiscard]] base::Result<std::string> conversation_id(std::string_view key) const;

  /// An array of strings, at most `count` of them; may be left out (then empty).
  [[nodiscard]] base::Result<std::vector<std::string>> texts(std::string_view key, std::size_t count,
                                                             std::size_t maximum) const;

  /// `true` or `false`; `fallback` if it is left out.
  [[nodiscard]] base::Result<bool> boolean(std::string_view key, bool fallback) const;

  /// Whether the key is there, with whatever value.
  [[nodiscard]] bool has(std::string_view key) const noexcept;

  /// The error of a key whose value is not what was expected.
  [[nodiscard]] std::unexpected<base::Error> refuse(std::string_view key, std::string_view expected) const;

 private:
  explicit Fields(simdjson::dom::object object) noexcept : object_(object) {}

  [[nodiscard]] std::optional<simdjson::dom::element> find(std::string_view key) const noexcept;
  /// Null where it is left out or null.
  [[nodiscard]] bool is_absent_or_null(std::string_view key) const noexcept;

  simdjson::dom::object object_;
};

/// What an error says of a text that came from outside: in JSON's quotes, cut at
/// limits::echoed_value_characters.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace parley::transfer
