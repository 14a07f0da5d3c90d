#pragma once

#include "store/left_statements.hpp"
#include "store/sqlite_connection.hpp"

namespace parley::store {

/// A read unit on a handle whose read transaction is open. Every answer is given on the spot, without a
/// coroutine.
class SqliteReadUnit final : public Unit {
 public:
  explicit SqliteReadUnit(SqliteConnection& connection) noexcept : connection_(connection) {}

  base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink) override {
    return base::Task<base::Result<>>::ready(connection_.query(sql, values, sink));
  }

 private:
  SqliteConnection& connection_;
};

/// What the units of a group have in common, on the writer's thread.
struct SharedByUnits {
  LeftStatements left;
  Attachments memory;
  bool left_has_failed = false;  ///< Since somebody last looked.
};

/// A write unit on the writer's handle. Its savepoint begins with its first statement that is not left,
/// behind what earlier units have left: one that leaves all it writes needs none, for nothing of it is in the
/// database before it has ended well.
class SqliteWriteUnit final : public WriteUnit {
 public:
  /// `may_leave`: else whatever it leaves is run at once.
  SqliteWriteUnit(SqliteConnection& connection, SharedByUnits& shared, bool may_leave) noexcept;

  base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink) override;
  base::Task<base::Result<std::int64_t>> execute(const Sql& sql, Values values) override;
  base::Task<base::Result<>> leave(const Sql& sql, Values values) override;
  base::Task<base::Result<>> leave_newest(const Sql& sql, std::size_t keys, Values values) override;

  /// Ends the unit: with its error, or one of ours, nothing of it remains. Where that cannot be had, the
  /// group's transaction is undone.
  [[nodiscard]] base::Result<> end(base::Result<> result);

 private:
  [[nodiscard]] base::Result<> begin_savepoint();
  void undo();

  SqliteConnection& connection_;
  SharedByUnits& shared_;
  std::size_t left_before_;  // by earlier units, and not run
  const bool may_leave_;
  bool has_savepoint_ = false;
  base::Result<> begun_;
};

/// Runs what the units of the group have left. On an error the group's transaction is undone.
[[nodiscard]] base::Result<> run_left(SqliteConnection& connection, SharedByUnits& shared);

}  // namespace parley::store
