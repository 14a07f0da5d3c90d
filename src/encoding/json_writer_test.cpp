#include "encoding/json_writer.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace parley::encoding {
namespace {

using namespace std::string_view_literals;

/// The rule of the header, byte by byte.
std::string escaped_plainly(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char code[8];
          std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
          out += code;
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string escaped(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

void expect_all_forms_agree(std::string_view text) {
  const std::string expected = "kept" + escaped_plainly(text);
  std::string out = "kept";
  append_json_string(out, text);
  ASSERT_EQ(out, expected);
  out = "kept";
  detail::append_json_string_portable(out, text);
  ASSERT_EQ(out, expected);
#ifdef __SSE2__
  out = "kept";
  detail::append_json_string_sse2(out, text);
  ASSERT_EQ(out, expected);
#endif
}

TEST(JsonString, EscapesExactlyWhatItMust) {
  EXPECT_EQ(escaped(""), R"("")");
  EXPECT_EQ(escaped("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(escaped("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(escaped(std::string_view("\0\x01\x0b\x1f\x20\x7f", 6)), "\"\\u0000\\u0001\\u000b\\u001f \x7f\"");
  EXPECT_EQ(escaped("åäö π 日本 😀 \u2028"), "\"åäö π 日本 😀 \u2028\"");
}

TEST(JsonString, EveryByteAtEveryPlaceOfAStepAgrees) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::size_t size : {1U, 7U, 8U, 9U, 15U, 16U, 17U, 25U, 33U}) {
      std::string text(size, 'a');
      for (std::size_t place = 0; place < size; ++place) {
        text[place] = static_cast<char>(byte);
        expect_all_forms_agree(text);
        text[place] = 'a';
      }
    }
  }
}

TEST(JsonString, EveryPairOfBytesAgrees) {
  std::string text(18, 'x');
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      text[3] = text[15] = static_cast<char>(first);
      text[4] = text[16] = static_cast<char>(second);
      expect_all_forms_agree(text);
    }
  }
}

/// Random bytes in stretches of every density of what must be escaped or nearly must.
std::string random_pool(std::mt19937_64& random) {
  constexpr std::string_view awkward =
      "\"\\\n\r\t\b\f\0\x1f\x20\x21\x22\x23\x5b\x5c\x5d\x7f\x80\xa0\xa2\xdc\xff"sv;
  std::string pool(4 * 1024 * 1024, 'a');
  for (std::size_t place = 0; place < pool.size(); ++place) {
    const std::uint64_t chance = random();
    const bool escape = (chance & 15U) < place / 256 % 8;
    pool[place] = escape ? awkward[(chance >> 8U) % awkward.size()] : static_cast<char>(chance >> 8U);
  }
  return pool;
}

TEST(JsonString, MillionsOfRandomStringsAgree) {
  std::mt19937_64 random(3);
  const std::string pool = random_pool(random);
  std::string portable;
  std::string fast;
  for (int i = 0; i < 2'000'000; ++i) {
    const std::uint64_t chance = random();
    const std::string_view text =
        std::string_view(pool).substr(chance % (pool.size() - 80), (chance >> 32U) % 67);
    portable.clear();
    fast.clear();
    detail::append_json_string_portable(portable, text);
    append_json_string(fast, text);
    ASSERT_EQ(portable, fast) << i;
    if (i % 32 == 0) {
      ASSERT_EQ(fast, escaped_plainly(text)) << i;
    }
  }
}

TEST(JsonString, LongTextsAgreeAroundTheEndsOfPieces) {
  std::mt19937_64 random(4);
  for (std::size_t size = 1'000; size < 1'050; ++size) {
    expect_all_forms_agree(std::string(size, 'a'));
    expect_all_forms_agree(std::string(size, '\x01'));
    expect_all_forms_agree(std::string(2 * size, '"'));
  }
  std::string text(300'000, 'a');
  for (char& c : text) c = static_cast<char>(random());
  expect_all_forms_agree(text);
}

TEST(JsonString, LooksNoFurtherThanTheText) {
  for (std::size_t size = 1; size < 80; ++size) {
    // Memory that ends with the text: the sanitizer sees a byte read beyond it.
    std::vector<char> exact(size, 'a');
    expect_all_forms_agree({exact.data(), size});
    exact.front() = '\n';
    expect_all_forms_agree({exact.data(), size});
    exact.back() = '"';
    expect_all_forms_agree({exact.data(), size});
  }
}

TEST(JsonString, AnotherReaderReadsItBack) {
  std::mt19937_64 random(5);
  simdjson::dom::parser parser;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 100, 'a');
    for (char& c : text) c = static_cast<char>(random() % 128);
    std::string_view back;
    ASSERT_EQ(parser.parse(escaped(text)).get_string().get(back), simdjson::SUCCESS);
    ASSERT_EQ(back, text);
  }
}

std::string decimal(std::int64_t number) {
  std::string out;
  append_decimal(out, number);
  return out;
}

std::string decimal(double number) {
  std::string out;
  append_decimal(out, number);
  return out;
}

TEST(Decimal, WritesWholeNumbers) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{9}, std::int64_t{10},
        std::int64_t{9'007'199'254'740'991}, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(decimal(number), std::to_string(number));
  }
}

TEST(Decimal, WritesDoublesAsShortAsReadsBack) {
  EXPECT_EQ(decimal(0.1), "0.1");
  EXPECT_EQ(decimal(5.0), "5");
  EXPECT_EQ(decimal(-2.5), "-2.5");
  EXPECT_EQ(decimal(1e300), "1e+300");
  EXPECT_EQ(decimal(std::nan("")), "null");
  EXPECT_EQ(decimal(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(decimal(-std::numeric_limits<double>::infinity()), "null");
  for (const double number : {std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(),
                              std::numeric_limits<double>::denorm_min(), 1.0 / 3.0}) {
    EXPECT_EQ(std::strtod(decimal(number).c_str(), nullptr), number);
  }
}

TEST(JsonWriter, SetsTheCommas) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("result");
  json.string("success");
  json.key("json");
  json.begin_array();
  for (int i = 0; i < 2; ++i) {
    json.begin_object();
    json.key("id");
    json.number(i);
    json.key("none");
    json.null();
    json.key("empty");
    json.begin_array();
    json.end_array();
    json.key("inner");
    json.begin_object();
    json.end_object();
    json.key("yes");
    json.boolean(true);
    json.end_object();
  }
  json.number(1.5);
  json.boolean(false);
  json.raw("{}");
  json.string("a\"b");
  json.end_array();
  json.key("length");
  json.number(std::size_t{6});
  json.end_object();
  EXPECT_EQ(out, R"({"result":"success","json":[{"id":0,"none":null,"empty":[],"inner":{},"yes":true},)"
                 R"({"id":1,"none":null,"empty":[],"inner":{},"yes":true},1.5,false,{},"a\"b"],"length":6})");
}

TEST(JsonWriter, GoesOnAfterItsStringWasEmptied) {
  std::string out;
  std::string sent;
  JsonWriter json(out);
  json.begin_array();
  for (int i = 0; i < 4; ++i) {
    json.number(i);
    sent += out;
    out.clear();
  }
  json.end_array();
  EXPECT_EQ(sent + out, "[0,1,2,3]");
}

}  // namespace
}  // namespace parley::encoding
