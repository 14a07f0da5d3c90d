#include "store/open.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

base::Result<std::unique_ptr<SqliteDatabase>> open_with(const std::string& directory, Access access,
                                                        std::span<const EmbeddedFile> migrations) {
  return SqliteDatabase::open({directory, std::nullopt, ""}, access, migrations);
}

/// Puts what `script` makes into a database file, without any of our code.
void run_in_file(const std::string& path, const std::string& script) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

mode_t mode_of(const std::string& path) {
  struct stat found{};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777;
}

TEST(ParseLocation, TakesADirectoryAndAnOption) {
  EXPECT_EQ(parse_location("sqlite:data")->directory, "data");
  EXPECT_EQ(parse_location("sqlite:/var/lib/parley")->directory, "/var/lib/parley");
  EXPECT_FALSE(parse_location("sqlite:data")->deferred_seed);
  const auto deferred = parse_location("sqlite:data?deferred=18446744073709551615");
  ASSERT_TRUE(deferred);
  EXPECT_EQ(deferred->directory, "data");
  EXPECT_EQ(deferred->deferred_seed, 18446744073709551615ULL);
}

TEST(ParseLocation, RefusesTheRestAndSaysTheForm) {
  for (const std::string_view text :
       {std::string_view(""), std::string_view("data"), std::string_view("sqlite"),
        std::string_view("sqlite:"), std::string_view("sqlite:?deferred=1"), std::string_view("postgres:x"),
        std::string_view("sqlite:x?"), std::string_view("sqlite:x?deferred="),
        std::string_view("sqlite:x?deferred=-1"), std::string_view("sqlite:x?deferred=1x"),
        std::string_view("sqlite:x?defered=1"), std::string_view("sqlite:x?deferred=18446744073709551616"),
        std::string_view("sqlite:a\0b", 10)}) {
    const auto refused = parse_location(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, base::ErrorCode::invalid_argument);
    EXPECT_NE(refused.error().public_text.find("sqlite:DIR"), std::string::npos);
  }
}

TEST(Open, MakesAPrivateStore) {
  TemporaryDirectory directory;
  const std::string store = directory / "a/b/store";
  const auto opened = open_with(store, Access::read_write, test_migrations);
  ASSERT_TRUE(opened) << opened.error().public_text;
  ASSERT_TRUE(write(**opened, note_body(1, "x")));
  EXPECT_EQ(mode_of(directory / "a"), 0700U);
  EXPECT_EQ(mode_of(store), 0700U);
  for (const auto* file : {"parley.db", "parley.db-wal", "parley.db-shm", "lock"}) {
    EXPECT_EQ(mode_of(store + "/" + file), 0600U) << file;
  }
}

TEST(Open, TheRealMigrationsMakeAStoreThatOpensAgain) {
  TemporaryDirectory directory;
  for (int i = 0; i < 2; ++i) {
    const auto opened = open({directory.path(), std::nullopt, ""}, Access::read_write);
    ASSERT_TRUE(opened) << opened.error().public_text << opened.error().log_text;
  }
  const auto deferred = open({directory.path(), 1, ""}, Access::read_only);
  ASSERT_TRUE(deferred);
  EXPECT_NE(dynamic_cast<DeferredDatabase*>(deferred->get()), nullptr);
}

TEST(Open, ADirectoryThatLooksLikeAUriIsADirectory) {
  TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const auto opened = open_with("file:x", Access::read_write, test_migrations);
  std::filesystem::current_path(before);
  ASSERT_TRUE(opened) << opened.error().public_text;
  EXPECT_TRUE(std::filesystem::exists(directory / "file:x/parley.db"));
}

TEST(Open, ForReadingThereMustBeAStore) {
  TemporaryDirectory directory;
  const auto absent = open_with(directory / "none", Access::read_only, test_migrations);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, base::ErrorCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(directory / "none"));
  write_file(directory / "parley.db", "");
  const auto empty = open_with(directory.path(), Access::read_only, test_migrations);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, base::ErrorCode::not_found);
}

TEST(Open, ForReadingWorksBesideAWriterAndAlone) {
  TemporaryDirectory directory;
  {
    auto writer = open_store(directory.path(), false);
    ASSERT_TRUE(write(*writer.database, note_body(1, "x")));
    auto reader = open_with(directory.path(), Access::read_only, test_migrations);
    ASSERT_TRUE(reader) << reader.error().public_text << reader.error().log_text;
    EXPECT_EQ(count(**reader), 1);
    ASSERT_TRUE(write(*writer.database, note_body(2, "x")));
    EXPECT_EQ(count(**reader), 2);
    const auto refused = write(**reader, note_body(3, "x"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::internal);
  }
  auto reader = open_with(directory.path(), Access::read_only, test_migrations);
  ASSERT_TRUE(reader);
  EXPECT_EQ(count(**reader), 2);
}

TEST(Open, AnUnwritablePlaceIsUnavailable) {
  TemporaryDirectory directory;
  write_file(directory / "file", "");
  const auto refused = open_with(directory / "file/store", Access::read_write, test_migrations);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
  EXPECT_NE(refused.error().public_text.find(directory / "file"), std::string::npos);
}

TEST(Open, RefusesWhatIsNoStoreAndLeavesItAsItIs) {
  TemporaryDirectory directory;
  const std::string path = directory / "parley.db";
  const std::string garbage(5'000, 'g');
  write_file(path, garbage);
  for (const Access access : {Access::read_write, Access::read_only}) {
    const auto damaged = open_with(directory.path(), access, test_migrations);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, base::ErrorCode::internal);
    EXPECT_NE(damaged.error().public_text.find("is damaged, or is no Parley store"), std::string::npos)
        << damaged.error().public_text;
  }
  std::ifstream stream(path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), garbage);
}

TEST(Open, RefusesTheDatabaseOfAnotherProgram) {
  TemporaryDirectory directory;
  run_in_file(directory / "parley.db", "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1);");
  for (const Access access : {Access::read_write, Access::read_only}) {
    const auto other = open_with(directory.path(), access, test_migrations);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, base::ErrorCode::conflict);
    EXPECT_NE(other.error().public_text.find("another program"), std::string::npos);
  }
  EXPECT_FALSE(std::filesystem::exists(directory / "parley.db-wal"));
}

TEST(Open, RefusesAStoreFromTheFuture) {
  TemporaryDirectory directory;
  static_cast<void>(open_store(directory.path(), false));
  run_in_file(directory / "parley.db", "PRAGMA user_version=7");
  for (const Access access : {Access::read_write, Access::read_only}) {
    const auto future = open_with(directory.path(), access, test_migrations);
    ASSERT_FALSE(future);
    EXPECT_EQ(future.error().code, base::ErrorCode::conflict);
    EXPECT_NE(future.error().public_text.find("written by a later Parley (version 7; this one knows 1)"),
              std::string::npos)
        << future.error().public_text;
  }
}

/// Runs `body` in a child process and gives its exit status.
template <typename F>
int in_child(F body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  PARLEY_CHECK(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Lock, ASecondProcessIsRefusedAndToldTheFirst) {
  TemporaryDirectory directory;
  auto lock = StoreLock::take(directory.path());
  ASSERT_TRUE(lock);
  EXPECT_TRUE(is_held({directory.path(), std::nullopt, ""}));
  const std::string pid = std::to_string(::getpid());
  EXPECT_EQ(in_child([&] {
              const auto second = open_with(directory.path(), Access::read_write, test_migrations);
              const bool told = !second && second.error().code == base::ErrorCode::conflict &&
                                second.error().public_text.ends_with("another process " + pid);
              return told ? 7 : 1;
            }),
            7);
  // One that has the lock refuses itself too.
  EXPECT_FALSE(StoreLock::take(directory.path()));
}

TEST(Lock, GoesWithTheProcessThatHeldIt) {
  TemporaryDirectory directory;
  const int held = in_child([&] {
    auto lock = StoreLock::take(directory.path());
    // Ended without any destructor, as kill -9 does.
    ::_exit(lock.has_value() && StoreLock::is_held(directory.path()) ? 7 : 1);
    return 1;
  });
  EXPECT_EQ(held, 7);
  EXPECT_FALSE(StoreLock::is_held(directory.path()));
  EXPECT_TRUE(open_with(directory.path(), Access::read_write, test_migrations));
}

TEST(Lock, IsHeldWhileTheStoreIsOpenAndFreeAfter) {
  TemporaryDirectory directory;
  EXPECT_FALSE(StoreLock::is_held(directory.path()));
  {
    const auto store = open_store(directory.path(), false);
    EXPECT_TRUE(StoreLock::is_held(directory.path()));
  }
  EXPECT_FALSE(StoreLock::is_held(directory.path()));
}

}  // namespace
}  // namespace parley::store
