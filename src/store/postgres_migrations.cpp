#include "store/postgres_migrations.hpp"

#include <fmt/format.h>

namespace parley::store {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;

// In the schema that the connection makes its tables in; others in the database are nobody's business.
const Sql select_server(
    "SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding')");
const Sql find_store(
    "SELECT 1::bigint FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'store'");
const Sql find_others("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()");
const Sql select_version("SELECT version FROM store");
const Sql begin_step("BEGIN");
// Held until the step ends; the number says nothing but that it is this program's migrations.
const Sql take_turn("SELECT 1::bigint FROM (SELECT pg_advisory_xact_lock(5791438302741)) AS taken");
const Sql set_version("UPDATE store SET version = ?1");
const Sql commit_step("COMMIT");
const Sql undo_step("ROLLBACK");

constexpr std::int64_t oldest_server = 150'000;

Task<Result<>> check_server(PostgresConnection& connection) {
  std::int64_t version = 0;
  std::string encoding;
  PARLEY_CO_TRY(co_await connection.query(select_server, {}, [&](const Row& row) {
    version = row.integer(0);
    encoding = row.text(1);
  }));
  if (version < oldest_server) {
    co_return base::fail(
        ErrorCode::conflict,
        fmt::format("PostgreSQL {} is too old for a store: it takes 15 or later", version / 10'000));
  }
  if (encoding != "UTF8") {
    co_return base::fail(
        ErrorCode::conflict,
        fmt::format("the database is in {}; a store is in UTF8: make one with CREATE DATABASE … "
                    "ENCODING 'UTF8' TEMPLATE template0",
                    encoding));
  }
  co_return Result<>{};
}

Task<Result<std::int64_t>> number(PostgresConnection& connection, const Sql& sql) {
  std::int64_t value = 0;
  PARLEY_CO_TRY(co_await connection.query(sql, {}, [&value](const Row& row) { value = row.integer(0); }));
  co_return value;
}

/// One migration, if it is the next one when this has its turn. Gives the version there is then.
Task<Result<std::int64_t>> step(PostgresConnection& connection, std::span<const EmbeddedFile> migrations) {
  PARLEY_CO_TRY(co_await connection.query(take_turn, {}, [](const Row&) {}));
  const auto newest = static_cast<std::int64_t>(migrations.size());
  PARLEY_CO_TRY_ASSIGN(const std::int64_t version, co_await store_version(connection, newest));
  if (version == newest) co_return version;
  const EmbeddedFile& migration = migrations[static_cast<std::size_t>(version)];
  PARLEY_CO_TRY(check_number(migration, version + 1));
  std::string script(migration.content);
  if (version == 0) script += ";CREATE TABLE store (version BIGINT NOT NULL); INSERT INTO store VALUES (0);";
  auto done = co_await connection.run_script(script);
  if (!done) {
    base::Error error = std::move(done).error();
    error.public_text = fmt::format("migration {} failed: {}", migration.name, error.public_text);
    co_return base::fail(std::move(error));
  }
  PARLEY_CO_TRY(co_await connection.execute(set_version, bind(version + 1)));
  co_return version + 1;
}

}  // namespace

Task<Result<std::int64_t>> store_version(PostgresConnection& connection, std::int64_t newest) {
  PARLEY_CO_TRY(co_await check_server(connection));
  PARLEY_CO_TRY_ASSIGN(const std::int64_t has_store, co_await number(connection, find_store));
  if (has_store == 0) {
    PARLEY_CO_TRY_ASSIGN(const std::int64_t others, co_await number(connection, find_others));
    if (others == 0) co_return 0;
    co_return base::fail(ErrorCode::conflict,
                         "the database holds tables of another program and no Parley store: give the store a "
                         "database or a schema (search_path) of its own");
  }
  PARLEY_CO_TRY_ASSIGN(const std::int64_t version, co_await number(connection, select_version));
  if (version > newest) {
    co_return base::fail(
        ErrorCode::conflict,
        fmt::format("this store was written by a later Parley (version {}; this one knows {}): "
                    "start it with that Parley, or bring back a backup from before",
                    version, newest));
  }
  co_return version;
}

Task<Result<>> migrate(PostgresConnection& connection, std::span<const EmbeddedFile> migrations) {
  const auto newest = static_cast<std::int64_t>(migrations.size());
  for (;;) {
    PARLEY_CO_TRY(co_await connection.execute(begin_step, {}));
    auto version = co_await step(connection, migrations);
    if (!version) {
      // The error that led here is the one to tell.
      static_cast<void>(co_await connection.execute(undo_step, {}));
      co_return base::fail(std::move(version).error());
    }
    PARLEY_CO_TRY(co_await connection.execute(commit_step, {}));
    if (*version == newest) co_return Result<>{};
  }
}

}  // namespace parley::store
