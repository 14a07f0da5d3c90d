#include "store/side_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

class SideFilesTest : public ::testing::Test {
 protected:
  void append(const std::string& name, std::uint64_t begin, std::vector<std::string_view> parts) {
    const auto done = files_.append(name, begin, parts);
    EXPECT_TRUE(done) << done.error().log_text;
  }
  static std::string read(const SideFile& file, std::uint64_t offset, std::size_t bytes) {
    std::string out = ">";
    const auto done = file.read(out, offset, bytes);
    return done ? out : "failed " + out;
  }

  testing::TemporaryDirectory directory_;
  std::string folder_ = directory_.path() + "/blocks";
  SideFiles files_{folder_};
};

TEST_F(SideFilesTest, GivesBackWhatWasAppendedWhereItWasAppended) {
  append("7-1", 0, {"one", "", "two"});
  const auto file = files_.open("7-1");
  ASSERT_NE(file, nullptr);
  append("7-1", 6, {"three"});
  append("7-2", 0, {"other"});
  EXPECT_EQ(read(*file, 0, 6), ">onetwo");
  EXPECT_EQ(read(*file, 6, 5), ">three") << "what came after it was opened is there too";
  EXPECT_EQ(read(*file, 4, 3), ">wot");
  std::string out(20, '>');
  ASSERT_TRUE(file->read(out, 0, 2));
  ASSERT_TRUE(file->read(out, 2, 9));
  EXPECT_EQ(out, std::string(20, '>') + "onetwothree") << "no more than was asked for, though there is room";
  EXPECT_EQ(files_.open("7-1"), file) << "one open file for all who read it";
  EXPECT_EQ(std::filesystem::status(folder_).permissions(), std::filesystem::perms::owner_all);
  EXPECT_EQ(std::filesystem::status(folder_ + "/7-1").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SideFilesTest, SaysWhatIsNotThere) {
  EXPECT_EQ(files_.open("7-1"), nullptr);
  EXPECT_TRUE(files_.list().empty());
  append("7-1", 0, {"12345"});
  const auto file = files_.open("7-1");
  EXPECT_TRUE(file->reaches(5));
  EXPECT_FALSE(file->reaches(6));
  EXPECT_EQ(read(*file, 3, 3), "failed >") << "all or nothing";
}

TEST_F(SideFilesTest, NothingGoesWhereItIsNotTheEnd) {
  append("7-1", 0, {"12345"});
  for (const std::uint64_t begin : {0U, 4U, 6U}) {
    const std::vector<std::string_view> parts = {"x"};
    const auto done = files_.append("7-1", begin, parts);
    ASSERT_FALSE(done) << begin;
    EXPECT_EQ(done.error().code, base::ErrorCode::conflict);
  }
  EXPECT_EQ(files_.list()[0].bytes, 5U);
}

TEST_F(SideFilesTest, OneThatIsRemovedIsReadToItsEndAndNotFoundAgain) {
  append("7-1", 0, {"12345"});
  append("7-2", 0, {"1"});
  const auto file = files_.open("7-1");
  files_.remove("7-1");
  EXPECT_EQ(read(*file, 0, 5), ">12345");
  const auto left = files_.list();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].name, "7-2");
  EXPECT_EQ(left[0].bytes, 1U);
  files_.remove("7-1");
  SideFiles again(folder_);
  EXPECT_EQ(again.open("7-1"), nullptr);
}

TEST_F(SideFilesTest, FailsWhereNoFolderCanBe) {
  std::ofstream(folder_) << "a file";
  const std::vector<std::string_view> parts = {"x"};
  const auto done = files_.append("7-1", 0, parts);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::unavailable);
}

}  // namespace
}  // namespace parley::store
