#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

/// The store's face. A domain module writes its SQL as `static const Sql`, and runs it inside a unit of work
/// that a `Database` opens. Both kinds of unit end in a completion on the asking thread: SQLite answers a
/// read on the spot and a write after its group's durable commit; PostgreSQL answers both later.
namespace parley::store {

class SideFiles;

/// One SQL statement with `?1`, `?2`, … for its values. Lives as long as the program (`static const`):
/// drivers keep one prepared statement per object.
class Sql {
 public:
  /// One text that both databases run.
  constexpr explicit Sql(std::string_view text) noexcept : text_(text), postgres_text_(text) {}
  /// Where they differ, the two stand side by side.
  constexpr explicit Sql(std::string_view sqlite_text, std::string_view postgres_text) noexcept
      : text_(sqlite_text), postgres_text_(postgres_text) {}
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;
  /// What SQLite runs.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] std::string_view postgres_text() const noexcept { return postgres_text_; }

 private:
  std::string_view text_;
  std::string_view postgres_text_;
};

/// A value on its way into a statement. Holds views: what it was made from outlives the statement's
/// completion.
class Value {
 public:
  enum class Kind : std::uint8_t { null, integer, real, text, blob };

  Value(std::nullptr_t) noexcept {}
  template <typename T>
    requires(std::is_integral_v<T>)
  Value(T value) noexcept : kind_(Kind::integer), integer_(static_cast<std::int64_t>(value)) {}
  Value(double value) noexcept : kind_(Kind::real), real_(value) {}
  Value(std::string_view value) noexcept : kind_(Kind::text), bytes_(value) {}
  Value(const std::string& value) noexcept : Value(std::string_view(value)) {}
  Value(const char* value) noexcept : Value(std::string_view(value)) {}
  /// Stored as epoch milliseconds.
  Value(base::Timestamp value) noexcept : Value(base::epoch_ms(value)) {}
  template <typename T>
  Value(const std::optional<T>& value) noexcept {
    if (value) *this = Value(*value);
  }
  /// Bytes that are no text.
  static Value blob(std::string_view bytes) noexcept {
    Value value(bytes);
    value.kind_ = Kind::blob;
    return value;
  }

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] std::int64_t integer() const noexcept { return integer_; }
  [[nodiscard]] double real() const noexcept { return real_; }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

 private:
  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string_view bytes_;
};

using Values = std::span<const Value>;

/// The values of a statement in order: `unit.query(sql, bind(sid, from, to), …)`.
template <typename... T>
[[nodiscard]] std::array<Value, sizeof...(T)> bind(const T&... values) {
  return {Value(values)...};
}

/// One row of an answer. Valid, with every view it gave out, only inside the call of the sink that got it.
class Row {
 public:
  /// Whether column `column` (from 0) is NULL. Text of a NULL is empty, numbers are 0.
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  /// Text or blob, as bytes.
  [[nodiscard]] virtual std::string_view text(int column) const = 0;

  [[nodiscard]] base::Timestamp timestamp(int column) const { return base::from_epoch_ms(integer(column)); }
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  [[nodiscard]] std::optional<std::string> optional_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(std::string(text(column)));
  }

 protected:
  ~Row() = default;
};

/// Takes rows one by one. What takes them may return bool: at the first false no more rows come and the
/// statement ends well. Does not own what it was made from, which must outlive the statement's completion; a
/// lambda written in the `co_await` statement does.
class RowSink {
 public:
  template <typename F>
    requires(std::is_invocable_v<F&, const Row&> && !std::is_same_v<std::remove_cvref_t<F>, RowSink>)
  RowSink(F&& callable) noexcept
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* object, const Row& row) {
          auto& take = *static_cast<std::remove_reference_t<F>*>(object);
          if constexpr (std::is_same_v<std::invoke_result_t<F&, const Row&>, bool>) return take(row);
          take(row);
          return true;
        }) {}

  /// Whether more rows are wanted.
  [[nodiscard]] bool operator()(const Row& row) const { return call_(object_, row); }

 private:
  void* object_;
  bool (*call_)(void*, const Row&);
};

/// A unit of reading: one consistent snapshot, held no longer than its body runs. Used by one thread, one
/// statement at a time. A body does one batch of work (limits::rows_per_batch) and ends; a longer answer
/// seeks again by key.
class Unit {
 public:
  virtual ~Unit() = default;
  Unit() : began_at_(base::SystemClock().now()) {}
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  /// Runs a statement and hands each row to `sink`, in order.
  /// Errors: unavailable (busy, full, cut off), internal (bad SQL, damaged store).
  virtual base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink) = 0;

  /// When the unit began: the one "now" of everything it does.
  [[nodiscard]] base::Timestamp began_at() const noexcept { return began_at_; }

 private:
  base::Timestamp began_at_;
};

/// What modules keep beside a unit or beside several: one object per type, made at first use.
class Attachments {
 public:
  template <typename T>
  T& get() {
    static const char key = 0;
    for (auto& held : held_) {
      if (held.key == &key) return *static_cast<T*>(held.object.get());
    }
    held_.push_back({&key, {new T(), [](void* object) { delete static_cast<T*>(object); }}});
    return *static_cast<T*>(held_.back().object.get());
  }
  void clear() noexcept { held_.clear(); }

 private:
  struct Held {
    const void* key;
    std::unique_ptr<void, void (*)(void*)> object;
  };
  std::vector<Held> held_;
};

/// A unit of writing: all of it is committed, durably, or nothing. Its reads see its own writes.
class WriteUnit : public Unit {
 public:
  /// `memory` outlives the unit.
  explicit WriteUnit(Attachments& memory) noexcept : memory_(memory) {}

  /// Runs a statement that returns no rows; gives the number of rows it changed.
  virtual base::Task<base::Result<std::int64_t>> execute(const Sql& sql, Values values) = 0;

  /// As `execute`, where only the end counts: the statement may be left until something is read, this unit
  /// executes another, or the group commits. One that fails then takes the group with it, so it is for rows
  /// whose rules were looked at before.
  virtual base::Task<base::Result<>> leave(const Sql& sql, Values values) = 0;

  /// As `leave`, for a statement that sets the whole of one row: of those left whose first `keys` values are
  /// the same, only the last is run.
  virtual base::Task<base::Result<>> leave_newest(const Sql& sql, std::size_t keys, Values values) = 0;

  /// What modules gather in this unit for the hooks that run before its commit; destroyed with the unit.
  template <typename T>
  T& attachment() {
    return attachments_.get<T>();
  }

  /// What modules remember of the store's rows from one unit to the next. Each keeps its own in step with
  /// all it writes, and within bounds at the end of every unit. All is forgotten when a unit or a commit
  /// fails, and around every unit that is not of Priority::message: those write past who remembers.
  template <typename T>
  T& memory() {
    return memory_.get<T>();
  }

 private:
  Attachments attachments_;
  Attachments& memory_;
};

/// Which waiting write goes first.
enum class Priority : std::uint8_t {
  message,   ///< What a person waits for: messages, ratings, tags; by domain functions alone (`memory`).
  ordinary,  ///< Administration: keys, accounts, agents.
  bulk,      ///< Imports and other long work, a few milliseconds a turn (a unit is never cut in two).
};

using ReadBody = std::move_only_function<base::Task<base::Result<>>(Unit&)>;
using WriteBody = std::move_only_function<base::Task<base::Result<>>(WriteUnit&)>;

/// Runs at the end of every write unit, before its commit, in the order given; an error undoes the unit.
struct Hook {
  std::string_view name;
  base::Task<base::Result<>> (*run)(WriteUnit&);
};

/// A store, open. All functions from any thread that has a `base::Scheduler`; the completion comes on that
/// thread.
class Database {
 public:
  virtual ~Database() = default;
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `body` in a read unit. The body's error is passed on.
  virtual base::Task<base::Result<>> read(ReadBody body) = 0;

  /// Runs `body`, then the hooks, in a write unit; completes after the durable commit. On any error nothing
  /// of the unit remains. The body runs on the store's thread (SQLite) or on the asker's: it must not touch
  /// what is not its own, and awaits nothing but its unit. Errors besides the body's own: unavailable (queue
  /// full, disk full, shutting down).
  virtual base::Task<base::Result<>> write(Priority priority, WriteBody body) = 0;

  /// Sets the hooks. Once, before the first write.
  virtual void set_hooks(std::vector<Hook> hooks) = 0;

  /// Moves with every commit, before anybody learns of it: what was read after this number was taken is still
  /// so while it is the same. Empty where others may write into the store.
  [[nodiscard]] virtual std::optional<std::uint64_t> generation() const noexcept { return std::nullopt; }

  /// The files beside the store. They are the store's.
  [[nodiscard]] virtual SideFiles& files() noexcept = 0;
};

/// `read` with a value: `body` is a coroutine `(Unit&) -> Task<Result<T>>`.
template <typename T, typename F>
base::Task<base::Result<T>> read_value(Database& database, F body) {
  std::optional<T> value;
  auto run = [&value, &body](Unit& unit) -> base::Task<base::Result<>> {
    auto result = co_await body(unit);
    if (!result) co_return base::fail(std::move(result).error());
    value.emplace(*std::move(result));
    co_return base::Result<>{};
  };
  auto done = co_await database.read(std::ref(run));
  if (!done) co_return base::fail(std::move(done).error());
  co_return *std::move(value);
}

/// `write` with a value: `body` is a coroutine `(WriteUnit&) -> Task<Result<T>>`.
template <typename T, typename F>
base::Task<base::Result<T>> write_value(Database& database, Priority priority, F body) {
  std::optional<T> value;
  auto run = [&value, &body](WriteUnit& unit) -> base::Task<base::Result<>> {
    auto result = co_await body(unit);
    if (!result) co_return base::fail(std::move(result).error());
    value.emplace(*std::move(result));
    co_return base::Result<>{};
  };
  auto done = co_await database.write(priority, std::ref(run));
  if (!done) co_return base::fail(std::move(done).error());
  co_return *std::move(value);
}

}  // namespace parley::store
