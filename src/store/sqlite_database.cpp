#include "store/sqlite_database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/limits.hpp"
#include "store/sqlite_unit.hpp"
#include "store/store_files.hpp"

namespace parley::store {

namespace {

const Sql begin_log("PRAGMA journal_mode=WAL");

/// A relative path that SQLite takes for a path, also one that looks like a URI.
std::string database_path(const Location& location) {
  const std::string path = location.directory + "/parley.db";
  return path.starts_with('/') ? path : "./" + path;
}

/// Says of which store an error speaks.
base::Error about(const std::string& path, base::Error error) {
  if (error.code == base::ErrorCode::internal && error.public_text == "the store is damaged") {
    error.public_text = "it is damaged, or is no Parley store";
  }
  error.public_text = fmt::format("the store {}: {}", path, error.public_text);
  return error;
}

base::Result<> begin_write_ahead_log(SqliteConnection& connection) {
  std::string mode;
  PARLEY_TRY(connection.query(begin_log, {}, [&mode](const Row& row) { mode = row.text(0); }));
  if (mode == "wal") return {};
  return base::fail(base::ErrorCode::unavailable,
                    "its file system does not let SQLite keep a write-ahead log",
                    fmt::format("journal mode {}", mode));
}

}  // namespace

SqliteDatabase::SqliteDatabase(const Location& location, std::string path, std::optional<StoreLock> lock)
    : path_(std::move(path)),
      vfs_(location.vfs),
      lock_(std::move(lock)),
      readers_(path_, vfs_),
      files_(location.directory + "/blocks") {}

base::Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const Location& location, Access access,
                                                                   std::span<const EmbeddedFile> migrations,
                                                                   const CheckpointPolicy& policy) {
  const std::string path = database_path(location);
  std::optional<StoreLock> lock;
  if (access == Access::read_write) {
    PARLEY_TRY(make_private_directory(location.directory));
    PARLEY_TRY_ASSIGN(lock, StoreLock::take(location.directory));
    PARLEY_TRY(make_private_file(path));
  } else if (!file_exists(path)) {
    return base::fail(base::ErrorCode::not_found, fmt::format("there is no store in {}", location.directory));
  }
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(location, path, std::move(lock)));
  auto opened = access == Access::read_write
                    ? database->start_writing(migrations, policy)
                    : database->check_for_reading(static_cast<std::int64_t>(migrations.size()));
  if (!opened) return base::fail(about(path, std::move(opened).error()));
  return database;
}

base::Result<> SqliteDatabase::start_writing(std::span<const EmbeddedFile> migrations,
                                             const CheckpointPolicy& policy) {
  PARLEY_TRY_ASSIGN(auto connection, SqliteConnection::open(path_, vfs_, ConnectionRole::writer));
  PARLEY_TRY_ASSIGN(const auto identity, identify(*connection, static_cast<std::int64_t>(migrations.size())));
  PARLEY_TRY(begin_write_ahead_log(*connection));
  PARLEY_TRY(migrate(*connection, identity, migrations, path_, vfs_));
  PARLEY_TRY_ASSIGN(auto second, SqliteConnection::open(path_, vfs_, ConnectionRole::checkpointer));
  checkpointer_ = std::make_unique<SqliteCheckpointer>(std::move(second), readers_, policy);
  writer_ = std::make_unique<SqliteWriter>(std::move(connection), *checkpointer_, readers_);
  return {};
}

base::Result<> SqliteDatabase::check_for_reading(std::int64_t newest) {
  PARLEY_TRY_ASSIGN(const auto lease, readers_.take());
  PARLEY_TRY_ASSIGN(const auto identity, identify(lease.connection(), newest));
  if (identity.is_empty) return base::fail(base::ErrorCode::not_found, "it is still empty");
  if (identity.version == newest) return {};
  return base::fail(
      base::ErrorCode::conflict,
      fmt::format("it is of an older Parley (version {}; this one reads {}): start the server once, or run "
                  "a command that writes, to bring it up to date",
                  identity.version, newest));
}

SqliteDatabase::~SqliteDatabase() {
  if (!writer_) return;
  const auto last = writer_->finish();
  checkpointer_.reset();
  readers_.close_idle();
  // Beside another process that reads, the log may stay; the next start goes on with it.
  sqlite3_busy_timeout(last->handle(), static_cast<int>(limits::checkpoint_wait.count()));
  sqlite3_wal_checkpoint_v2(last->handle(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

base::Task<base::Result<>> SqliteDatabase::read(ReadBody body) {
  auto lease = readers_.take(generation());
  if (!lease) co_return base::fail(std::move(lease).error());
  SqliteReadUnit unit(lease->connection());
  auto result = co_await body(unit);
  co_return result;
}

base::Task<base::Result<>> SqliteDatabase::write(Priority priority, WriteBody body) {
  if (writer_) return writer_->write(priority, std::move(body));
  return base::Task<base::Result<>>::ready(
      base::fail(base::ErrorCode::internal, "this store was opened for reading only"));
}

void SqliteDatabase::set_hooks(std::vector<Hook> hooks) {
  if (writer_) writer_->set_hooks(std::move(hooks));
}

std::optional<std::uint64_t> SqliteDatabase::generation() const noexcept {
  // Without a writer here, another process has it.
  if (!writer_) return std::nullopt;
  return writer_->generation();
}

Statistics SqliteDatabase::statistics() const {
  if (!writer_ || !checkpointer_) return {};
  return {writer_->statistics(), checkpointer_->statistics()};
}

}  // namespace parley::store
