#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

struct pg_result;

namespace parley::store {

/// A statement's text as PostgreSQL wants it: `?1` becomes `$1`. Text in quotes stays.
[[nodiscard]] std::string with_dollar_parameters(std::string_view sql);

/// Values on their way to PostgreSQL, each in the binary form of the type that it takes them for. Holds what
/// libpq's arrays point to. https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES
class PostgresValues {
 public:
  /// Writes `values` for parameters of `types` (their OIDs), over those before. The values' bytes are not
  /// copied. Error: internal, for a count or a kind that does not fit the statement `what`.
  [[nodiscard]] base::Result<> set(Values values, std::span<const std::uint32_t> types,
                                   std::string_view what);

  [[nodiscard]] int count() const noexcept { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* pointers() const noexcept { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  /// All binary.
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  [[nodiscard]] bool set_one(std::size_t place, const Value& value, std::uint32_t type);
  void set_number(std::size_t place, std::uint64_t bits, std::size_t bytes);

  std::vector<std::array<char, 8>> numbers_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

/// Whether `PostgresRow` reads columns of this type (its OID).
[[nodiscard]] bool is_readable_type(std::uint32_t type) noexcept;

/// A row of a result in binary form whose columns all have readable types.
class PostgresRow final : public Row {
 public:
  PostgresRow(const pg_result* result, int row) noexcept : result_(result), row_(row) {}

  [[nodiscard]] bool is_null(int column) const override;
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] double real(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;

 private:
  const pg_result* result_;
  int row_;
};

}  // namespace parley::store
