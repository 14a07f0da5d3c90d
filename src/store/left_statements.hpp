#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "store/database.hpp"

namespace parley::store {

class SqliteConnection;

/// Statements with their values, kept until they are run, in order. Used by one thread.
class LeftStatements {
 public:
  /// Adds a statement with copies of its values. `keys` as `WriteUnit::leave_newest`; 0: it is always run.
  void add(const Sql& sql, std::size_t keys, Values values);

  /// How many are kept.
  [[nodiscard]] std::size_t size() const noexcept { return statements_.size(); }

  /// Bytes that the values take which were added since nothing was kept.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  /// Forgets all but the first `size`.
  void keep_first(std::size_t size) noexcept;

  /// Runs the first `size` and forgets them. At the first error the rest is not run, and all are forgotten.
  [[nodiscard]] base::Result<> run_first(SqliteConnection& connection, std::size_t size);

 private:
  struct Statement {
    const Sql* sql;
    std::size_t keys;
    std::size_t first_value;
    std::size_t value_count;
    bool is_outdone;
  };

  [[nodiscard]] Values values_of(const Statement& statement) const noexcept;
  [[nodiscard]] bool names_same_row(const Statement& a, const Statement& b) const noexcept;
  void mark_outdone(std::size_t size);
  [[nodiscard]] std::string_view copy(std::string_view bytes);

  std::vector<Statement> statements_;
  std::vector<Value> values_;
  std::vector<std::unique_ptr<char[]>> chunks_;  // what the values view
  std::size_t free_bytes_ = 0;                   // at the end of the last chunk
  char* free_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace parley::store
