#include "store/sqlite_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

class WriterTest : public ::testing::Test {
 protected:
  TemporaryDirectory directory_;
  OpenStore store_ = open_store(directory_.path(), false);
  SqliteDatabase& database_ = *store_.sqlite;
};

TEST_F(WriterTest, WhatWaitsIsCommittedTogether) {
  constexpr std::size_t units = 50;
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::message, gate.body()));
  asker.then([&] { gate.wait_until_reached(); });
  for (std::size_t i = 0; i < units; ++i)
    asker.ask(database_.write(Priority::message, note_body(int(i), "x")));
  std::uint64_t waiting = 0;
  asker.then([&] {
    waiting = database_.statistics().writer.waiting[static_cast<std::size_t>(Priority::message)];
    gate.open();
  });
  asker.finish();
  EXPECT_EQ(asker.good(), units + 1);
  EXPECT_EQ(waiting, units);
  const WriterStatistics statistics = database_.statistics().writer;
  EXPECT_EQ(statistics.waiting, (std::array<std::uint64_t, 3>{}));
  EXPECT_EQ(statistics.units, units + 1);
  EXPECT_EQ(statistics.groups, 2U);
  EXPECT_EQ(statistics.group_units.count(), 2U);
  EXPECT_EQ(statistics.group_units.sum, double{units + 1});
  EXPECT_EQ(statistics.commit_seconds.count(), 2U);
  EXPECT_GT(statistics.commit_seconds.sum, 0);
  EXPECT_EQ(count(database_), std::int64_t{units});
}

/// A scheduler that counts how often somebody has given it something to do.
class CountingLoop final : public base::Scheduler {
 public:
  void post(base::Job job) override {
    ++posts;
    loop_.post([this, job = std::move(job)]() mutable {
      const Guard guard(this);
      job();
    });
  }
  std::unique_ptr<base::DescriptorWatch> watch(int descriptor) override { return loop_.watch(descriptor); }
  void run_until(const std::function<bool()>& done) { loop_.run_until(done); }

  std::atomic<int> posts = 0;

 private:
  base::RunLoop loop_;
};

base::Task<void> note_answer(base::Task<base::Result<>> write, int number, std::vector<int>& answered) {
  const auto result = co_await write;
  EXPECT_TRUE(result.has_value()) << number;
  answered.push_back(number);
}

TEST_F(WriterTest, TheAnswersOfAThreadComeTogetherAndInOrder) {
  constexpr int units = 40;
  Gate gate;
  std::array<CountingLoop, 2> loops;
  std::array<std::vector<int>, 2> answered;
  loops[0].post(
      [&] { base::spawn(note_answer(database_.write(Priority::message, gate.body()), 0, answered[0])); });
  loops[0].run_until([&, left = 1]() mutable { return left-- == 0; });
  gate.wait_until_reached();
  for (int i = 1; i <= units; ++i) {
    const auto loop = static_cast<std::size_t>(i % 2);
    loops[loop].post([&, i, loop] {
      base::spawn(note_answer(database_.write(Priority::message, note_body(i, "x")), i, answered[loop]));
    });
    loops[loop].run_until([&, left = 1]() mutable { return left-- == 0; });
  }
  const std::array<int, 2> asked = {loops[0].posts, loops[1].posts};
  gate.open();
  loops[0].run_until([&] { return answered[0].size() == units / 2 + 1; });
  loops[1].run_until([&] { return answered[1].size() == units / 2; });
  EXPECT_EQ(loops[0].posts, asked[0] + 2);  // the gate's group and the next
  EXPECT_EQ(loops[1].posts, asked[1] + 1);
  EXPECT_TRUE(std::ranges::is_sorted(answered[0]));
  EXPECT_TRUE(std::ranges::is_sorted(answered[1]));
}

TEST_F(WriterTest, AUnitThatFailsTakesNoOtherWithIt) {
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::message, gate.body()));
  asker.then([&] { gate.wait_until_reached(); });
  for (int i = 0; i < 30; ++i) {
    WriteBody body = note_body(i, "x");
    if (i % 3 == 0) {
      body = [i](WriteUnit& unit) -> base::Task<base::Result<>> {
        auto added = co_await add_note(unit, i + 1000, "never seen");
        if (!added) co_return base::fail(std::move(added).error());
        co_return base::fail(base::ErrorCode::not_found, "no");
      };
    }
    // This one takes the next one's id, so that the next one's statement fails.
    if (i % 3 == 1) body = note_body(i + 1, "first");
    asker.ask(database_.write(Priority::message, std::move(body)), std::to_string(i));
  }
  asker.then([&] { gate.open(); });
  asker.finish();
  for (const auto& answer : asker.answers) {
    const bool expected = answer.name.empty() || std::stoi(answer.name) % 3 == 1;
    EXPECT_EQ(answer.result.has_value(), expected) << answer.name;
  }
  EXPECT_EQ(database_.statistics().writer.groups, 2U);
  EXPECT_EQ(database_.statistics().writer.failed_units, 20U);
  EXPECT_EQ(count(database_), 10);
}

TEST_F(WriterTest, MessagesGoFirstThenOrdinaryThenBulk) {
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::message, gate.body()), "gate");
  asker.then([&] { gate.wait_until_reached(); });
  std::string order;
  const auto noting = [&order](char c) {
    return [&order, c](WriteUnit&) {
      order += c;
      return base::Task<base::Result<>>::ready(base::Result<>{});
    };
  };
  for (const auto& [priority, letter] :
       {std::pair{Priority::bulk, 'b'}, std::pair{Priority::ordinary, 'o'}, std::pair{Priority::message, 'm'},
        std::pair{Priority::bulk, 'B'}, std::pair{Priority::ordinary, 'O'},
        std::pair{Priority::message, 'M'}}) {
    asker.ask(database_.write(priority, noting(letter)));
  }
  asker.then([&] { gate.open(); });
  asker.finish();
  EXPECT_EQ(order, "mMoObB");
}

/// Sends a message as soon as the last is answered, until all bulk work is done.
base::Task<base::Result<>> flood(Database& database, std::atomic<int>& bulk_left, std::atomic<int>& sent) {
  constexpr int far_too_many = 20'000;
  while (bulk_left > 0 && sent < far_too_many) {
    auto done = co_await database.write(Priority::message, note_body(++sent, "m"));
    if (!done) co_return base::fail(std::move(done).error());
  }
  co_return base::Result<>{};
}

TEST_F(WriterTest, BulkWorkGoesOnUnderAFloodOfMessages) {
  constexpr int bulk = 20;
  std::atomic<int> bulk_left = bulk;
  std::atomic<int> sent = 0;
  Asker asker;
  for (int i = 0; i < 8; ++i) asker.ask(flood(database_, bulk_left, sent));
  for (int i = 0; i < bulk; ++i) {
    asker.ask(database_.write(Priority::bulk, [&bulk_left](WriteUnit&) {
      --bulk_left;
      return base::Task<base::Result<>>::ready(base::Result<>{});
    }));
  }
  asker.finish();
  EXPECT_EQ(asker.good(), 28U);
  // At most 8 messages go into a group, and one group in four is promised to bulk work.
  EXPECT_LE(sent, 8 * (limits::groups_without_bulk + 1) * (bulk + 2));
}

TEST_F(WriterTest, ATooLongQueueIsRefusedAtOnce) {
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::ordinary, gate.body()));
  asker.then([&] { gate.wait_until_reached(); });
  const auto nothing = [](WriteUnit&) { return base::Task<base::Result<>>::ready(base::Result<>{}); };
  for (std::size_t i = 0; i < limits::waiting_writes + 5; ++i) {
    asker.ask(database_.write(Priority::bulk, nothing));
  }
  // Bulk work that fills its queue leaves messages theirs.
  asker.ask(database_.write(Priority::message, nothing), "message");
  asker.then([&] { gate.open(); });
  asker.finish();
  EXPECT_EQ(asker.answers.size() - asker.good(), 5U);
  for (const auto& answer : asker.answers) {
    EXPECT_TRUE(answer.result || answer.name != "message");
    EXPECT_TRUE(answer.result || answer.result.error().code == base::ErrorCode::unavailable);
  }
}

TEST_F(WriterTest, ClosingCarriesOutWhatWaits) {
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::message, gate.body()));
  asker.then([&] { gate.wait_until_reached(); });
  for (int i = 0; i < 20; ++i) {
    asker.ask(database_.write(static_cast<Priority>(i % 3), note_body(i, "waits")));
  }
  std::thread closing;
  asker.then([&] {
    closing = std::thread([&] { store_ = {}; });
    gate.open();
  });
  asker.finish();
  closing.join();
  EXPECT_EQ(asker.good(), 21U);
  store_ = open_store(directory_.path(), false);
  EXPECT_EQ(count(*store_.database), 20);
}

TEST(Writer, AfterTheLastWriteMoreAreRefused) {
  TemporaryDirectory directory;
  static_cast<void>(open_store(directory.path(), false));
  const std::string path = directory / "parley.db";
  auto log = SqliteConnection::open(path, "", ConnectionRole::checkpointer);
  auto handle = SqliteConnection::open(path, "", ConnectionRole::writer);
  ASSERT_TRUE(log && handle);
  SqliteReadPool readers(path, "");
  SqliteCheckpointer checkpointer(*std::move(log), readers, {});
  SqliteWriter writer(*std::move(handle), checkpointer, readers);
  EXPECT_TRUE(base::block_on(writer.write(Priority::message, note_body(1, "in time"))));
  EXPECT_NE(writer.finish(), nullptr);
  const auto late = base::block_on(writer.write(Priority::message, note_body(2, "too late")));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(writer.finish(), nullptr);
}

TEST_F(WriterTest, AWriteWhoseAskerHasGoneIsNotBegun) {
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::message, gate.body()));
  asker.then([&] {
    gate.wait_until_reached();
    auto dropped = database_.write(Priority::message, note_body(1, "nobody asks"));
    ASSERT_FALSE(dropped.await_ready());
    EXPECT_TRUE(dropped.await_suspend(std::noop_coroutine()));
  });
  asker.then([&] { gate.open(); });
  asker.finish();
  EXPECT_EQ(count(database_), 0);
  EXPECT_EQ(database_.statistics().writer.units, 1U);
}

TEST_F(WriterTest, AnAskerThatGoesWhileItsBodyRunsWaitsForIt) {
  Gate gate;
  std::atomic<bool> body_ended = false;
  Asker asker;
  std::thread opener;
  asker.then([&] {
    const auto body = [&](WriteUnit& unit) -> base::Task<base::Result<>> {
      auto inner = gate.body();
      auto passed = co_await inner(unit);
      body_ended = true;
      co_return passed;
    };
    auto dropped = database_.write(Priority::message, body);
    ASSERT_FALSE(dropped.await_ready());
    EXPECT_TRUE(dropped.await_suspend(std::noop_coroutine()));
    gate.wait_until_reached();
    opener = std::thread([&] { gate.open(); });
  });
  asker.then([&] { EXPECT_TRUE(body_ended); });
  asker.ask(database_.write(Priority::message, note_body(1, "next")));
  asker.finish();
  opener.join();
  EXPECT_EQ(asker.good(), 1U);
}

TEST_F(WriterTest, BodiesThatBreakTheirStatementLeaveTheGroupWhole) {
  static const Sql bad("INSERT INTO nowhere VALUES (1)");
  Gate gate;
  Asker asker;
  asker.ask(database_.write(Priority::message, gate.body()));
  asker.then([&] { gate.wait_until_reached(); });
  asker.ask(database_.write(Priority::message, note_body(1, "good")));
  asker.ask(database_.write(Priority::message, [](WriteUnit& unit) -> base::Task<base::Result<>> {
    auto done = co_await unit.execute(bad, {});
    if (!done) co_return base::fail(std::move(done).error());
    co_return base::Result<>{};
  }));
  asker.ask(database_.write(Priority::message, note_body(2, "good")));
  asker.then([&] { gate.open(); });
  asker.finish();
  EXPECT_EQ(asker.good(), 3U);
  EXPECT_EQ(count(database_), 2);
}

TEST_F(WriterTest, AUnitThatChangesNothingGrowsNoLog) {
  ASSERT_TRUE(write(database_, note_body(1, "x")));
  const auto log = directory_ / "parley.db-wal";
  const auto before = std::filesystem::file_size(log);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(write(database_, [](WriteUnit& unit) -> base::Task<base::Result<>> {
      auto seen = co_await count_in(unit);
      if (!seen) co_return base::fail(std::move(seen).error());
      co_return base::Result<>{};
    }));
  }
  EXPECT_EQ(std::filesystem::file_size(log), before);
}

}  // namespace
}  // namespace parley::store
