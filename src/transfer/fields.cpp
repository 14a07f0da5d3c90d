#include "transfer/fields.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "encoding/json_writer.hpp"
#include "encoding/utf8.hpp"

namespace parley::transfer {
namespace {

using base::ErrorCode;
using base::Result;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::string_view date_expected =
    "a date and time that the calendar has, such as 2020-01-01T00:00:00.000Z";

/// What people wrote is not repeated in an error, which may end up in a log.
bool is_private(std::string_view key) noexcept {
  return key == "message" || key == "data";
}

std::string describe(element value, bool is_private_text) {
  switch (value.type()) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::NULL_VALUE:
      return "null";
    case element_type::BOOL:
      return value.get_bool().value_unsafe() ? "true" : "false";
    case element_type::INT64:
      return fmt::format("{}", value.get_int64().value_unsafe());
    case element_type::UINT64:
      return fmt::format("{}", value.get_uint64().value_unsafe());
    case element_type::DOUBLE:
      return fmt::format("the number {}", value.get_double().value_unsafe());
    case element_type::STRING:
      break;
  }
  if (is_private_text) return "a text";
  return quoted(value.get_string().value_unsafe());
}

/// Whether a text has the form of a date and time, but names none that exists.
bool is_impossible_time(std::string_view text) {
  // With its numbers made harmless it must be one.
  constexpr std::string_view harmless = "01-01T00:00:00";
  constexpr std::size_t year_bytes = 5;
  if (text.size() < year_bytes + harmless.size() || base::parse_iso8601(text)) return false;
  std::string copy(text);
  for (std::size_t i = 0; i < harmless.size(); ++i) {
    const char found = copy[year_bytes + i];
    if (found >= '0' && found <= '9') copy[year_bytes + i] = harmless[i];
  }
  return base::parse_iso8601(copy).has_value();
}

void count_unknown(UnknownKeys& unknown, std::string_view kind, std::string_view key) {
  std::string name =
      fmt::format("{}.{}", kind, encoding::first_characters(key, limits::echoed_value_characters));
  auto found = unknown.find(name);
  if (found == unknown.end() && unknown.size() >= limits::bundle_unknown_keys) name = "…";
  ++unknown[std::move(name)];
}

}  // namespace

std::string quoted(std::string_view text) {
  const std::string_view cut = encoding::first_characters(text, limits::echoed_value_characters);
  std::string out;
  encoding::append_json_string(out, cut);
  if (cut.size() < text.size()) out += "…";
  return out;
}

Result<Fields> Fields::make(simdjson::dom::object object, std::string_view kind,
                            std::span<const std::string_view> known, UnknownKeys& unknown) {
  PARLEY_CHECK(known.size() <= 64);
  std::uint64_t seen = 0;
  // Keys mostly come in the order they are listed in, so the search begins behind the last one.
  std::size_t expected = 0;
  for (const auto field : object) {
    std::size_t steps = 0;
    while (steps < known.size() && known[(expected + steps) % known.size()] != field.key) ++steps;
    if (steps == known.size()) {
      count_unknown(unknown, kind, field.key);
      continue;
    }
    const std::size_t index = (expected + steps) % known.size();
    const std::uint64_t bit = std::uint64_t{1} << index;
    if ((seen & bit) != 0) {
      return base::fail(ErrorCode::invalid_argument,
                        fmt::format("{}: came twice in one line, expected once", known[index]));
    }
    seen |= bit;
    expected = index + 1;
  }
  return Fields(object);
}

std::optional<element> Fields::find(std::string_view key) const noexcept {
  auto found = object_.at_key(key);
  if (found.error() != simdjson::SUCCESS) return std::nullopt;
  return found.value_unsafe();
}

bool Fields::has(std::string_view key) const noexcept {
  return find(key).has_value();
}

bool Fields::is_absent_or_null(std::string_view key) const noexcept {
  const auto value = find(key);
  return !value || value->is_null();
}

std::unexpected<base::Error> Fields::refuse(std::string_view key, std::string_view expected) const {
  const auto value = find(key);
  const std::string got = value ? "got " + describe(*value, is_private(key)) : "missing";
  return base::fail(ErrorCode::invalid_argument, fmt::format("{}: {}, expected {}", key, got, expected));
}

Result<std::string> Fields::text(std::string_view key, std::size_t maximum) const {
  const auto value = find(key);
  std::string_view text;
  if (!value || value->get_string().get(text) != simdjson::SUCCESS) return refuse(key, "a text");
  if (text.size() > maximum) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("{}: got {} bytes, expected at most {}", key, text.size(), maximum));
  }
  if (text.find('\0') != std::string_view::npos) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("{}: got a text with U+0000, expected one without", key));
  }
  return std::string(text);
}

Result<std::optional<std::string>> Fields::optional_text(std::string_view key, std::size_t maximum) const {
  if (!has(key)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto value, text(key, maximum));
  return value;
}

Result<std::optional<std::string>> Fields::nullable_text(std::string_view key, std::size_t maximum) const {
  if (is_absent_or_null(key)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto value, text(key, maximum));
  return value;
}

Result<std::string> Fields::text_or_empty(std::string_view key, std::size_t maximum) const {
  if (!has(key)) return std::string();
  return text(key, maximum);
}

Result<std::int64_t> Fields::integer(std::string_view key, std::int64_t lowest, std::int64_t highest) const {
  const auto value = find(key);
  std::int64_t number = 0;
  // A double is refused even where it is whole: the Chat API writes these numbers without a fraction.
  const bool is_integer =
      value && value->type() == element_type::INT64 && value->get_int64().get(number) == simdjson::SUCCESS;
  if (!is_integer || number < lowest || number > highest) {
    return refuse(key, fmt::format("a whole number from {} to {}", lowest, highest));
  }
  return number;
}

Result<std::optional<std::int64_t>> Fields::optional_integer(std::string_view key, std::int64_t lowest,
                                                             std::int64_t highest) const {
  if (!has(key)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto value, integer(key, lowest, highest));
  return value;
}

Result<std::optional<std::int64_t>> Fields::nullable_integer(std::string_view key, std::int64_t lowest,
                                                             std::int64_t highest) const {
  if (is_absent_or_null(key)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto value, integer(key, lowest, highest));
  return value;
}

Result<base::Timestamp> Fields::timestamp(std::string_view key) const {
  const auto value = find(key);
  std::string_view text;
  if (!value || value->get_string().get(text) != simdjson::SUCCESS) return refuse(key, date_expected);
  auto time = base::parse_iso8601(text);
  if (!time) return refuse(key, date_expected);
  return *time;
}

Result<std::optional<base::Timestamp>> Fields::optional_timestamp(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto value, timestamp(key));
  return value;
}

Result<std::optional<base::Timestamp>> Fields::replaceable_timestamp(std::string_view key) const {
  const auto value = find(key);
  if (value && value->is_null()) return std::nullopt;
  std::string_view text;
  const bool is_text = value && value->get_string().get(text) == simdjson::SUCCESS;
  if (is_text && is_impossible_time(text)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto time, timestamp(key));
  return time;
}

Result<std::optional<base::Timestamp>> Fields::nullable_timestamp(std::string_view key) const {
  if (is_absent_or_null(key)) return std::nullopt;
  PARLEY_TRY_ASSIGN(auto value, timestamp(key));
  return value;
}

Result<std::string> Fields::conversation_id(std::string_view key) const {
  const auto value = find(key);
  std::string_view text;
  const bool is_text = value && value->get_string().get(text) == simdjson::SUCCESS;
  if (!is_text || !base::is_conversation_id(text)) {
    return refuse(key,
                  fmt::format("a conversation id: V and 1 to {} digits", limits::conversation_id_digits));
  }
  return std::string(text);
}

Result<std::vector<std::string>> Fields::texts(std::string_view key, std::size_t count,
                                               std::size_t maximum) const {
  std::vector<std::string> out;
  const auto value = find(key);
  if (!value) return out;
  simdjson::dom::array array;
  const std::string expected =
      fmt::format("an array of at most {} texts of at most {} bytes", count, maximum);
  if (value->get_array().get(array) != simdjson::SUCCESS) return refuse(key, expected);
  for (const element item : array) {
    std::string_view text;
    const bool is_text = item.get_string().get(text) == simdjson::SUCCESS;
    if (!is_text || text.size() > maximum || text.find('\0') != std::string_view::npos ||
        out.size() == count) {
      return refuse(key, expected + " without U+0000");
    }
    out.emplace_back(text);
  }
  return out;
}

Result<bool> Fields::boolean(std::string_view key, bool fallback) const {
  const auto value = find(key);
  if (!value) return fallback;
  bool flag = false;
  if (value->get_bool().get(flag) != simdjson::SUCCESS) return refuse(key, "true or false");
  return flag;
}

}  // namespace parley::transfer
