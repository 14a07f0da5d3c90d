#include "store/sqlite_read_pool.hpp"

#include "base/limits.hpp"

namespace parley::store {

namespace {

const Sql begin_reading("BEGIN");
const Sql end_reading("COMMIT");

/// Whether the handle's transaction is over, so that it can be used again.
bool end(SqliteConnection& connection) noexcept {
  return !connection.in_transaction() || connection.execute(end_reading).has_value();
}

}  // namespace

SqliteReadPool::Lease::~Lease() {
  if (connection_) pool_.give_back(std::move(connection_), generation_);
}

SqliteReadPool::WithoutSnapshots::WithoutSnapshots(SqliteReadPool& pool) : pool_(pool) {
  const std::lock_guard lock(pool_.mutex_);
  ++pool_.without_snapshots_;
  pool_.end_snapshots_locked();
}

SqliteReadPool::WithoutSnapshots::~WithoutSnapshots() {
  const std::lock_guard lock(pool_.mutex_);
  --pool_.without_snapshots_;
}

SqliteReadPool::~SqliteReadPool() {
  PARLEY_CHECK(taken_ == 0);
}

base::Result<SqliteReadPool::Lease> SqliteReadPool::take(Generation generation) {
  PARLEY_TRY_ASSIGN(auto found, idle_or_new());
  const bool is_fresh = generation && found.generation == generation;
  Lease lease(*this, std::move(found.connection), generation);
  if (is_fresh) return lease;
  if (lease.connection().in_transaction()) PARLEY_TRY(lease.connection().execute(end_reading));
  PARLEY_TRY(lease.connection().execute(begin_reading));
  return lease;
}

base::Result<SqliteReadPool::Resting> SqliteReadPool::idle_or_new() {
  {
    const std::lock_guard lock(mutex_);
    if (taken_ >= limits::read_handles) {
      return base::fail(base::ErrorCode::unavailable, "the store is too busy at the moment",
                        "every read handle is taken");
    }
    ++taken_;
    if (!idle_.empty()) {
      Resting found = std::move(idle_.back());
      idle_.pop_back();
      return found;
    }
  }
  auto opened = SqliteConnection::open(path_, vfs_, ConnectionRole::reader);
  if (!opened) {
    give_back(nullptr, std::nullopt);
    return base::fail(std::move(opened).error());
  }
  return Resting{*std::move(opened), std::nullopt};
}

void SqliteReadPool::give_back(std::unique_ptr<SqliteConnection> connection, Generation generation) noexcept {
  Resting resting{std::move(connection), generation};
  // A handle that has lost its transaction, or cannot end it, is closed instead, outside the lock.
  bool healthy = resting.connection && resting.connection->in_transaction();
  if (healthy && generation && keep(resting)) return;
  healthy = healthy && end(*resting.connection);
  resting.generation.reset();
  const std::lock_guard lock(mutex_);
  --taken_;
  if (healthy && idle_.size() < limits::idle_read_handles) idle_.push_back(std::move(resting));
}

/// Lets a handle rest with its snapshot, if that is wanted.
bool SqliteReadPool::keep(Resting& resting) noexcept {
  const std::lock_guard lock(mutex_);
  if (without_snapshots_ > 0 || idle_.size() >= limits::idle_read_handles) return false;
  --taken_;
  idle_.push_back(std::move(resting));
  return true;
}

void SqliteReadPool::end_snapshots() {
  const std::lock_guard lock(mutex_);
  end_snapshots_locked();
}

void SqliteReadPool::end_snapshots_locked() noexcept {
  std::erase_if(idle_, [](Resting& resting) {
    resting.generation.reset();
    return !end(*resting.connection);
  });
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
