#pragma once

#include <span>

#include "store/embedded_file.hpp"
#include "store/postgres_connection.hpp"

namespace parley::store {

/// The files of migrations/postgres: the same numbers as those of migrations/sqlite, and the same meaning.
std::span<const EmbeddedFile> postgres_migrations();

/// The version of the store in the connection's database: the number of the last migration applied; 0 where
/// nothing is. Errors: conflict for a database that has something of others and no store, for one that is not
/// in UTF-8, for a server older than 15, and for a store with a version above `newest`.
[[nodiscard]] base::Task<base::Result<std::int64_t>> store_version(PostgresConnection& connection,
                                                                   std::int64_t newest);

/// Brings the store to its newest version, each migration in one transaction with its number. Of several who
/// come at once, one does it and the others wait. Errors: those of `store_version`; unavailable; internal if
/// a migration fails, which then has left nothing.
[[nodiscard]] base::Task<base::Result<>> migrate(PostgresConnection& connection,
                                                 std::span<const EmbeddedFile> migrations);

}  // namespace parley::store
