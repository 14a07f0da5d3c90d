#include "encoding/json_reader.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>

#include "base/limits.hpp"
#include "encoding/json_writer.hpp"

namespace parley::encoding {
namespace {

using base::ErrorCode;

/// Parses with a parser of its own and gives the fault; checks that the error fits it and repeats nothing.
JsonFault fault_of(std::string_view text) {
  JsonParser parser(100'000);
  const auto root = parser.parse(text);
  EXPECT_EQ(root.has_value(), parser.fault() == JsonFault::none) << text;
  if (!root) {
    const bool too_large = parser.fault() == JsonFault::too_large;
    EXPECT_EQ(root.error().code, too_large ? ErrorCode::too_large : ErrorCode::invalid_argument);
    EXPECT_FALSE(root.error().public_text.empty());
    EXPECT_EQ(root.error().public_text.find("secret"), std::string::npos);
    EXPECT_EQ(root.error().log_text.find("secret"), std::string::npos);
  }
  return parser.fault();
}

std::string string_in(std::string_view json) {
  JsonParser parser(100'000);
  auto root = parser.parse(json);
  std::string_view text;
  EXPECT_TRUE(root.has_value()) << json;
  if (root) {
    EXPECT_EQ(root->get_string().get(text), simdjson::SUCCESS);
  }
  return std::string(text);
}

TEST(JsonParser, ReadsARecord) {
  JsonParser parser(1'000);
  auto root = parser.parse(
      R"({"kind":"message","id":9007199254740991,"agentID":null,"message":"hej \u00e5 \ud83d\ude00"})");
  ASSERT_TRUE(root.has_value());
  std::string_view text;
  std::int64_t id = 0;
  EXPECT_EQ((*root)["message"].get_string().get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "hej å 😀");
  EXPECT_EQ((*root)["id"].get_int64().get(id), simdjson::SUCCESS);
  EXPECT_EQ(id, 9'007'199'254'740'991);
  EXPECT_TRUE((*root)["agentID"].is_null());
}

TEST(JsonParser, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "secret",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "[1,]",
                                      "[1 2]",
                                      "1 2",
                                      "{'a':1}",
                                      "nul",
                                      "\"secret",
                                      "+1",
                                      "01",
                                      "1.",
                                      ".5",
                                      "1e400",
                                      "123456789012345678901",
                                      "NaN",
                                      "\"a\nsecret\"",
                                      "\"\\x41\"",
                                      "\"\\u12g4\"",
                                      "\"\\ud8\"",
                                      "// secret\n1",
                                      "\xEF\xBB\xBF{}",
                                      "{\"a\":1}{\"b\":2}"}) {
    EXPECT_EQ(fault_of(text), JsonFault::syntax) << text;
  }
}

TEST(JsonParser, RefusesBytesThatAreNoUtf8) {
  for (const std::string_view text :
       {"\"\xFF\"", "\"\xC3\"", "\"\xED\xA0\x80\"", "\"\xC0\x80\"", "\"\xF4\x90\x80\x80\""}) {
    EXPECT_EQ(fault_of(text), JsonFault::invalid_utf8) << text;
  }
}

TEST(JsonParser, TellsLoneSurrogatesFromOtherFaults) {
  for (const std::string_view text :
       {R"("\ud800")", R"("\udc00")", R"("\uDBFF")", R"("\uDFFF")", R"("\ud800\ud800")", R"("\ud800\u0041")",
        R"("\ud800x")", R"("\ud800\n")", R"("\udc00\ud800")", R"("\ud83d\ude00\ud83d")", R"("\\\ud800")",
        R"({"secret":"a\"b\ud800"})", R"({"\ud800":1})"}) {
    EXPECT_EQ(fault_of(text), JsonFault::lone_surrogate) << text;
    EXPECT_TRUE(has_lone_surrogate(text)) << text;
  }
  for (const std::string_view text : {R"("\ud800\udc00")", R"("\udbff\uDFFF")", R"("\\ud800")",
                                      R"("\\\\udc00")", R"("\ud7ff\ue000")", R"("a")"}) {
    EXPECT_EQ(fault_of(text), JsonFault::none) << text;
    EXPECT_FALSE(has_lone_surrogate(text)) << text;
  }
  for (const std::string_view text :
       {"", "\\", "\\u", "\\ud80", "\\ud800\\", "\\ud800\\u", "\\ud800\\udc0", "\\x"}) {
    EXPECT_EQ(has_lone_surrogate(text), text.starts_with("\\ud800")) << text;
  }
}

TEST(JsonParser, EveryCodeUnitIsReadOrKnownAsLone) {
  for (unsigned unit = 0; unit <= 0xFFFF; ++unit) {
    char text[16];
    std::snprintf(text, sizeof text, "\"\\u%04x\"", unit);
    const bool surrogate = unit >= 0xD800 && unit <= 0xDFFF;
    ASSERT_EQ(fault_of(text), surrogate ? JsonFault::lone_surrogate : JsonFault::none) << text;
  }
}

TEST(JsonParser, DeliversNulAsAByte) {
  EXPECT_EQ(string_in(R"("a\u0000b")"), std::string("a\0b", 3));
  EXPECT_EQ(fault_of(std::string_view("\"a\0b\"", 5)), JsonFault::syntax);
}

TEST(JsonParser, LimitsTheDepth) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += i % 2 == 0 ? "[" : "{\"a\":";
    text += "1";
    for (int i = depth; i-- > 0;) text += i % 2 == 0 ? "]" : "}";
    return text;
  };
  EXPECT_EQ(fault_of(nested(limits::json_depth - 1)), JsonFault::none);
  EXPECT_EQ(fault_of(nested(limits::json_depth)), JsonFault::none);
  EXPECT_EQ(fault_of(nested(limits::json_depth + 1)), JsonFault::too_deep);
  EXPECT_EQ(fault_of(nested(10'000)), JsonFault::too_deep);
}

TEST(JsonParser, LimitsTheSize) {
  for (const std::size_t maximum : {std::size_t{10}, std::size_t{64}, std::size_t{5'000}}) {
    JsonParser parser(maximum);
    for (const std::size_t size : {maximum - 1, maximum, maximum + 1}) {
      const auto root = parser.parse('"' + std::string(size - 2, 'a') + '"');
      EXPECT_EQ(root.has_value(), size <= maximum) << size;
      EXPECT_EQ(parser.fault(), size <= maximum ? JsonFault::none : JsonFault::too_large);
      if (!root) {
        EXPECT_EQ(root.error().code, ErrorCode::too_large);
      }
    }
  }
}

TEST(JsonParser, IsUsedAgainAfterAnything) {
  JsonParser parser(10'000);
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(parser.parse("{\"a\":").has_value());
    EXPECT_FALSE(parser.parse(std::string(10'001, ' ')).has_value());
    EXPECT_FALSE(parser.parse(std::string(100, '[') + "1" + std::string(100, ']')).has_value());
    std::string text = "[\"" + std::string(static_cast<std::size_t>(round) * 4'000, 'x') + "\",1]";
    auto root = parser.parse(text);
    text.assign(text.size(), '!');
    ASSERT_TRUE(root.has_value());
    std::string_view value;
    ASSERT_EQ(root->at(0).get_string().get(value), simdjson::SUCCESS);
    EXPECT_EQ(value, std::string(static_cast<std::size_t>(round) * 4'000, 'x'));
    EXPECT_EQ(parser.fault(), JsonFault::none);
  }
}

TEST(JsonParser, ReadsWhatTheWriterWrites) {
  std::mt19937_64 random(6);
  JsonParser parser(100'000);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 60, 'a');
    for (char& c : text) c = static_cast<char>(random() % 128);
    text += "åπ日😀";
    std::string json;
    JsonWriter writer(json);
    writer.begin_array();
    writer.string(text);
    writer.number(static_cast<std::int64_t>(random()));
    writer.end_array();
    auto root = parser.parse(json);
    ASSERT_TRUE(root.has_value());
    std::string_view back;
    ASSERT_EQ(root->at(0).get_string().get(back), simdjson::SUCCESS);
    ASSERT_EQ(back, text);
  }
}

}  // namespace
}  // namespace parley::encoding
