#pragma once

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

/// A write unit on the writer's handle, inside its savepoint.
class SqliteWriteUnit final : public WriteUnit {
 public:
  explicit SqliteWriteUnit(SqliteConnection& connection) noexcept : connection_(connection) {}

  base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink) override {
    return base::Task<base::Result<>>::ready(connection_.query(sql, values, sink));
  }
  base::Task<base::Result<std::int64_t>> execute(const Sql& sql, Values values) override {
    return base::Task<base::Result<std::int64_t>>::ready(connection_.execute(sql, values));
  }

 private:
  SqliteConnection& connection_;
};

}  // namespace parley::store
