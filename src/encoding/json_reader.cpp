#include "encoding/json_reader.hpp"

#include <optional>
#include <string>

#include "base/limits.hpp"

namespace parley::encoding {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

/// The code unit of the four hexadecimal digits at `place`, where there are such.
std::optional<unsigned> code_unit_at(std::string_view json, std::size_t place) noexcept {
  if (place + 4 > json.size()) return std::nullopt;
  unsigned unit = 0;
  for (const char c : json.substr(place, 4)) {
    const char small = static_cast<char>(c | 0x20);
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (small < 'a' || small > 'f')) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit ? c - '0' : small - 'a' + 10);
  }
  return unit;
}

bool is_high_surrogate(unsigned unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(unsigned unit) noexcept {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

bool has_lone_surrogate(std::string_view json) noexcept {
  std::size_t place = 0;
  while ((place = json.find('\\', place)) != std::string_view::npos) {
    const auto unit = json.substr(place + 1).starts_with('u') ? code_unit_at(json, place + 2) : std::nullopt;
    if (!unit) {
      place += 2;
      continue;
    }
    place += 6;
    if (is_low_surrogate(*unit)) return true;
    if (!is_high_surrogate(*unit)) continue;
    const bool escape = json.substr(place).starts_with("\\u");
    const auto other = escape ? code_unit_at(json, place + 2) : std::nullopt;
    if (!other || !is_low_surrogate(*other)) return true;
    place += 6;
  }
  return false;
}

std::unexpected<base::Error> JsonParser::refuse(JsonFault fault) {
  fault_ = fault;
  switch (fault) {
    case JsonFault::too_large:
      return fail(ErrorCode::too_large, "is longer than " + std::to_string(maximum_bytes_) + " bytes");
    case JsonFault::too_deep:
      return fail(ErrorCode::invalid_argument,
                  "is nested deeper than " + std::to_string(limits::json_depth) + " levels");
    case JsonFault::invalid_utf8:
      return fail(ErrorCode::invalid_argument, "is not valid UTF-8");
    case JsonFault::lone_surrogate:
      return fail(ErrorCode::invalid_argument, "has an escaped surrogate without its other half");
    case JsonFault::syntax:
    case JsonFault::none:
      break;
  }
  return fail(ErrorCode::invalid_argument, "is not valid JSON");
}

Result<simdjson::dom::element> JsonParser::parse(std::string_view text) {
  fault_ = JsonFault::none;
  if (text.size() > maximum_bytes_) return refuse(JsonFault::too_large);
  // The library refuses what reaches its own depth, so its depth is one more than ours.
  constexpr std::size_t library_depth = limits::json_depth + 1;
  if (parser_.max_depth() != library_depth) {
    if (parser_.allocate(0, library_depth) != simdjson::SUCCESS) {
      return fail(ErrorCode::unavailable, "cannot be read now: memory is short");
    }
  }
  simdjson::dom::element root;
  const simdjson::error_code code = parser_.parse(text.data(), text.size()).get(root);
  if (code == simdjson::SUCCESS) return root;
  if (code == simdjson::MEMALLOC) {
    return fail(ErrorCode::unavailable, "cannot be read now: memory is short");
  }
  if (code == simdjson::DEPTH_ERROR) return refuse(JsonFault::too_deep);
  if (code == simdjson::UTF8_ERROR) return refuse(JsonFault::invalid_utf8);
  if (code == simdjson::STRING_ERROR && has_lone_surrogate(text)) return refuse(JsonFault::lone_surrogate);
  return refuse(JsonFault::syntax);
}

}  // namespace parley::encoding
