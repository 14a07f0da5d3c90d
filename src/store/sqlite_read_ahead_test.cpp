#include "store/sqlite_read_ahead.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "store/sqlite_connection.hpp"

namespace parley::store {
namespace {

const Sql put("INSERT INTO value VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes");
const Sql get("SELECT bytes FROM value WHERE id = ?1");
const Sql begin("BEGIN");
const Sql commit("COMMIT");

class ReadAheadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = (std::filesystem::temp_directory_path() / "parley-ahead-XXXXXX").string();
    ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
    writer_ = open(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, ConnectionRole::writer);
    ASSERT_TRUE(writer_->run_script(
        "PRAGMA journal_mode = WAL; CREATE TABLE value (id INTEGER PRIMARY KEY, bytes BLOB) STRICT;"));
    for (int id = 0; id < values; ++id) write(id, 0);
    checkpoint();
    reader_ = open(SQLITE_OPEN_READONLY, ConnectionRole::reader);
    // With a cache of a few pages nearly every page comes from the file.
    ASSERT_TRUE(reader_->run_script("PRAGMA cache_size = 4"));
  }
  void TearDown() override {
    reader_.reset();
    writer_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::unique_ptr<SqliteConnection> open(int flags, ConnectionRole role) const {
    const std::string path = directory_ + "/x.db";
    if ((flags & SQLITE_OPEN_CREATE) != 0) {
      sqlite3* made = nullptr;
      EXPECT_EQ(sqlite3_open(path.c_str(), &made), SQLITE_OK);
      EXPECT_EQ(sqlite3_exec(made, "CREATE TABLE made (x)", nullptr, nullptr, nullptr), SQLITE_OK);
      sqlite3_close(made);
    }
    auto opened = SqliteConnection::open(path, "", role);
    EXPECT_TRUE(opened) << opened.error().log_text;
    return *std::move(opened);
  }

  /// A value of some hundred kilobytes in which every eight bytes tell where they stand.
  static std::string value(int id, int round) {
    std::string bytes;
    for (int i = 0; bytes.size() < static_cast<std::size_t>(100'000 + id * 3'001); ++i) {
      std::string part = std::to_string(id) + "/" + std::to_string(round) + "/" + std::to_string(i);
      part.resize(16, ' ');
      bytes += part;
    }
    return bytes;
  }
  void write(int id, int round) {
    const std::string bytes = value(id, round);
    ASSERT_TRUE(writer_->execute(put, bind(id, Value::blob(bytes))));
  }
  void checkpoint() {
    ASSERT_EQ(
        sqlite3_wal_checkpoint_v2(writer_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr),
        SQLITE_OK);
  }
  std::string read(int id) {
    std::string bytes;
    EXPECT_TRUE(reader_->query(get, bind(id), [&](const Row& row) { bytes = row.text(0); }));
    return bytes;
  }

  static constexpr int values = 6;
  std::string directory_;
  std::unique_ptr<SqliteConnection> writer_;
  std::unique_ptr<SqliteConnection> reader_;
};

TEST_F(ReadAheadTest, ReadersUseIt) {
  ASSERT_NE(read_ahead_vfs(), nullptr);
  sqlite3_vfs* used = nullptr;
  ASSERT_EQ(sqlite3_file_control(reader_->handle(), "main", SQLITE_FCNTL_VFS_POINTER, &used), SQLITE_OK);
  EXPECT_STREQ(used->zName, read_ahead_vfs());
}

TEST_F(ReadAheadTest, GivesTheBytesOfTheFile) {
  for (int id = 0; id < values; ++id) EXPECT_EQ(read(id), value(id, 0));
}

TEST_F(ReadAheadTest, ForgetsWithTheTransaction) {
  for (int round = 1; round < 8; ++round) {
    for (int id = 0; id < values; ++id) {
      EXPECT_EQ(read(id), value(id, round - 1));
      write(id, round);
      if (round % 2 == 0) checkpoint();
      EXPECT_EQ(read(id), value(id, round)) << round;
    }
    if (round % 2 != 0) checkpoint();
    for (int id = 0; id < values; ++id) EXPECT_EQ(read(id), value(id, round)) << round;
  }
}

TEST_F(ReadAheadTest, KeepsToTheSnapshotWhileTheLogIsMoved) {
  ASSERT_TRUE(reader_->execute(begin));
  EXPECT_EQ(read(0), value(0, 0));
  for (int id = 0; id < values; ++id) write(id, 1);
  checkpoint();
  for (int id = 0; id < values; ++id) EXPECT_EQ(read(id), value(id, 0));
  ASSERT_TRUE(reader_->execute(commit));
  checkpoint();
  for (int id = 0; id < values; ++id) EXPECT_EQ(read(id), value(id, 1));
}

}  // namespace
}  // namespace parley::store
