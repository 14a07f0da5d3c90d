#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

/// Every test for SQLite as it is, and for the configuration in which nothing is answered at once.
class DatabaseTest : public ::testing::TestWithParam<bool> {
 protected:
  TemporaryDirectory directory_;
  OpenStore store_ = open_store(directory_.path(), GetParam());
  Database& database_ = *store_.database;
};

INSTANTIATE_TEST_SUITE_P(Store, DatabaseTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Deferred" : "Sqlite"; });

TEST_P(DatabaseTest, WhatWasWrittenIsRead) {
  ASSERT_TRUE(write(database_, note_body(1, "one")));
  ASSERT_TRUE(write(database_, note_body(2, "two")));
  const auto found = base::block_on(read_value<std::vector<std::string>>(database_, &notes_in));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (std::vector<std::string>{"1 one", "2 two"}));
}

const Sql insert_kinds("INSERT INTO kind (n, r, t, b) VALUES (?1, ?2, ?3, ?4)");
const Sql select_kinds("SELECT n, r, t, b FROM kind");

struct Kinds {
  std::optional<std::int64_t> n;
  std::optional<std::string> t;
  std::optional<std::string> b;
  double r = 0;
  bool r_null = false;
};

base::Task<base::Result<Kinds>> round_trip(WriteUnit& unit, Kinds in) {
  const std::string_view blob = in.b ? std::string_view(*in.b) : std::string_view();
  const Value blob_value = in.b ? Value::blob(blob) : Value(nullptr);
  const Value real = in.r_null ? Value(nullptr) : Value(in.r);
  const std::array values{Value(in.n), real, Value(in.t), blob_value};
  auto stored = co_await unit.execute(insert_kinds, values);
  if (!stored) co_return base::fail(std::move(stored).error());
  Kinds out;
  auto read = co_await unit.query(select_kinds, {}, [&out](const Row& row) {
    out = Kinds{row.optional_integer(0), row.optional_text(2), row.optional_text(3), row.real(1),
                row.is_null(1)};
  });
  if (!read) co_return base::fail(std::move(read).error());
  co_return out;
}

TEST_P(DatabaseTest, EveryKindOfValueComesBackAsItWent) {
  const std::string odd("a\0b\xff", 4);
  const std::vector<Kinds> all{
      {std::numeric_limits<std::int64_t>::min(), "", "", 0.1, false},
      {std::numeric_limits<std::int64_t>::max(), "åäö 🙂", odd, -0.0, false},
      {std::nullopt, std::nullopt, std::nullopt, 0, true},
      {0, std::string(100'000, 'x'), std::string(100'000, '\0'), 1e308, false},
  };
  for (const Kinds& in : all) {
    Kinds out;
    auto done = base::block_on(write_value<Kinds>(database_, Priority::ordinary,
                                                  [&in](WriteUnit& unit) { return round_trip(unit, in); }));
    ASSERT_TRUE(done);
    out = *done;
    EXPECT_EQ(out.n, in.n);
    EXPECT_EQ(out.r_null, in.r_null);
    EXPECT_EQ(out.r, in.r);
    EXPECT_EQ(out.t, in.t);
    EXPECT_EQ(out.b, in.b);
    static const Sql clear("DELETE FROM kind");
    auto cleared = base::block_on(write_value<std::int64_t>(
        database_, Priority::ordinary, [](WriteUnit& unit) { return unit.execute(clear, {}); }));
    ASSERT_TRUE(cleared);
    EXPECT_EQ(*cleared, 1);
  }
}

TEST_P(DatabaseTest, ExecuteTellsHowManyRowsItChanged) {
  static const Sql all("UPDATE note SET text = ?1");
  static const Sql create("CREATE TABLE more (n INTEGER) STRICT");
  auto counts = base::block_on(write_value<std::vector<std::int64_t>>(
      database_, Priority::ordinary,
      [](WriteUnit& unit) -> base::Task<base::Result<std::vector<std::int64_t>>> {
        std::vector<std::int64_t> found;
        PARLEY_CO_TRY_ASSIGN(found.emplace_back(), co_await unit.execute(all, bind("none yet")));
        PARLEY_CO_TRY_ASSIGN(found.emplace_back(), co_await unit.execute(insert_note, bind(1, "a")));
        PARLEY_CO_TRY_ASSIGN(found.emplace_back(), co_await unit.execute(insert_note, bind(2, "b")));
        PARLEY_CO_TRY_ASSIGN(found.emplace_back(), co_await unit.execute(all, bind("c")));
        PARLEY_CO_TRY_ASSIGN(found.emplace_back(), co_await unit.execute(create, {}));
        co_return found;
      }));
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (std::vector<std::int64_t>{0, 1, 1, 2, 0}));
}

TEST_P(DatabaseTest, AWriteUnitReadsWhatItWrote) {
  auto seen = base::block_on(write_value<std::int64_t>(
      database_, Priority::ordinary, [](WriteUnit& unit) -> base::Task<base::Result<std::int64_t>> {
        auto added = co_await add_note(unit, 1, "mine");
        if (!added) co_return base::fail(std::move(added).error());
        auto count = co_await count_in(unit);
        co_return count;
      }));
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, 1);
}

TEST_P(DatabaseTest, NothingOfAFailedBodyRemains) {
  auto done = write(database_, [](WriteUnit& unit) -> base::Task<base::Result<>> {
    auto added = co_await add_note(unit, 1, "gone");
    if (!added) co_return base::fail(std::move(added).error());
    co_return base::fail(base::ErrorCode::conflict, "not like this");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::conflict);
  EXPECT_EQ(done.error().public_text, "not like this");
  EXPECT_EQ(count(database_), 0);
  EXPECT_TRUE(write(database_, note_body(1, "stays")));
  EXPECT_EQ(count(database_), 1);
}

struct Gathered {
  int notes = 0;
};

base::Task<base::Result<>> refuse_three(WriteUnit& unit) {
  if (unit.attachment<Gathered>().notes == 3)
    co_return base::fail(base::ErrorCode::conflict, "three is too many");
  co_return base::Result<>{};
}

base::Task<base::Result<>> count_the_unit(WriteUnit& unit) {
  auto done = co_await unit.execute(insert_next_note, bind("by the hook"));
  if (!done) co_return base::fail(std::move(done).error());
  co_return base::Result<>{};
}

WriteBody gather(int notes) {
  return [notes](WriteUnit& unit) {
    unit.attachment<Gathered>().notes += notes;
    return count_the_unit(unit);
  };
}

TEST_P(DatabaseTest, HooksRunBeforeTheCommitAndCanUndoTheUnit) {
  database_.set_hooks({{"refuse", &refuse_three}, {"count", &count_the_unit}});
  ASSERT_TRUE(write(database_, gather(1)));
  EXPECT_EQ(count(database_), 2);
  const auto refused = write(database_, gather(3));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().public_text, "three is too many");
  EXPECT_NE(refused.error().log_text.find("hook refuse"), std::string::npos);
  EXPECT_EQ(count(database_), 2);
  // What one unit gathered is gone with it.
  ASSERT_TRUE(write(database_, gather(1)));
  EXPECT_EQ(count(database_), 4);
}

base::Task<base::Result<>> count_around(Unit& unit, Database& writes_meanwhile,
                                        std::vector<std::int64_t>& seen) {
  auto before = co_await count_in(unit);
  if (!before) co_return base::fail(std::move(before).error());
  seen.push_back(*before);
  std::thread other([&] { PARLEY_CHECK(write(writes_meanwhile, note_body(1, "meanwhile")).has_value()); });
  other.join();
  auto after = co_await count_in(unit);
  if (!after) co_return base::fail(std::move(after).error());
  seen.push_back(*after);
  co_return base::Result<>{};
}

TEST_P(DatabaseTest, AReadUnitSeesOneStateBesideWrites) {
  std::vector<std::int64_t> seen;
  ASSERT_TRUE(
      base::block_on(database_.read([&](Unit& unit) { return count_around(unit, database_, seen); })));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(count(database_), 1);
}

TEST_P(DatabaseTest, AReadersErrorIsPassedOnAndItsHandleServesTheNext) {
  static const Sql bad("SELECT nothing FROM nowhere");
  for (int i = 0; i < 3; ++i) {
    auto done =
        base::block_on(database_.read([](Unit& unit) { return unit.query(bad, {}, [](const Row&) {}); }));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, base::ErrorCode::internal);
    EXPECT_EQ(count(database_), 0);
  }
}

TEST_P(DatabaseTest, ReadUnitsCannotWrite) {
  static const Sql sneak("INSERT INTO note (id, text) VALUES (9, 'x')");
  auto done =
      base::block_on(database_.read([](Unit& unit) { return unit.query(sneak, {}, [](const Row&) {}); }));
  EXPECT_FALSE(done);
  EXPECT_EQ(count(database_), 0);
}

TEST_P(DatabaseTest, ManyThreadsWriteAndReadAtOnce) {
  constexpr int threads = 4;
  constexpr int notes_each = 60;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([this, t] {
      Asker asker;
      for (int i = 0; i < notes_each; ++i) {
        const auto priority = static_cast<Priority>(i % 3);
        asker.ask(database_.write(priority, note_body(t * notes_each + i, "text")));
        asker.ask(database_.read([](Unit& unit) -> base::Task<base::Result<>> {
          auto seen = co_await count_in(unit);
          if (!seen) co_return base::fail(std::move(seen).error());
          co_return base::Result<>{};
        }));
      }
      asker.finish();
      EXPECT_EQ(asker.good(), 2U * notes_each);
    });
  }
  for (std::thread& thread : all) thread.join();
  EXPECT_EQ(count(database_), threads * notes_each);
}

TEST_P(DatabaseTest, WhatIsAnsweredOutlivesTheStore) {
  ASSERT_TRUE(write(database_, note_body(7, "kept")));
  store_ = {};
  store_ = open_store(directory_.path(), GetParam());
  EXPECT_EQ(count(*store_.database), 1);
}

}  // namespace
}  // namespace parley::store
