#pragma once

#include <optional>

#include "store/postgres_pool.hpp"

namespace parley::store {

/// A read unit on PostgreSQL: one snapshot (REPEATABLE READ), which begins with the first statement and goes
/// out with it, on a connection that is taken from the pool then. If that connection turns out to be dead,
/// as all are after the server has restarted, the first statement is sent once more on another.
class PostgresReadUnit final : public Unit {
 public:
  /// `pool` outlives it.
  explicit PostgresReadUnit(PostgresPool& pool) noexcept : pool_(pool) {}
  /// Without `end` before it, the connection is closed.
  ~PostgresReadUnit() override;

  base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink) override;

  /// Ends the snapshot and gives the connection back, without waiting for the server. The unit is over.
  [[nodiscard]] base::Task<void> end();

 private:
  [[nodiscard]] base::Task<base::Result<>> begin();

  PostgresPool& pool_;
  std::optional<PostgresPool::Lease> lease_;
};

}  // namespace parley::store
