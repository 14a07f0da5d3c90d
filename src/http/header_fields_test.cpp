#include "http/header_fields.hpp"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

std::string text_of(const HeaderFields& fields, bool varies = false) {
  std::string text = "Date: now\r\n";
  fields.append_to(text, varies);
  return text;
}

TEST(HeaderFields, GoOutInTheOrderInWhichTheyWereAdded) {
  HeaderFields fields;
  fields.add("ETag", "\"1\"");
  fields.add("Cache-Control", "no-store");
  EXPECT_EQ(text_of(fields), "Date: now\r\nETag: \"1\"\r\nCache-Control: no-store\r\n");
}

TEST(HeaderFields, AreNoneAtFirst) {
  EXPECT_EQ(text_of({}), "Date: now\r\n");
  EXPECT_FALSE(HeaderFields().has("ETag"));
}

TEST(HeaderFields, AreFoundByTheirWholeNames) {
  HeaderFields fields;
  fields.add("X-ETag", "another");
  fields.add("ETag", "\"1\"");
  fields.add("ETag", "\"2\"");
  EXPECT_EQ(fields.find("ETag"), "\"1\"");
  EXPECT_EQ(fields.find("X-ETag"), "another");
  EXPECT_FALSE(fields.has("Tag"));
  EXPECT_FALSE(fields.has("ETa"));
  EXPECT_FALSE(fields.has("another"));
}

TEST(HeaderFields, AValueCannotBeginAnotherField) {
  HeaderFields fields;
  fields.add("Link", std::string_view("a\r\nSet-Cookie: b\0c", 18));
  EXPECT_EQ(text_of(fields), "Date: now\r\nLink: a  Set-Cookie: b c\r\n");
  EXPECT_FALSE(fields.has("Set-Cookie"));
}

TEST(HeaderFields, VaryIsCompletedInPlaceOrAdded) {
  HeaderFields fields;
  fields.add("ETag", "\"1\"");
  EXPECT_EQ(text_of(fields, true), "Date: now\r\nETag: \"1\"\r\nVary: Accept-Encoding\r\n");
  fields.add("Vary", "Origin");
  fields.add("Vary", "Accept");
  fields.add("Link", "x");
  EXPECT_EQ(text_of(fields, true),
            "Date: now\r\nETag: \"1\"\r\nVary: Origin, Accept-Encoding\r\nVary: Accept\r\nLink: x\r\n");
  EXPECT_EQ(text_of(fields), "Date: now\r\nETag: \"1\"\r\nVary: Origin\r\nVary: Accept\r\nLink: x\r\n");
}

}  // namespace
}  // namespace parley::http
