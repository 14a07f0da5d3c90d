#include "store/sqlite_migrations.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/store_files.hpp"

namespace parley::store {

namespace {

const Sql read_application_id("PRAGMA application_id");
const Sql read_user_version("PRAGMA user_version");
const Sql count_schema("SELECT count(*) FROM sqlite_schema");

base::Result<std::int64_t> number(SqliteConnection& connection, const Sql& sql) {
  std::int64_t value = 0;
  PARLEY_TRY(connection.query(sql, {}, [&value](const Row& row) { value = row.integer(0); }));
  return value;
}

/// The steps of one script in one transaction.
base::Result<> in_transaction(SqliteConnection& connection, const std::string& script) {
  auto done = connection.run_script("BEGIN IMMEDIATE;\n" + script + "\n;COMMIT;");
  if (!done && connection.in_transaction()) static_cast<void>(connection.run_script("ROLLBACK"));
  return done;
}

base::Result<> copy_pages(SqliteConnection& source, const std::string& target, const std::string& vfs) {
  PARLEY_TRY_ASSIGN(const auto copy, SqliteConnection::open(target, vfs, ConnectionRole::writer));
  sqlite3_backup* const backup = sqlite3_backup_init(copy->handle(), "main", source.handle(), "main");
  if (backup == nullptr)
    return sqlite_failure(copy->handle(), sqlite3_errcode(copy->handle()), "begin a copy");
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  const int code = stepped == SQLITE_DONE ? finished : stepped;
  if (code != SQLITE_OK) return sqlite_failure(copy->handle(), code, "copy the store");
  return {};
}

base::Result<> keep_copy(SqliteConnection& connection, const std::string& path, const std::string& vfs,
                         std::int64_t next) {
  const std::string name = fmt::format("{}.before-{:04}", path, next);
  // An older copy of that name is of a start that was cut off, or of the time before the copy was brought
  // back.
  const std::string partial = name + ".partial";
  remove_file(partial);
  auto done = make_private_file(partial);
  if (done) done = copy_pages(connection, partial, vfs);
  if (done) done = sync_file(partial);
  if (done) done = rename_file(partial, name);
  if (done) return {};
  remove_file(partial);
  base::Error error = std::move(done).error();
  return base::fail(base::ErrorCode::unavailable,
                    fmt::format("the copy {} could not be made, so the store was left as it is: {}", name,
                                error.public_text),
                    error.log_text);
}

}  // namespace

base::Result<SqliteIdentity> identify(SqliteConnection& connection, std::int64_t newest) {
  PARLEY_TRY_ASSIGN(const std::int64_t application, number(connection, read_application_id));
  PARLEY_TRY_ASSIGN(const std::int64_t version, number(connection, read_user_version));
  PARLEY_TRY_ASSIGN(const std::int64_t objects, number(connection, count_schema));
  if (application == 0 && version == 0 && objects == 0) return SqliteIdentity{true, 0};
  if (application != sqlite_application_id) {
    return base::fail(base::ErrorCode::conflict, "it is a database of another program, not a Parley store");
  }
  if (version > newest) {
    return base::fail(
        base::ErrorCode::conflict,
        fmt::format("this store was written by a later Parley (version {}; this one knows {}): start it "
                    "with that Parley, or bring back the copy that was made before its migration",
                    version, newest));
  }
  return SqliteIdentity{false, version};
}

base::Result<> migrate(SqliteConnection& connection, const SqliteIdentity& identity,
                       std::span<const EmbeddedFile> migrations, const std::string& path,
                       const std::string& vfs) {
  if (identity.is_empty) {
    PARLEY_TRY(in_transaction(connection, fmt::format("PRAGMA application_id={};", sqlite_application_id)));
  }
  const auto newest = static_cast<std::int64_t>(migrations.size());
  // Version 0 holds nothing that could be lost.
  if (identity.version > 0 && identity.version < newest) {
    PARLEY_TRY(keep_copy(connection, path, vfs, identity.version + 1));
  }
  for (std::int64_t version = identity.version + 1; version <= newest; ++version) {
    const EmbeddedFile& migration = migrations[static_cast<std::size_t>(version - 1)];
    PARLEY_TRY(check_number(migration, version));
    auto done =
        in_transaction(connection, fmt::format("{}\n;PRAGMA user_version={};", migration.content, version));
    if (done) continue;
    base::Error error = std::move(done).error();
    error.public_text = fmt::format("migration {} failed: {}", migration.name, error.public_text);
    return base::fail(std::move(error));
  }
  return {};
}

}  // namespace parley::store
