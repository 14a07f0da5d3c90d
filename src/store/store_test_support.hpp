#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/deferred_database.hpp"
#include "store/sqlite_database.hpp"

/// What the store's tests share: an empty directory, a migration with one table, and the short forms of
/// asking.
namespace parley::store::testing {

/// A directory of its own, removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "parley-store-XXXXXX").string()) {
    PARLEY_CHECK(::mkdtemp(path_.data()) != nullptr);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

inline constexpr std::array test_migrations{
    EmbeddedFile{"0001_note.sql",
                 "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
                 "CREATE TABLE kind (n INTEGER, r REAL, t TEXT, b BLOB) STRICT;"}};

inline const Sql insert_note("INSERT INTO note (id, text) VALUES (?1, ?2)");
inline const Sql insert_next_note("INSERT INTO note (text) VALUES (?1)");
inline const Sql count_notes("SELECT count(*) FROM note");
inline const Sql list_notes("SELECT id, text FROM note ORDER BY id");

/// A store in `directory`, wrapped when `deferred` is true.
struct OpenStore {
  SqliteDatabase* sqlite = nullptr;  // inside `database`
  std::unique_ptr<Database> database;
};

inline OpenStore open_store(const std::string& directory, bool deferred, std::uint64_t seed = 1,
                            const CheckpointPolicy& policy = {}) {
  auto opened =
      SqliteDatabase::open({directory, std::nullopt, ""}, Access::read_write, test_migrations, policy);
  PARLEY_CHECK(opened.has_value());
  OpenStore store;
  store.sqlite = opened->get();
  store.database = *std::move(opened);
  if (deferred) store.database = std::make_unique<DeferredDatabase>(std::move(store.database), seed);
  return store;
}

/// A unit that writes one note.
inline base::Task<base::Result<>> add_note(WriteUnit& unit, std::int64_t id, std::string_view text) {
  auto done = co_await unit.execute(insert_note, bind(id, text));
  if (!done) co_return base::fail(std::move(done).error());
  co_return base::Result<>{};
}

/// A body that owns its note.
inline WriteBody note_body(std::int64_t id, std::string text) {
  return [id, text = std::move(text)](WriteUnit& unit) { return add_note(unit, id, text); };
}

inline base::Task<base::Result<std::int64_t>> count_in(Unit& unit) {
  std::int64_t count = 0;
  auto done = co_await unit.query(count_notes, {}, [&count](const Row& row) { count = row.integer(0); });
  if (!done) co_return base::fail(std::move(done).error());
  co_return count;
}

/// Every note, as `ID TEXT`.
inline base::Task<base::Result<std::vector<std::string>>> notes_in(Unit& unit) {
  std::vector<std::string> notes;
  auto done = co_await unit.query(list_notes, {}, [&notes](const Row& row) {
    notes.push_back(std::to_string(row.integer(0)) + " " + std::string(row.text(1)));
  });
  if (!done) co_return base::fail(std::move(done).error());
  co_return notes;
}

/// How many notes there are; -1 if that cannot be found out.
inline std::int64_t count(Database& database) {
  return base::block_on(read_value<std::int64_t>(database, &count_in)).value_or(-1);
}

inline base::Result<> write(Database& database, WriteBody body, Priority priority = Priority::ordinary) {
  return base::block_on(database.write(priority, std::move(body)));
}

/// Asks many things of a store at once, on one thread, and notes the answers in the order they come.
class Asker {
 public:
  /// Starts `task` when `finish` runs; its answer is noted under `name`.
  void ask(base::Task<base::Result<>> task, std::string name = {}) {
    ++open_;
    loop_.post([this, task = std::move(task), name = std::move(name)]() mutable {
      base::spawn(run(*this, std::move(task), std::move(name)));
    });
  }

  /// Runs `job` after what was asked before it has started.
  void then(base::Job job) { loop_.post(std::move(job)); }

  /// Works until every answer is there.
  void finish() {
    loop_.run_until([this] { return open_ == 0; });
  }

  struct Answer {
    std::string name;
    base::Result<> result;
  };
  std::vector<Answer> answers;

  /// How many answers were good.
  [[nodiscard]] std::size_t good() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(answers, [](const Answer& answer) { return answer.result.has_value(); }));
  }

 private:
  static base::Task<void> run(Asker& self, base::Task<base::Result<>> task, std::string name) {
    auto result = co_await task;
    self.answers.push_back({std::move(name), std::move(result)});
    --self.open_;
  }

  base::RunLoop loop_;
  std::size_t open_ = 0;
};

/// Holds the writer's thread inside a body until it is opened.
class Gate {
 public:
  /// A write body that stands still at the gate.
  WriteBody body() {
    return [this](WriteUnit&) {
      reached_.count_down();
      opened_.wait();
      return base::Task<base::Result<>>::ready(base::Result<>{});
    };
  }
  /// Waits until a body stands at the gate.
  void wait_until_reached() { reached_.wait(); }
  void open() { opened_.count_down(); }

 private:
  std::latch reached_{1};
  std::latch opened_{1};
};

}  // namespace parley::store::testing
