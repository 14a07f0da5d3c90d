#include "store/sqlite_read_pool.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "store/store_files.hpp"
#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

const Sql count_rows("SELECT count(*) FROM t");
const Sql insert_row("INSERT INTO t DEFAULT VALUES");

class ReadPoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_private_file(path_));
    auto opened = SqliteConnection::open(path_, "", ConnectionRole::writer);
    ASSERT_TRUE(opened);
    writer_ = *std::move(opened);
    ASSERT_TRUE(
        writer_->run_script("PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT"));
    write();
  }

  void write() { ASSERT_TRUE(writer_->execute(insert_row)); }

  /// The rows that a reader who takes a handle now sees, or -1.
  std::int64_t rows(SqliteReadPool::Generation generation) {
    const auto lease = pool_.take(generation);
    if (!lease) return -1;
    std::int64_t count = -1;
    const auto take = [&count](const Row& row) { count = row.integer(0); };
    return lease->connection().query(count_rows, {}, take) ? count : -1;
  }

  /// Whether the log can be begun anew, which no reader may keep from being done.
  [[nodiscard]] bool begins_anew() const {
    sqlite3_busy_timeout(writer_->handle(), 1);
    return sqlite3_wal_checkpoint_v2(writer_->handle(), "main", SQLITE_CHECKPOINT_RESTART, nullptr,
                                     nullptr) == SQLITE_OK;
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_ / "file.db";
  std::unique_ptr<SqliteConnection> writer_;
  SqliteReadPool pool_{path_, ""};
};

TEST_F(ReadPoolTest, KeepsASnapshotForReadersOfTheSameGeneration) {
  EXPECT_EQ(rows(7), 1);
  write();
  EXPECT_EQ(rows(7), 1) << "the snapshot that was kept";
  EXPECT_EQ(pool_.idle(), 1U);
}

TEST_F(ReadPoolTest, BeginsAnewForReadersOfALaterGeneration) {
  EXPECT_EQ(rows(7), 1);
  write();
  EXPECT_EQ(rows(8), 2);
  EXPECT_EQ(pool_.idle(), 1U);
}

TEST_F(ReadPoolTest, KeepsNothingWhereOthersMayWrite) {
  EXPECT_EQ(rows(std::nullopt), 1);
  EXPECT_TRUE(begins_anew());
  write();
  EXPECT_EQ(rows(std::nullopt), 2);
}

TEST_F(ReadPoolTest, EndsWhatRestsWhenItIsTold) {
  EXPECT_EQ(rows(7), 1);
  write();
  EXPECT_FALSE(begins_anew()) << "the snapshot stands in the way";
  pool_.end_snapshots();
  EXPECT_TRUE(begins_anew());
  EXPECT_EQ(rows(7), 2);
}

TEST_F(ReadPoolTest, NothingRestsWithASnapshotWhileNoneIsWanted) {
  EXPECT_EQ(rows(7), 1);
  write();
  {
    const SqliteReadPool::WithoutSnapshots without(pool_);
    EXPECT_TRUE(begins_anew());
    write();
    EXPECT_EQ(rows(7), 3);
    EXPECT_TRUE(begins_anew());
  }
  write();
  EXPECT_EQ(rows(7), 4);
  write();
  EXPECT_FALSE(begins_anew()) << "kept again";
}

TEST_F(ReadPoolTest, TwoAtOnceHaveTheirOwn) {
  const auto first = pool_.take(7);
  EXPECT_EQ(rows(7), 1);
  EXPECT_EQ(pool_.idle(), 1U);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->connection().in_transaction());
}

TEST_F(ReadPoolTest, AHandleThatLostItsTransactionIsClosed) {
  {
    const auto lease = pool_.take(7);
    ASSERT_TRUE(lease);
    ASSERT_TRUE(lease->connection().run_script("ROLLBACK"));
  }
  EXPECT_EQ(pool_.idle(), 0U);
  EXPECT_EQ(rows(7), 1);
}

}  // namespace
}  // namespace parley::store
