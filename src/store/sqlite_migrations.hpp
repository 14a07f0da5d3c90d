#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/embedded_file.hpp"
#include "store/sqlite_connection.hpp"

namespace parley::store {

/// The files of migrations/sqlite, sorted by name: `0001_….sql`, `0002_….sql`, … without a gap. Migration N
/// makes version N of a store out of version N-1; version 0 is an empty store.
std::span<const EmbeddedFile> sqlite_migrations();

/// The mark of our stores in SQLite's header (`PRAGMA application_id`): "PARL".
inline constexpr std::int64_t sqlite_application_id = 0x5041524C;

/// What a database file turned out to be.
struct SqliteIdentity {
  bool is_empty = false;     ///< Nothing was ever put into it: a new file, or one whose making was cut off.
  std::int64_t version = 0;  ///< Its `PRAGMA user_version`: the number of the last migration applied.
};

/// Looks what the file behind `connection` is; changes nothing. Errors: conflict for the database of another
/// program, and for a store with a version above `newest`; internal for a damaged file.
[[nodiscard]] base::Result<SqliteIdentity> identify(SqliteConnection& connection, std::int64_t newest);

/// Brings a store to its newest version: marks an empty one as ours, copies an older one to
/// `path.before-NNNN` (NNNN the first migration to be applied), then applies the migrations, each in one
/// transaction with its version number: a cut leaves the store in one version or the next. Errors:
/// unavailable if the copy cannot be made (nothing is changed then), internal if a migration fails.
[[nodiscard]] base::Result<> migrate(SqliteConnection& connection, const SqliteIdentity& identity,
                                     std::span<const EmbeddedFile> migrations, const std::string& path,
                                     const std::string& vfs);

}  // namespace parley::store
