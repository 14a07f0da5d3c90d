#include "store/sqlite_unit.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;
using base::Result;
using base::Task;

const Sql append_note(
    "INSERT INTO note (id, text) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET text = text || "
    "excluded.text");

/// A body that leaves a note.
WriteBody leaving(std::int64_t id, std::string text) {
  return [id, text = std::move(text)](WriteUnit& unit) { return unit.leave(insert_note, bind(id, text)); };
}

/// A body that leaves a note, of which only the last is to be run.
WriteBody leaving_newest(std::int64_t id, std::string text) {
  return [id, text = std::move(text)](WriteUnit& unit) {
    return unit.leave_newest(append_note, 1, bind(id, text));
  };
}

/// A body that leaves a note and then fails, having looked at the store before where `reads`.
WriteBody failing(std::int64_t id, bool reads) {
  return [id, reads](WriteUnit& unit) -> Task<Result<>> {
    auto left = co_await unit.leave(insert_note, bind(id, "never seen"));
    if (left && reads) {
      auto counted = co_await count_in(unit);
      if (!counted) co_return base::fail(std::move(counted).error());
      left = co_await unit.leave(insert_note, bind(id + 1, "never seen"));
    }
    co_return base::fail(base::ErrorCode::not_found, "no");
  };
}

/// A body that notes how many notes its unit sees.
WriteBody counting(std::int64_t& seen) {
  return [&seen](WriteUnit& unit) -> Task<Result<>> {
    auto counted = co_await count_in(unit);
    if (!counted) co_return base::fail(std::move(counted).error());
    seen = *counted;
    co_return Result<>{};
  };
}

struct Remembered {
  int units = 0;
};

/// A body that notes how many units have remembered something before.
WriteBody remembering(int& before, bool fails = false) {
  return [&before, fails](WriteUnit& unit) {
    before = unit.memory<Remembered>().units++;
    if (fails) return Task<Result<>>::ready(base::fail(base::ErrorCode::not_found, "no"));
    return Task<Result<>>::ready(Result<>{});
  };
}

class WriteUnitTest : public ::testing::Test {
 protected:
  /// Writes them as one group of messages; gives the answers in their order.
  std::vector<Result<>> write_group(std::vector<WriteBody> bodies) {
    Gate gate;
    Asker asker;
    asker.ask(database_.write(Priority::message, gate.body()));
    asker.then([&] { gate.wait_until_reached(); });
    for (WriteBody& body : bodies) asker.ask(database_.write(Priority::message, std::move(body)));
    asker.then([&] { gate.open(); });
    asker.finish();
    std::vector<Result<>> results;
    for (auto& answer : asker.answers) results.push_back(std::move(answer.result));
    results.erase(results.begin());
    return results;
  }
  std::vector<std::string> notes() {
    const std::vector<std::string> none;
    return base::block_on(read_value<std::vector<std::string>>(database_, &notes_in)).value_or(none);
  }

  TemporaryDirectory directory_;
  OpenStore store_ = open_store(directory_.path(), false);
  SqliteDatabase& database_ = *store_.sqlite;
};

/// A group of its bodies. A vector's braces would copy what only moves.
template <typename... Body>
std::vector<WriteBody> bodies(Body... body) {
  std::vector<WriteBody> all;
  (all.push_back(std::move(body)), ...);
  return all;
}

TEST_F(WriteUnitTest, WhatIsLeftIsThereAtTheCommit) {
  const std::string_view with_zero("a\0b", 3);
  const auto results =
      write_group(bodies(leaving(1, "one"), leaving(2, ""), leaving(3, std::string(with_zero))));
  EXPECT_TRUE(std::ranges::all_of(results, [](const auto& result) { return result.has_value(); }));
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 one", "2 ", "3 " + std::string(with_zero)}));
}

TEST_F(WriteUnitTest, WhoReadsSeesWhatWasLeftBefore) {
  std::int64_t seen_by_later = -1;
  std::int64_t seen_by_itself = -1;
  const auto own = [&](WriteUnit& unit) -> Task<Result<>> {
    auto left = co_await unit.leave(insert_note, bind(3, "three"));
    if (!left) co_return left;
    auto counted = co_await count_in(unit);
    if (!counted) co_return base::fail(std::move(counted).error());
    seen_by_itself = *counted;
    co_return co_await unit.leave(insert_note, bind(4, "four"));
  };
  write_group(bodies(leaving(1, "one"), leaving(2, "two"), counting(seen_by_later), WriteBody(own)));
  EXPECT_EQ(seen_by_later, 2);
  EXPECT_EQ(seen_by_itself, 3);
  EXPECT_EQ(count(database_), 4);
}

TEST_F(WriteUnitTest, AUnitThatFailsTakesOnlyWhatItLeft) {
  const auto results =
      write_group(bodies(leaving(1, "one"), failing(10, false), leaving(2, "two"), failing(20, true),
                         leaving(3, "three"), note_body(4, "four"), failing(30, true)));
  const std::vector<bool> expected = {true, false, true, false, true, true, false};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(results[i].has_value(), expected[i]) << i;
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 one", "2 two", "3 three", "4 four"}));
}

TEST_F(WriteUnitTest, OfRowsThatAreSetWholeOnlyTheLastIsRun) {
  write_group(bodies(leaving_newest(1, "a"), leaving_newest(2, "x"), leaving_newest(1, "b"),
                     leaving_newest(1, "c"), failing(9, false)));
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 c", "2 x"}));
  std::int64_t seen = 0;
  write_group(bodies(leaving_newest(1, "d"), counting(seen), leaving_newest(1, "e")));
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 cde", "2 x"}));
}

TEST_F(WriteUnitTest, TheOneThatAFailedUnitOutdidIsRun) {
  const auto outdoing = [](WriteUnit& unit) -> Task<Result<>> {
    auto left = co_await unit.leave_newest(append_note, 1, bind(1, "never seen"));
    if (!left) co_return left;
    co_return base::fail(base::ErrorCode::not_found, "no");
  };
  write_group(bodies(leaving_newest(1, "a"), WriteBody(outdoing)));
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 a"}));
}

TEST_F(WriteUnitTest, ALeftStatementThatFailsFailsItsGroupAndThenItselfAlone) {
  auto results = write_group(bodies(leaving(1, "one"), leaving(1, "again"), leaving(2, "two")));
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::unavailable);
  }
  EXPECT_EQ(count(database_), 0);
  results = write_group(bodies(leaving(1, "one"), leaving(1, "again"), leaving(2, "two")));
  EXPECT_TRUE(results[0]);
  EXPECT_FALSE(results[1]);
  EXPECT_TRUE(results[2]);
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 one", "2 two"}));
}

TEST_F(WriteUnitTest, AFailureOfItsOwnThatAUnitPassesOverUndoesIt) {
  ASSERT_TRUE(write(database_, note_body(1, "one")));
  const auto careless = [](WriteUnit& unit) -> Task<Result<>> {
    auto first = co_await unit.leave(insert_note, bind(2, "never seen"));
    auto second = co_await unit.leave(insert_note, bind(1, "taken"));
    auto counted = co_await count_in(unit);
    const bool all = first && second && counted;
    static_cast<void>(all);
    co_return Result<>{};
  };
  const auto results = write_group(bodies(WriteBody(careless), leaving(3, "three")));
  EXPECT_FALSE(results[0]);
  EXPECT_TRUE(results[1]);
  EXPECT_EQ(notes(), (std::vector<std::string>{"1 one", "3 three"}));
}

TEST_F(WriteUnitTest, MuchIsNotKept) {
  const std::string large(limits::left_statement_bytes / 4, 'x');
  std::vector<WriteBody> many;
  for (int i = 0; i < 20; ++i) many.push_back(leaving(i, large));
  write_group(std::move(many));
  EXPECT_EQ(count(database_), 20);
}

TEST_F(WriteUnitTest, MessagesShareAMemoryUntilSomethingElseIsWrittenOrFails) {
  std::array<int, 6> before{};
  write_group(bodies(remembering(before[0]), remembering(before[1])));
  write_group(bodies(remembering(before[2]), remembering(before[3], true), remembering(before[4])));
  EXPECT_EQ(before, (std::array{0, 1, 2, 3, 0, 0}));
  ASSERT_TRUE(write(database_, remembering(before[0])));
  ASSERT_TRUE(write(database_, remembering(before[1]), Priority::bulk));
  ASSERT_TRUE(write(database_, remembering(before[2]), Priority::message));
  ASSERT_TRUE(write(database_, remembering(before[3]), Priority::message));
  EXPECT_EQ(before, (std::array{0, 0, 0, 1, 0, 0}));
}

TEST_F(WriteUnitTest, AGroupThatFailsForgets) {
  std::array<int, 2> before{};
  write_group(bodies(remembering(before[0]), leaving(1, "one"), leaving(1, "again")));
  write_group(bodies(remembering(before[1])));
  EXPECT_EQ(before, (std::array{0, 0}));
}

}  // namespace
}  // namespace parley::store
