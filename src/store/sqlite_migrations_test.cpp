#include "store/sqlite_migrations.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

/// Four versions of a small store; each migration keeps what was there.
constexpr std::array fake{
    EmbeddedFile{"0001_note.sql", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"},
    EmbeddedFile{"0002_upper.sql", "UPDATE note SET text = upper(text); -- ends in a comment"},
    EmbeddedFile{"0003_more.sql",
                 "CREATE TABLE other (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;\n"
                 "INSERT INTO other SELECT id, text || '!' FROM note;\nDROP TABLE note;\n"
                 "ALTER TABLE other RENAME TO note;\n"},
    EmbeddedFile{"0004_index.sql", "CREATE INDEX note_by_text ON note (text)"},
};

std::span<const EmbeddedFile> up_to(std::size_t version) {
  return std::span(fake).first(version);
}

base::Result<std::unique_ptr<SqliteDatabase>> open_with(const std::string& directory,
                                                        std::span<const EmbeddedFile> migrations,
                                                        Access access = Access::read_write) {
  return SqliteDatabase::open({directory, std::nullopt, ""}, access, migrations);
}

std::vector<std::string> notes(Database& database) {
  return base::block_on(read_value<std::vector<std::string>>(database, &notes_in))
      .value_or(std::vector<std::string>{"?"});
}

std::string copy_name(std::size_t next) {
  return "parley.db.before-000" + std::to_string(next);
}

class MigrationTest : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(FromVersion, MigrationTest, ::testing::Values(1U, 2U, 3U, 4U));

TEST_P(MigrationTest, BringsEveryEarlierVersionToTheNewest) {
  const std::size_t from = GetParam();
  TemporaryDirectory directory;
  std::vector<std::string> before;
  {
    auto old = open_with(directory.path(), up_to(from));
    ASSERT_TRUE(old) << old.error().log_text;
    ASSERT_TRUE(write(**old, note_body(1, "one")));
    before = notes(**old);
  }
  {
    auto reader = open_with(directory.path(), fake, Access::read_only);
    ASSERT_EQ(reader.has_value(), from == fake.size());
    EXPECT_TRUE(reader || reader.error().code == base::ErrorCode::conflict);
  }
  auto now = open_with(directory.path(), fake);
  ASSERT_TRUE(now) << now.error().log_text;
  const std::string expected = from == 1 ? "1 ONE!" : from == 2 ? "1 one!" : "1 one";
  EXPECT_EQ(notes(**now), std::vector<std::string>{expected});
  const std::string copy = directory / copy_name(from + 1);
  ASSERT_EQ(std::filesystem::exists(copy), from < fake.size());
  if (from == fake.size()) return;
  EXPECT_EQ(std::filesystem::status(copy).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  // The copy is a store: put in place of the new one, it opens with the old program.
  const std::string back = directory / "back";
  std::filesystem::create_directory(back);
  std::filesystem::copy(copy, back + "/parley.db");
  auto old = open_with(back, up_to(from));
  ASSERT_TRUE(old) << old.error().log_text;
  EXPECT_EQ(notes(**old), before);
}

TEST(Migrations, ANewStoreNeedsNoCopy) {
  TemporaryDirectory directory;
  ASSERT_TRUE(open_with(directory.path(), fake));
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    EXPECT_EQ(entry.path().string().find("before"), std::string::npos) << entry.path();
  }
}

TEST(Migrations, OneThatFailsLeavesTheVersionBeforeIt) {
  TemporaryDirectory directory;
  {
    auto old = open_with(directory.path(), up_to(1));
    ASSERT_TRUE(old);
    ASSERT_TRUE(write(**old, note_body(1, "one")));
  }
  std::vector<EmbeddedFile> broken(fake.begin(), fake.end());
  broken[2] = {"0003_broken.sql",
               "CREATE TABLE half (n INTEGER) STRICT; DELETE FROM note; INSERT INTO nowhere VALUES (1);"};
  const auto failed = open_with(directory.path(), broken);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, base::ErrorCode::internal);
  EXPECT_NE(failed.error().public_text.find("0003_broken.sql"), std::string::npos)
      << failed.error().public_text;
  auto second = open_with(directory.path(), up_to(2));
  ASSERT_TRUE(second) << second.error().public_text;
  EXPECT_EQ(notes(**second), std::vector<std::string>{"1 ONE"});
}

TEST(Migrations, WithoutACopyNothingIsMigrated) {
  TemporaryDirectory directory;
  {
    auto old = open_with(directory.path(), up_to(1));
    ASSERT_TRUE(old);
    ASSERT_TRUE(write(**old, note_body(1, "one")));
  }
  // Something that cannot be replaced stands where the copy is to be.
  std::filesystem::create_directories(directory / (copy_name(2) + "/in the way"));
  const auto refused = open_with(directory.path(), fake);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
  EXPECT_NE(refused.error().public_text.find(copy_name(2)), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(directory / (copy_name(2) + ".partial")));
  auto old = open_with(directory.path(), up_to(1));
  ASSERT_TRUE(old);
  EXPECT_EQ(notes(**old), std::vector<std::string>{"1 one"});
}

TEST(Migrations, ACopyOfACutOffStartIsMadeAnew) {
  TemporaryDirectory directory;
  {
    auto old = open_with(directory.path(), up_to(3));
    ASSERT_TRUE(old);
    ASSERT_TRUE(write(**old, note_body(1, "one")));
  }
  for (const auto* name : {"parley.db.before-0004", "parley.db.before-0004.partial"}) {
    std::filesystem::copy(directory / "lock", directory / name);
  }
  ASSERT_TRUE(open_with(directory.path(), fake));
  EXPECT_GT(std::filesystem::file_size(directory / "parley.db.before-0004"), 4'000U);
  EXPECT_FALSE(std::filesystem::exists(directory / "parley.db.before-0004.partial"));
}

TEST(Migrations, AGapInTheListIsOurFault) {
  TemporaryDirectory directory;
  const std::array gap{fake[0], fake[2]};
  const auto refused = open_with(directory.path(), gap);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::internal);
}

TEST(Migrations, AMakingThatWasCutOffGoesOn) {
  TemporaryDirectory directory;
  ASSERT_TRUE(open_with(directory.path(), {}));  // marked as ours, nothing in it yet
  auto now = open_with(directory.path(), fake);
  ASSERT_TRUE(now) << now.error().log_text;
  EXPECT_TRUE(write(**now, note_body(1, "one")));
}

TEST(Migrations, TheEmbeddedOnesAreInOrder) {
  EXPECT_FALSE(sqlite_migrations().empty());
  EXPECT_TRUE(std::ranges::is_sorted(sqlite_migrations(), {}, &EmbeddedFile::name));
}

}  // namespace
}  // namespace parley::store
