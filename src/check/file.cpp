// The file itself: what SQLite says of it, and whether its tables and indexes are those that the migrations
// make.

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "check/parts.hpp"
#include "store/sqlite_migrations.hpp"

namespace parley::check {

namespace {

using base::ErrorCode;
using base::Result;

struct CloseHandle {
  void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

std::unexpected<base::Error> sqlite_error(sqlite3* handle, std::string_view what) {
  return base::fail(ErrorCode::unavailable, "the store cannot be read",
                    fmt::format("check: {}: {}", what, sqlite3_errmsg(handle)));
}

Result<Handle> open_handle(const std::string& path, int flags, const std::string& vfs) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, vfs.empty() ? nullptr : vfs.c_str());
  Handle handle(raw);
  if (code != SQLITE_OK) return sqlite_error(raw, "open");
  return handle;
}

std::string_view column_text(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

/// Damage that SQLite meets on the way is a finding, not an error.
Result<> check_integrity(sqlite3* handle, Report& report) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(handle, "PRAGMA integrity_check", -1, &raw, nullptr) != SQLITE_OK) {
    report.add(Claim::integrity, 0, "file", {}, sqlite3_errmsg(handle));
    return {};
  }
  const Statement statement(raw);
  int code = sqlite3_step(raw);
  for (; code == SQLITE_ROW; code = sqlite3_step(raw)) {
    const std::string_view text = column_text(raw, 0);
    if (text != "ok") report.add(Claim::integrity, 0, "file", {}, text);
  }
  if (code == SQLITE_DONE) return {};
  if ((code & 0xFF) != SQLITE_CORRUPT && (code & 0xFF) != SQLITE_NOTADB)
    return sqlite_error(handle, "integrity_check");
  report.add(Claim::integrity, 0, "file", {}, sqlite3_errmsg(handle));
  return {};
}

/// Tables and indexes by name, with the statements that made them.
using Schema = std::map<std::string, std::string, std::less<>>;

Result<Schema> read_schema(sqlite3* handle) {
  sqlite3_stmt* raw = nullptr;
  const char* sql =
      "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite~_%' "
      "ESCAPE '~'";
  if (sqlite3_prepare_v2(handle, sql, -1, &raw, nullptr) != SQLITE_OK) return sqlite_error(handle, "schema");
  const Statement statement(raw);
  Schema schema;
  int code = sqlite3_step(raw);
  for (; code == SQLITE_ROW; code = sqlite3_step(raw)) {
    schema.emplace(column_text(raw, 0), column_text(raw, 1));
  }
  if (code != SQLITE_DONE) return sqlite_error(handle, "schema");
  return schema;
}

Result<Schema> expected_schema() {
  PARLEY_TRY_ASSIGN(const Handle handle,
                    open_handle(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, {}));
  for (const store::EmbeddedFile& migration : store::sqlite_migrations()) {
    const std::string sql(migration.content);
    if (sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return sqlite_error(handle.get(), migration.name);
    }
  }
  return read_schema(handle.get());
}

void compare_schemas(const Schema& expected, const Schema& found, Report& report) {
  for (const auto& [name, sql] : expected) {
    const auto same = found.find(name);
    if (same == found.end()) {
      report.add(Claim::schema, 0, name, {}, "missing");
    } else if (same->second != sql) {
      report.add(Claim::schema, 0, name, {}, "different");
    }
  }
  for (const auto& [name, sql] : found) {
    if (!expected.contains(name)) report.add(Claim::schema, 0, name, {}, "unknown");
  }
}

}  // namespace

Result<> check_file(const store::Location& location, Report& report) {
  const std::string path = location.directory + "/parley.db";
  PARLEY_TRY_ASSIGN(const Handle handle,
                    open_handle(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, location.vfs));
  // A server beside us writes in short turns; its checkpoint may hold the file a little longer.
  sqlite3_busy_timeout(handle.get(), 5'000);
  PARLEY_TRY(check_integrity(handle.get(), report));
  PARLEY_TRY_ASSIGN(const Schema expected, expected_schema());
  const auto found = read_schema(handle.get());
  // What cannot be read at all has been named by the integrity check.
  if (found) compare_schemas(expected, *found, report);
  return {};
}

}  // namespace parley::check
