#include "store/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/limits.hpp"
#include "store/sqlite_read_ahead.hpp"

namespace parley::store {

namespace {

/// The row at which a statement stands. Each column is looked up once, however often it is asked for: a
/// value's own functions take less than those of columns. Only as long as the statement stands there.
class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) noexcept : statement_(statement) {}

  [[nodiscard]] bool is_null(int column) const override {
    return sqlite3_value_type(value(column)) == SQLITE_NULL;
  }
  [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_value_int64(value(column)); }
  [[nodiscard]] double real(int column) const override { return sqlite3_value_double(value(column)); }
  [[nodiscard]] std::string_view text(int column) const override {
    sqlite3_value* const found = value(column);
    const void* bytes = sqlite3_value_blob(found);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(found))};
  }

 private:
  [[nodiscard]] sqlite3_value* value(int column) const noexcept {
    if (column != column_) {
      column_ = column;
      value_ = sqlite3_column_value(statement_, column);
    }
    return value_;
  }

  sqlite3_stmt* statement_;
  mutable int column_ = -1;
  mutable sqlite3_value* value_ = nullptr;
};

/// Puts a statement back to its beginning, whatever happened, and forgets the values it pointed to.
class Reset {
 public:
  Reset(sqlite3_stmt* statement, bool& running) noexcept : statement_(statement), running_(running) {
    running_ = true;
  }
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    running_ = false;
  }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
  bool& running_;
};

/// Once per process, before SQLite's first use: its memory counters cost a mutex in every allocation.
void configure_library() {
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);  // Refused where somebody used SQLite before us: then it is merely slower.
}

int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      return sqlite3_bind_null(statement, index);
    case Value::Kind::integer:
      return sqlite3_bind_int64(statement, index, value.integer());
    case Value::Kind::real:
      return sqlite3_bind_double(statement, index, value.real());
    case Value::Kind::text:
    case Value::Kind::blob:
      break;
  }
  // SQLite takes a null pointer for NULL, and an empty view may have one.
  const char* bytes = value.bytes().empty() ? "" : value.bytes().data();
  const auto size = static_cast<sqlite3_uint64>(value.bytes().size());
  if (value.kind() == Value::Kind::blob) {
    return sqlite3_bind_blob64(statement, index, bytes, size, SQLITE_STATIC);
  }
  return sqlite3_bind_text64(statement, index, bytes, size, SQLITE_STATIC, SQLITE_UTF8);
}

base::ErrorCode code_for(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_PROTOCOL:
      return base::ErrorCode::unavailable;
    case SQLITE_INTERRUPT:
      return base::ErrorCode::cancelled;
    case SQLITE_TOOBIG:
      return base::ErrorCode::too_large;
    default:
      return base::ErrorCode::internal;
  }
}

std::string public_text_for(int result) {
  switch (result & 0xff) {
    case SQLITE_FULL:
      return "the disk of the store is full";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the store is damaged";
    case SQLITE_TOOBIG:
      return "a value is too large for the store";
    case SQLITE_INTERRUPT:
      return "the request was cancelled";
    default:
      break;
  }
  return code_for(result) == base::ErrorCode::unavailable ? "the store is not available at the moment"
                                                          : "an internal error in the store";
}

/// SQLite's own sentence only where it can hold nothing but names of ours: a full-text error, for one, quotes
/// the value.
std::string_view words_for(sqlite3* handle, int result) {
  const int primary = result & 0xff;
  if (handle != nullptr && (primary == SQLITE_CONSTRAINT || primary == SQLITE_SCHEMA)) {
    return sqlite3_errmsg(handle);
  }
  return sqlite3_errstr(result);
}

std::string_view beginning(std::string_view text) {
  return text.substr(0, limits::logged_sql_bytes);
}

}  // namespace

std::unexpected<base::Error> sqlite_failure(sqlite3* handle, int code, std::string_view what) {
  const int extended = handle != nullptr && (code & 0xff) == code ? sqlite3_extended_errcode(handle) : code;
  const int result = (extended & 0xff) == (code & 0xff) ? extended : code;
  const int system = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  return base::fail(code_for(result), public_text_for(result),
                    fmt::format("sqlite {} (errno {}): {}: {}", result, system, words_for(handle, result),
                                beginning(what)));
}

base::Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path,
                                                                       const std::string& vfs,
                                                                       ConnectionRole role) {
  configure_library();
  sqlite3* handle = nullptr;
  const int access = role == ConnectionRole::reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const char* const usual_vfs = role == ConnectionRole::reader ? read_ahead_vfs() : nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      vfs.empty() ? usual_vfs : vfs.c_str());
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  if (code != SQLITE_OK) return sqlite_failure(handle, code, "open");
  PARLEY_TRY(connection->configure(role));
  return connection;
}

base::Result<> SqliteConnection::configure(ConnectionRole role) {
  const auto wait = role == ConnectionRole::checkpointer ? limits::checkpoint_wait : limits::busy_wait;
  sqlite3_busy_timeout(handle_, static_cast<int>(wait.count()));
  for (const int off : {SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                        SQLITE_DBCONFIG_ENABLE_FKEY}) {
    sqlite3_db_config(handle_, off, 0, nullptr);
  }
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  const std::size_t cache = role == ConnectionRole::writer   ? limits::writer_cache_bytes
                            : role == ConnectionRole::reader ? limits::reader_cache_bytes
                                                             : limits::checkpointer_cache_bytes;
  return run_script(fmt::format(
      "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-{};"
      "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={};",
      cache / 1024, limits::kept_wal_bytes));
}

SqliteConnection::~SqliteConnection() {
  drop_kept();
  sqlite3_close_v2(handle_);
}

void SqliteConnection::drop_kept() noexcept {
  for (const auto& [sql, kept] : kept_) sqlite3_finalize(kept.statement);
  kept_.clear();
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

base::Result<> SqliteConnection::run_script(const std::string& script) {
  const int code = sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_failure(handle_, code, script);
  return {};
}

base::Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (code != SQLITE_OK) {
    auto failure = sqlite_failure(handle_, code, text);
    // The text is ours and has no values in it yet, so SQLite's sentence about it may be logged.
    failure.error().log_text += fmt::format(" ({})", sqlite3_errmsg(handle_));
    return failure;
  }
  const std::string_view rest(tail, static_cast<std::size_t>(text.data() + text.size() - tail));
  if (statement == nullptr || rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    sqlite3_finalize(statement);
    return base::fail(base::ErrorCode::internal, "an internal error in the store",
                      fmt::format("an Sql holds one statement: {}", beginning(text)));
  }
  return statement;
}

base::Result<sqlite3_stmt*> SqliteConnection::kept(const Sql& sql) {
  const auto found = kept_.find(&sql);
  // The text is compared too: an Sql that is no `static const` may lie where another one lay.
  if (found != kept_.end() && found->second.text == sql.text()) return found->second.statement;
  if (found != kept_.end()) {
    sqlite3_finalize(found->second.statement);
    kept_.erase(found);
  }
  if (kept_.size() >= limits::kept_statements) drop_kept();
  PARLEY_TRY_ASSIGN(sqlite3_stmt* const statement, prepare(sql.text()));
  kept_.emplace(&sql, Kept{statement, std::string(sql.text())});
  return statement;
}

base::Result<sqlite3_stmt*> SqliteConnection::start(const Sql& sql, Values values) {
  if (running_) {
    return base::fail(base::ErrorCode::internal, "an internal error in the store",
                      fmt::format("one statement at a time: {}", beginning(sql.text())));
  }
  PARLEY_TRY_ASSIGN(sqlite3_stmt* const statement, kept(sql));
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size())) {
    return base::fail(base::ErrorCode::internal, "an internal error in the store",
                      fmt::format("{} values for: {}", values.size(), beginning(sql.text())));
  }
  int index = 0;
  for (const Value& value : values) {
    const int code = bind_one(statement, ++index, value);
    if (code == SQLITE_OK) continue;
    sqlite3_clear_bindings(statement);
    return sqlite_failure(handle_, code, sql.text());
  }
  return statement;
}

base::Result<> SqliteConnection::query(const Sql& sql, Values values, RowSink sink) {
  PARLEY_TRY_ASSIGN(sqlite3_stmt* const statement, start(sql, values));
  const Reset reset(statement, running_);
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW) {
    if (!sink(SqliteRow(statement))) return {};
    code = sqlite3_step(statement);
  }
  if (code != SQLITE_DONE) return sqlite_failure(handle_, code, sql.text());
  return {};
}

base::Result<std::int64_t> SqliteConnection::execute(const Sql& sql, Values values) {
  PARLEY_TRY_ASSIGN(sqlite3_stmt* const statement, start(sql, values));
  const Reset reset(statement, running_);
  const std::int64_t before = sqlite3_total_changes64(handle_);
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    return base::fail(base::ErrorCode::internal, "an internal error in the store",
                      fmt::format("execute is for statements without rows: {}", beginning(sql.text())));
  }
  if (code != SQLITE_DONE) return sqlite_failure(handle_, code, sql.text());
  // What changes() tells is of the last INSERT, UPDATE or DELETE, which need not be this statement.
  const bool changed = sqlite3_total_changes64(handle_) != before;
  return changed ? sqlite3_changes64(handle_) : std::int64_t{0};
}

}  // namespace parley::store
