#include "statistics/block_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"
#include "statistics/block_store.hpp"

namespace parley::statistics {
namespace {

using base::Result;
using base::Task;
using store::WriteUnit;

constexpr std::int64_t sid = 7;

/// Days whose blocks hold only bytes, no rows: files ask for no more.
class BlockFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.make_account(sid)); }

  static Day day(int number) { return Day(std::chrono::days(number)); }

  /// A whole day with one block of so many bytes.
  void keep(BlockFileWriter& writer, int number, std::size_t bytes) {
    Block block;
    block.texts[0].assign(bytes, 'x');
    block.entry.texts[0].bytes = bytes;
    block.entry.rows = 0;
    block.entry.first = block.entry.last = {base::Timestamp(day(number)), 1};
    const auto written = writer.write(sid, block);
    ASSERT_TRUE(written) << written.error().log_text;
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) -> Task<Result<bool>> {
      PARLEY_CO_TRY(co_await begin_day(unit, sid, day(number)));
      PARLEY_CO_TRY(co_await keep_block(unit, sid, day(number), block.entry));
      co_return co_await finish_day(unit, sid, day(number));
    }));
  }
  void forget(int number) {
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return forget_day(unit, sid, day(number)); }));
  }
  void tidy(const BlockFileWriter& writer) {
    ASSERT_TRUE(base::block_on(tidy_files(store_.database(), writer)));
  }
  std::int64_t whole_days() {
    static const store::Sql count("SELECT count(*) FROM statistics_day WHERE is_whole = 1");
    return store_.number(count);
  }
  bool append(const std::string& name, std::string_view text) {
    const std::array parts = {text};
    return files().append(name, 0, parts).has_value();
  }
  store::SideFiles& files() { return store_.database().files(); }

  account::testing::TestStore store_{{}, false};
};

TEST_F(BlockFilesTest, BlocksOfARunGoBehindEachOtherUntilTheFileIsFull) {
  BlockFileWriter writer(files());
  const std::size_t half = limits::statistics_file_bytes / 2;
  keep(writer, 1, half);
  EXPECT_EQ(writer.filled(), 0U);
  keep(writer, 2, half);
  EXPECT_EQ(writer.filled(), 1U);
  ASSERT_EQ(files().list().size(), 1U);
  EXPECT_EQ(files().list()[0].bytes, 2 * half);
  keep(writer, 3, 1);
  EXPECT_EQ(files().list().size(), 2U);
  BlockFileWriter another(files());
  keep(another, 4, 1);
  EXPECT_EQ(files().list().size(), 3U) << "what another run has begun is left as it is";
}

TEST_F(BlockFilesTest, AFileThatWasTouchedIsLeftForGood) {
  BlockFileWriter writer(files());
  keep(writer, 1, 1'000);
  std::filesystem::resize_file(store_.location().directory + "/blocks/" + files().list()[0].name, 400);
  keep(writer, 2, 1'000);
  const auto listed = files().list();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].bytes + listed[1].bytes, 1'400U);
}

TEST_F(BlockFilesTest, FilesThatAreNotWorthTheirRoomGo) {
  {
    BlockFileWriter writer(files());
    keep(writer, 1, 1'000);
    keep(writer, 2, 600);
    keep(writer, 3, 600);
    forget(1);
    tidy(writer);
    EXPECT_EQ(files().list().size(), 1U) << "it is being written";
  }
  BlockFileWriter writer(files());
  tidy(writer);
  EXPECT_EQ(files().list().size(), 1U) << "more than half of it is named";
  EXPECT_EQ(whole_days(), 2);
  forget(2);
  tidy(writer);
  EXPECT_TRUE(files().list().empty());
  EXPECT_EQ(whole_days(), 0) << "its last day is made again when it is read";
}

TEST_F(BlockFilesTest, OfTooManyFilesTheLargestStay) {
  for (std::size_t i = 0; i < limits::statistics_files + 3; ++i) {
    BlockFileWriter writer(files());
    keep(writer, static_cast<int>(i), 100 + i);
  }
  tidy(BlockFileWriter(files()));
  EXPECT_EQ(files().list().size(), limits::statistics_files);
  for (const auto& [name, bytes] : files().list()) EXPECT_GE(bytes, 103U);
  EXPECT_EQ(whole_days(), static_cast<std::int64_t>(limits::statistics_files));
}

TEST_F(BlockFilesTest, AFolderHoldsOthersFilesToo) {
  ASSERT_TRUE(append("notes", "mine"));
  ASSERT_TRUE(append("8-5", "of an account that is gone"));
  ASSERT_TRUE(append("7-9", "of no day"));
  ASSERT_TRUE(append("7-9x", "of nobody"));
  remove_files(files(), 7);
  EXPECT_EQ(files().list().size(), 3U);
  ASSERT_TRUE(append("7-9", "of no day"));
  tidy(BlockFileWriter(files()));
  std::vector<std::string> left;
  for (const auto& [name, bytes] : files().list()) left.push_back(name);
  std::ranges::sort(left);
  EXPECT_EQ(left, (std::vector<std::string>{"7-9x", "notes"}));
}

}  // namespace
}  // namespace parley::statistics
