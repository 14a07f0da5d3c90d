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

TEST(RowTextTest, WritesTheSameJsonWhetherTextsAreQuotedAlreadyOrNot) {
  FactRow row{};
  row.channel = "V\"1";
  row.agent_name = "Bo";
  row.referral = "a\nb";
  row.exit_page = "https://example.org/";
  row.city = "\u00c5s";
  row.labels = R"(["x"])";
  row.rating = 4;
  row.response_time_ms = -9'223'372'036'854'775'807;
  const std::string expected =
      R"({"channel":"V\"1","agentName":"Bo","agentEmail":null,"referral":"a\nb","searchEngine":"",)"
      R"("exitPage":"https://example.org/","browser":"","os":"","city":")"
      "\u00c5s"
      R"(","country":"","labels":["x"],"tags":[],"duration":null,"rating":4,)"
      R"("responseTime":-9223372036854775807,"startedAt":"1970-01-01T00:00:00.000Z"})";
  std::string out;
  append_json_row(out, row);
  EXPECT_EQ(out, expected);
  row.agent_name = Text::from_json("\"Bo\"");
  row.exit_page = Text::from_json("\"https://example.org/\"");
  row.search_engine = row.browser = row.os = row.country = Text::from_json("\"\"");
  append_json_row(out, row);
  EXPECT_EQ(out, expected + expected);
  row.referral = Text::from_json("\"plain\"");
  row.city = Text::from_json("\"\u00c5s\"");
  out.clear();
  append_json_row(out, row);
  std::string all_quoted = expected;
  all_quoted.replace(all_quoted.find("a\\nb"), 4, "plain");
  EXPECT_EQ(out, all_quoted);
}

}  // namespace
}  // namespace parley::statistics
