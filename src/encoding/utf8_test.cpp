#include "encoding/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::encoding {
namespace {

/// UTF-8 by RFC 3629's rule for making it.
std::string character(unsigned code) {
  const auto byte = [](unsigned value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  const auto tail = [byte](unsigned value) { return byte(0x80U | (value & 0x3FU)); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0U | (code >> 6U)), tail(code)};
  if (code < 0x10000) return {byte(0xE0U | (code >> 12U)), tail(code >> 6U), tail(code)};
  return {byte(0xF0U | (code >> 18U)), tail(code >> 12U), tail(code >> 6U), tail(code)};
}

TEST(Utf8, KnowsEveryCharacterAndNoSurrogate) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8(std::string_view()));
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
  for (unsigned code = 0; code <= 0x110000; ++code) {
    const bool is_character = (code < 0xD800 || code > 0xDFFF) && code <= 0x10FFFF;
    ASSERT_EQ(is_valid_utf8(character(code)), is_character) << code;
  }
}

TEST(Utf8, RefusesOverlongAndBrokenForms) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82",
        "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF",
        "\xC3\x28", "a\xE2\x28\xA1", "\xF0\x9F\x98", "\xF0\x9F\x98\x41"}) {
    EXPECT_FALSE(is_valid_utf8(text));
    EXPECT_FALSE(is_valid_utf8(std::string(70, 'a') + std::string(text)));
    EXPECT_FALSE(is_valid_utf8(std::string(text) + std::string(70, 'a')));
  }
}

TEST(FirstCharacters, CutsAtTheBorderOfACharacter) {
  const std::string text = "aå日😀z";
  const std::string expected[] = {"", "a", "aå", "aå日", "aå日😀", "aå日😀z", "aå日😀z"};
  for (std::size_t count = 0; count < 7; ++count) EXPECT_EQ(first_characters(text, count), expected[count]);
  EXPECT_EQ(first_characters("", 5), "");
  EXPECT_EQ(first_characters(std::string(101, 'a'), 100), std::string(100, 'a'));
  EXPECT_EQ(first_characters(std::string(100, 'a'), 100), std::string(100, 'a'));
}

TEST(FirstCharacters, TakesBytesThatAreNoTextWithoutHarm) {
  EXPECT_EQ(first_characters("\x80\x80", 0), "\x80\x80");
  EXPECT_EQ(first_characters("\xFF\xFF\xFF", 2), "\xFF\xFF");
}

TEST(AsciiLower, ChangesAsciiLettersOnly) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every.push_back(static_cast<char>(byte));
  const std::string lower = ascii_lower(every);
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const bool capital = byte >= 'A' && byte <= 'Z';
    EXPECT_EQ(static_cast<unsigned char>(lower[byte]), capital ? byte + 32 : byte);
  }
  EXPECT_EQ(ascii_lower("WWW.Åbo.FI"), "www.Åbo.fi");
}

}  // namespace
}  // namespace parley::encoding
