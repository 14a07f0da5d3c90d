#include "store/sqlite_unit.hpp"

#include <utility>

namespace parley::store {

namespace {

const Sql undo_all("ROLLBACK");
const Sql begin_unit("SAVEPOINT unit");
const Sql keep_unit("RELEASE unit");
const Sql undo_unit("ROLLBACK TO unit");

using base::Result;
using base::Task;

void undo_group(SqliteConnection& connection) {
  if (connection.in_transaction()) static_cast<void>(connection.execute(undo_all));
}

Result<> run_first_left(SqliteConnection& connection, SharedByUnits& shared, std::size_t count) {
  auto done = shared.left.run_first(connection, count);
  if (done) return done;
  shared.left_has_failed = true;
  undo_group(connection);
  return done;
}

}  // namespace

Result<> run_left(SqliteConnection& connection, SharedByUnits& shared) {
  return run_first_left(connection, shared, shared.left.size());
}

SqliteWriteUnit::SqliteWriteUnit(SqliteConnection& connection, SharedByUnits& shared, bool may_leave) noexcept
    : WriteUnit(shared.memory),
      connection_(connection),
      shared_(shared),
      left_before_(shared.left.size()),
      may_leave_(may_leave) {}

Result<> SqliteWriteUnit::begin_savepoint() {
  if (!has_savepoint_ && begun_) {
    begun_ = run_first_left(connection_, shared_, std::exchange(left_before_, 0));
    if (begun_) {
      auto begun = connection_.execute(begin_unit);
      has_savepoint_ = begun.has_value();
      if (!begun) begun_ = base::fail(std::move(begun).error());
    }
  }
  // Once it has its savepoint, what it left itself is all that is left.
  if (begun_ && shared_.left.size() > 0) begun_ = shared_.left.run_first(connection_, shared_.left.size());
  return begun_;
}

Task<Result<>> SqliteWriteUnit::query(const Sql& sql, Values values, RowSink sink) {
  auto begun = begin_savepoint();
  if (!begun) return Task<Result<>>::ready(std::move(begun));
  return Task<Result<>>::ready(connection_.query(sql, values, sink));
}

Task<Result<std::int64_t>> SqliteWriteUnit::execute(const Sql& sql, Values values) {
  auto begun = begin_savepoint();
  if (!begun) return Task<Result<std::int64_t>>::ready(base::fail(std::move(begun).error()));
  return Task<Result<std::int64_t>>::ready(connection_.execute(sql, values));
}

Task<Result<>> SqliteWriteUnit::leave(const Sql& sql, Values values) {
  return leave_newest(sql, 0, values);
}

Task<Result<>> SqliteWriteUnit::leave_newest(const Sql& sql, std::size_t keys, Values values) {
  if (may_leave_) {
    shared_.left.add(sql, keys, values);
    return Task<Result<>>::ready(Result<>{});
  }
  auto result = begin_savepoint();
  if (result) {
    auto done = connection_.execute(sql, values);
    if (!done) result = base::fail(std::move(done).error());
  }
  return Task<Result<>>::ready(std::move(result));
}

Result<> SqliteWriteUnit::end(Result<> result) {
  if (!connection_.in_transaction()) return result;
  if (result) result = begun_;
  if (!result) undo();
  if (!has_savepoint_ || !connection_.in_transaction()) return result;
  auto kept = connection_.execute(keep_unit);
  if (kept) return result;
  undo_group(connection_);
  return base::fail(std::move(kept).error());
}

void SqliteWriteUnit::undo() {
  shared_.left.keep_first(left_before_);
  if (!has_savepoint_) return;
  // A unit that cannot be undone takes its group with it.
  if (!connection_.execute(undo_unit)) undo_group(connection_);
}

}  // namespace parley::store
