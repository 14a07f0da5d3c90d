#include "store/sqlite_read_pool.hpp"

#include "base/limits.hpp"

namespace parley::store {

namespace {

const Sql begin_reading("BEGIN");
const Sql end_reading("COMMIT");

}  // namespace

SqliteReadPool::Lease::~Lease() {
  if (connection_) pool_.give_back(std::move(connection_));
}

SqliteReadPool::~SqliteReadPool() {
  PARLEY_CHECK(taken_ == 0);
}

base::Result<SqliteReadPool::Lease> SqliteReadPool::take() {
  PARLEY_TRY_ASSIGN(auto connection, idle_or_new());
  Lease lease(*this, std::move(connection));
  PARLEY_TRY(lease.connection().execute(begin_reading));
  return lease;
}

base::Result<std::unique_ptr<SqliteConnection>> SqliteReadPool::idle_or_new() {
  {
    const std::lock_guard lock(mutex_);
    if (taken_ >= limits::read_handles) {
      return base::fail(base::ErrorCode::unavailable, "the store is too busy at the moment",
                        "every read handle is taken");
    }
    ++taken_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto opened = SqliteConnection::open(path_, vfs_, ConnectionRole::reader);
  if (!opened) give_back(nullptr);
  return opened;
}

void SqliteReadPool::give_back(std::unique_ptr<SqliteConnection> connection) noexcept {
  // A handle that cannot end its transaction is closed instead, outside the lock.
  const bool healthy =
      connection && connection->in_transaction() && connection->execute(end_reading).has_value();
  const std::lock_guard lock(mutex_);
  --taken_;
  if (healthy && idle_.size() < limits::idle_read_handles) idle_.push_back(std::move(connection));
}

void SqliteReadPool::close_idle() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

std::size_t SqliteReadPool::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace parley::store
