#include "encoding/workbook.hpp"

#include <gtest/gtest.h>

namespace parley::encoding {
namespace {

std::string cell(std::string_view text, std::size_t most_units = 100) {
  std::string out;
  append_workbook_text(out, text, most_units);
  return out;
}

TEST(Workbook, KeepsWhatCellsCanHoldAndSignsTheRest) {
  EXPECT_EQ(cell("a<b>&\"c\"\t\né"), "a<b>&\"c\"\t\né");
  EXPECT_EQ(cell("\x01\r"), "_x0001__x000D_");
  EXPECT_EQ(cell("_x0041_ _x00_"), "_x005F_x0041_ _x00_");
  EXPECT_EQ(cell(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(cell("\xEF\xBF\xBF"), "\xEF\xBF\xBD");
}

TEST(Workbook, CutsWithASignAndNoCharacterInTwo) {
  EXPECT_EQ(cell("abcd", 4), "abcd");
  EXPECT_EQ(cell("abcde", 4), "abc…");
  EXPECT_EQ(cell("ab😀", 4), "ab😀");
  EXPECT_EQ(cell("ab😀c", 4), "ab…");
  EXPECT_EQ(cell("a\x01", 4), "a…");
}

TEST(Workbook, WritesAFileThatIsAnArchive) {
  const WorkbookColumn column{"name", 10};
  auto workbook = Workbook::create("sheet", {&column, 1});
  ASSERT_TRUE(workbook);
  workbook->add_text(std::string(40'000, 'x'));
  ASSERT_TRUE(workbook->end_row());
  const auto file = workbook->finish();
  ASSERT_TRUE(file);
  std::string begin;
  ASSERT_TRUE(file->read(begin, 0, 4));
  EXPECT_EQ(begin, "PK\x03\x04");
  EXPECT_GT(*file->size(), 1000U);
}

}  // namespace
}  // namespace parley::encoding
