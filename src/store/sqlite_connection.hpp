#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace parley::store {

/// What a connection is for; it decides how the file is opened and how long a busy file is waited for.
enum class ConnectionRole : std::uint8_t {
  reader,        ///< Read-only.
  writer,        ///< The one that writes: `synchronous=FULL`, a commit is on the disk when it returns.
  checkpointer,  ///< Moves the write-ahead log into the database file; waits only briefly for others.
};

/// One SQLite handle with its kept statements. Used by one thread at a time. sqlite3.h:
/// https://sqlite.org/c3ref/intro.html
class SqliteConnection {
 public:
  /// Opens the file, which exists. `vfs` empty is the system's. Errors: unavailable (permission, no space,
  /// busy), internal (damaged, or no database).
  [[nodiscard]] static base::Result<std::unique_ptr<SqliteConnection>> open(const std::string& path,
                                                                            const std::string& vfs,
                                                                            ConnectionRole role);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  /// `Unit::query`, answered on the spot.
  [[nodiscard]] base::Result<> query(const Sql& sql, Values values, RowSink sink);

  /// `WriteUnit::execute`, answered on the spot.
  [[nodiscard]] base::Result<std::int64_t> execute(const Sql& sql, Values values = {});

  /// Runs a text of several statements without values: a migration, a pragma. Rows are dropped. Errors as
  /// `query`.
  [[nodiscard]] base::Result<> run_script(const std::string& script);

  /// Whether a transaction is open. SQLite ends one by itself when the disk is full or fails.
  [[nodiscard]] bool in_transaction() const;

  /// The handle, for what has no SQL: checkpoints, hooks, copies. Owned by this.
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

  /// How many statements are kept prepared.
  [[nodiscard]] std::size_t kept_statements() const noexcept { return kept_.size(); }

 private:
  struct Kept {
    sqlite3_stmt* statement;
    std::string text;
  };

  explicit SqliteConnection(sqlite3* handle) noexcept : handle_(handle) {}
  [[nodiscard]] base::Result<> configure(ConnectionRole role);
  [[nodiscard]] base::Result<sqlite3_stmt*> start(const Sql& sql, Values values);
  [[nodiscard]] base::Result<sqlite3_stmt*> kept(const Sql& sql);
  [[nodiscard]] base::Result<sqlite3_stmt*> prepare(std::string_view text);
  void drop_kept() noexcept;

  sqlite3* handle_;
  std::unordered_map<const Sql*, Kept> kept_;
  bool running_ = false;
};

/// The error for SQLite's result code `code`, just returned by `handle` (null: none was made) for `what`. Its
/// log text has the extended code and SQLite's words, but never a value of a statement.
[[nodiscard]] std::unexpected<base::Error> sqlite_failure(sqlite3* handle, int code, std::string_view what);

}  // namespace parley::store
