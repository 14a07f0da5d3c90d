#include "store/postgres_unit.hpp"

#include <utility>

namespace parley::store {

namespace {

using base::Result;
using base::Task;

const Sql begin_snapshot("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
const Sql end_snapshot("COMMIT");

}  // namespace

PostgresReadUnit::~PostgresReadUnit() {
  if (lease_) lease_->connection().abandon();
}

Task<Result<>> PostgresReadUnit::begin() {
  PARLEY_CO_TRY_ASSIGN(auto lease, co_await pool_.take());
  lease_.emplace(std::move(lease));
  co_return co_await lease_->connection().leave(begin_snapshot, {});
}

Task<Result<>> PostgresReadUnit::query(const Sql& sql, Values values, RowSink sink) {
  if (lease_) co_return co_await lease_->connection().query(sql, values, sink);
  for (bool is_second_try = false;; is_second_try = true) {
    auto done = co_await begin();
    if (done) done = co_await lease_->connection().query(sql, values, sink);
    const bool is_dead = lease_ && !lease_->connection().is_usable();
    if (done || !is_dead || is_second_try) co_return done;
    // A connection that broke has handed out no row. Those that rest have waited longer than this one.
    lease_.reset();
    pool_.close_idle();
  }
}

Task<void> PostgresReadUnit::end() {
  if (!lease_) co_return;
  PostgresConnection& connection = lease_->connection();
  if (connection.is_usable()) {
    const auto sent = co_await connection.send_off(end_snapshot);
    if (!sent) connection.abandon();
  }
  lease_.reset();
}

}  // namespace parley::store
