#include "store/sqlite_checkpointer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

constexpr std::uintmax_t page_bytes = 4096;

TEST(Checkpointer, TheLogStaysBoundedUnderSteadyWritingAndReading) {
  TemporaryDirectory directory;
  const CheckpointPolicy policy{
      .pages = 50, .restart_pages = 300, .standstill_pages = 600, .quiet = std::chrono::hours(1)};
  auto store = open_store(directory.path(), false, 1, policy);
  std::atomic<bool> over = false;
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      while (!over) PARLEY_CHECK(count(*store.database) >= 0);
    });
  }
  // Several askers, so that a unit always waits and the log never rests.
  std::vector<std::thread> writers;
  std::atomic<std::uintmax_t> largest = 0;
  for (int t = 0; t < 3; ++t) {
    writers.emplace_back([&, t] {
      const std::string text(10'000, 'x');
      for (int i = 0; i < 300; ++i) {
        PARLEY_CHECK(write(*store.database, note_body(t * 1000 + i, text)).has_value());
        const auto size = std::filesystem::file_size(directory / "parley.db-wal");
        auto seen = largest.load();
        while (size > seen && !largest.compare_exchange_weak(seen, size)) continue;
      }
    });
  }
  for (auto& thread : writers) thread.join();
  over = true;
  for (auto& thread : readers) thread.join();
  // Some 4,000 pages were written. 600 are the bound, and a group; a reader that happened to sleep may put it
  // off by 300.
  EXPECT_LT(largest, 1'300 * page_bytes);
  const CheckpointStatistics statistics = store.sqlite->statistics().checkpoints;
  EXPECT_GT(statistics.restart, 1U);
  std::cout << statistics.passive << " checkpoints, " << statistics.restart << " from the beginning, "
            << statistics.failed << " put off; the log had " << largest / page_bytes << " pages at most\n";
  EXPECT_EQ(count(*store.database), 900);
}

TEST(Checkpointer, AReaderThatStaysDelaysButBreaksNothing) {
  TemporaryDirectory directory;
  const CheckpointPolicy policy{
      .pages = 20, .restart_pages = 60, .standstill_pages = 80, .quiet = std::chrono::hours(1)};
  auto store = open_store(directory.path(), false, 1, policy);
  ASSERT_TRUE(write(*store.database, note_body(1, "before")));
  const auto stay = [&store](Unit& unit) -> base::Task<base::Result<>> {
    auto first = co_await count_in(unit);
    if (!first) co_return base::fail(std::move(first).error());
    std::thread writer([&store] {
      const std::string text(10'000, 'x');
      for (int i = 0; i < 60; ++i) PARLEY_CHECK(write(*store.database, note_body(100 + i, text)).has_value());
    });
    writer.join();
    auto second = co_await count_in(unit);
    if (!second) co_return base::fail(std::move(second).error());
    EXPECT_EQ(*first, *second);
    co_return base::Result<>{};
  };
  ASSERT_TRUE(base::block_on(store.database->read(stay)));
  EXPECT_EQ(count(*store.database), 61);
}

TEST(Checkpointer, AfterAQuietTimeTheDatabaseFileHoldsAll) {
  TemporaryDirectory directory;
  const CheckpointPolicy policy{.pages = 1'000'000,
                                .restart_pages = 1'000'000,
                                .standstill_pages = 1'000'000,
                                .quiet = std::chrono::milliseconds(1)};
  auto store = open_store(directory.path(), false, 1, policy);
  const auto before = store.sqlite->statistics().checkpoints.passive;
  ASSERT_TRUE(write(*store.database, note_body(1, std::string(100'000, 'x'))));
  while (store.sqlite->statistics().checkpoints.passive == before) std::this_thread::yield();
  EXPECT_GT(std::filesystem::file_size(directory / "parley.db"), 100'000U);
}

TEST(Checkpointer, ClosingMovesTheWholeLog) {
  TemporaryDirectory directory;
  {
    auto store = open_store(directory.path(), false);
    ASSERT_TRUE(write(*store.database, note_body(1, "x")));
    EXPECT_EQ(count(*store.database), 1);
    EXPECT_TRUE(std::filesystem::exists(directory / "parley.db-wal"));
  }
  EXPECT_FALSE(std::filesystem::exists(directory / "parley.db-wal"));
  EXPECT_FALSE(std::filesystem::exists(directory / "parley.db-shm"));
}

}  // namespace
}  // namespace parley::store
