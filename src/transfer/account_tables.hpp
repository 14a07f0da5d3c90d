#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "store/database.hpp"

namespace parley::transfer {

/// What a bundle does with a table.
enum class Carriage : std::uint8_t {
  carried,   ///< Its rows travel as records.
  derived,   ///< Made anew from what travels.
  left_out,  ///< Stays behind; the export says so.
};

/// A table whose rows belong to accounts.
struct AccountTable {
  std::string_view name;
  Carriage carriage;
  std::string_view note;  ///< As which records it travels, what it is made from, or why it stays.
  /// Deletes rows of account ?1, ?2 at the most; none only when none is left.
  const store::Sql& delete_slice;
};

/// Every table with a sid but `account` itself, in the order in which an account's rows are removed. A test
/// holds this list against the schema.
[[nodiscard]] std::span<const AccountTable> account_tables() noexcept;

}  // namespace parley::transfer
