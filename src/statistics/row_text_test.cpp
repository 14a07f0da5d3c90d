#include "statistics/row_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::statistics {
namespace {

std::string csv_of(std::string_view labels) {
  FactRow row{};
  row.channel = "V1";
  row.labels = labels;
  std::string out;
  base::LocalTimeWriter utc(base::TimeZone::utc());
  append_csv_row(out, row, {}, utc);
  return out;
}

std::string with_labels(std::string_view cell) {
  return "V1,,,,,,,,,," + std::string(cell) + ",,,,,1970-01-01T00:00:00.000Z\r\n";
}

TEST(RowTextTest, JoinsAListInOneCell) {
  EXPECT_EQ(csv_of(""), with_labels(""));
  EXPECT_EQ(csv_of(R"(["a"])"), with_labels("a"));
  EXPECT_EQ(csv_of(R"(["a","b c","\u00e5"])"), with_labels("\"a,b c,\u00e5\""));
  EXPECT_EQ(csv_of(R"(["a\"b","c\\d"])"), with_labels(R"("a""b,c\d")"));
  EXPECT_EQ(csv_of(R"(["a\"","b"])"), with_labels(R"("a"",b")")) << "an escaped quote ends no member";
  EXPECT_EQ(csv_of(R"(["a","","b"])"), with_labels("\"a,,b\""));
  EXPECT_EQ(csv_of(R"([""])"), with_labels(""));
}

TEST(RowTextTest, WritesNoCellOfAListThatIsNone) {
  for (const char* const damaged : {"[", "\"", "[\"", "[\"]", "\"]", "x", "{}"}) {
    EXPECT_EQ(csv_of(damaged), with_labels("")) << damaged;
  }
}

}  // namespace
}  // namespace parley::statistics
