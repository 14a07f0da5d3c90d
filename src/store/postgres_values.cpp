#include "store/postgres_values.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "base/limits.hpp"

namespace parley::store {

namespace {

/// OIDs of PostgreSQL's own types: fixed in its catalog (src/include/catalog/pg_type.dat).
enum TypeId : std::uint32_t {
  boolean_type = 16,
  bytes_type = 17,
  name_type = 19,
  integer8_type = 20,
  integer2_type = 21,
  integer4_type = 23,
  text_type = 25,
  real8_type = 701,
  unknown_type = 705,
  varying_text_type = 1043,
};

bool is_text(std::uint32_t type) {
  return type == text_type || type == varying_text_type || type == name_type || type == unknown_type;
}

/// Network order, sign extended.
std::int64_t read_integer(std::string_view bytes) {
  std::uint64_t bits = !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~0ULL : 0;
  for (const char byte : bytes) bits = (bits << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(bits);
}

std::string_view bytes_of(const pg_result* result, int row, int column) {
  return {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))};
}

bool fits(std::int64_t value, std::size_t bytes) {
  const int shift = static_cast<int>(64 - 8 * bytes);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << shift) >> shift == value;
}

}  // namespace

std::string with_dollar_parameters(std::string_view sql) {
  std::string text(sql);
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char& c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '?' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') {
      c = '$';
    }
  }
  return text;
}

base::Result<> PostgresValues::set(Values values, std::span<const std::uint32_t> types,
                                   std::string_view what) {
  if (values.size() != types.size()) {
    return base::fail(base::ErrorCode::internal, "an internal error in the store",
                      fmt::format("{} values for {} parameters: {}", values.size(), types.size(),
                                  what.substr(0, limits::logged_sql_bytes)));
  }
  numbers_.resize(values.size());
  pointers_.resize(values.size());
  lengths_.resize(values.size());
  formats_.assign(values.size(), 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (set_one(i, values[i], types[i])) continue;
    return base::fail(base::ErrorCode::internal, "an internal error in the store",
                      fmt::format("value {} does not fit the type {}: {}", i + 1, types[i],
                                  what.substr(0, limits::logged_sql_bytes)));
  }
  return {};
}

bool PostgresValues::set_one(std::size_t place, const Value& value, std::uint32_t type) {
  using Kind = Value::Kind;
  pointers_[place] = nullptr;
  lengths_[place] = 0;
  if (value.kind() == Kind::null) return true;
  if (value.kind() == Kind::text || value.kind() == Kind::blob) {
    if (!is_text(type) && type != bytes_type) return false;
    if (value.bytes().size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
    // A null pointer would be NULL, and an empty view may have one.
    pointers_[place] = value.bytes().empty() ? "" : value.bytes().data();
    lengths_[place] = static_cast<int>(value.bytes().size());
    return true;
  }
  const bool is_whole = value.kind() == Kind::integer;
  if (type == real8_type) {
    const double number = is_whole ? static_cast<double>(value.integer()) : value.real();
    set_number(place, std::bit_cast<std::uint64_t>(number), 8);
    return true;
  }
  if (!is_whole) return false;
  const std::size_t bytes = type == integer8_type   ? 8
                            : type == integer4_type ? 4
                            : type == integer2_type ? 2
                            : type == boolean_type  ? 1
                                                    : 0;
  if (bytes == 0 || !fits(value.integer(), bytes)) return false;
  set_number(place, static_cast<std::uint64_t>(value.integer()), bytes);
  return true;
}

void PostgresValues::set_number(std::size_t place, std::uint64_t bits, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0; bits >>= 8U) numbers_[place][i] = static_cast<char>(bits & 0xffU);
  pointers_[place] = numbers_[place].data();
  lengths_[place] = static_cast<int>(bytes);
}

bool is_readable_type(std::uint32_t type) noexcept {
  switch (type) {
    case boolean_type:
    case bytes_type:
    case integer8_type:
    case integer2_type:
    case integer4_type:
    case real8_type:
      return true;
    default:
      return is_text(type);
  }
}

bool PostgresRow::is_null(int column) const {
  return PQgetisnull(result_, row_, column) != 0;
}

std::string_view PostgresRow::text(int column) const {
  const auto type = PQftype(result_, column);
  PARLEY_CHECK(is_text(type) || type == bytes_type);
  return bytes_of(result_, row_, column);
}

std::int64_t PostgresRow::integer(int column) const {
  const auto type = PQftype(result_, column);
  if (type == real8_type) return static_cast<std::int64_t>(real(column));
  PARLEY_CHECK(!is_text(type) && type != bytes_type);
  return read_integer(bytes_of(result_, row_, column));
}

double PostgresRow::real(int column) const {
  if (is_null(column)) return 0;
  if (PQftype(result_, column) != real8_type) return static_cast<double>(integer(column));
  return std::bit_cast<double>(static_cast<std::uint64_t>(read_integer(bytes_of(result_, row_, column))));
}

}  // namespace parley::store
