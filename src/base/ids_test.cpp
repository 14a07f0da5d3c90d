#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.hpp"

namespace parley::base {
namespace {

TEST(ConversationId, IsVAndDigits) {
  EXPECT_TRUE(is_conversation_id("V1"));
  EXPECT_TRUE(is_conversation_id("V0"));
  EXPECT_TRUE(is_conversation_id("V51577836800000123"));
  EXPECT_TRUE(is_conversation_id("V" + std::string(limits::conversation_id_digits - 1, '9')));
  EXPECT_TRUE(is_conversation_id("V" + std::string(limits::conversation_id_digits, '9')));
  EXPECT_FALSE(is_conversation_id("V" + std::string(limits::conversation_id_digits + 1, '9')));
  for (const std::string_view text :
       {"", "V", "v1", "1", "VV1", "V 1", "V1 ", " V1", "V-1", "V1.0", "V1a", "V１"}) {
    EXPECT_FALSE(is_conversation_id(text)) << text;
  }
  EXPECT_FALSE(is_conversation_id(std::string_view("V1\0", 3)));
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(is_conversation_id(std::string("V1") + c), c >= '0' && c <= '9') << byte;
    EXPECT_EQ(is_conversation_id(std::string(1, c) + "1"), c == 'V') << byte;
  }
}

TEST(ConversationId, IsMadeOfAccountTimeAndChance) {
  EXPECT_EQ(make_conversation_id(52, from_epoch_ms(1'577'836'800'000), 7), "V521577836800000007");
  EXPECT_EQ(make_conversation_id(0, from_epoch_ms(0), 0), "V00000");
  EXPECT_EQ(make_conversation_id(1, from_epoch_ms(-5), 999), "V10999");
  const std::string longest = make_conversation_id(limits::id_end - 1, last_timestamp, 999);
  EXPECT_TRUE(is_conversation_id(longest)) << longest;
}

TEST(ConversationId, OfAnImpossibleAccountEndsTheProgram) {
  EXPECT_DEATH(static_cast<void>(make_conversation_id(-1, from_epoch_ms(0), 0)), "broken invariant");
  EXPECT_DEATH(static_cast<void>(make_conversation_id(1, from_epoch_ms(0), 1'000)), "broken invariant");
}

TEST(ParseId, TakesWholeNumbersBelowTwoToThe53) {
  EXPECT_EQ(parse_id("0").value(), 0);
  EXPECT_EQ(parse_id("7").value(), 7);
  EXPECT_EQ(parse_id("0000000000000007").value(), 7);
  EXPECT_EQ(parse_id("9007199254740990").value(), limits::id_end - 2);
  EXPECT_EQ(parse_id("9007199254740991").value(), limits::id_end - 1);
  for (const std::string_view text :
       {"", "9007199254740992", "9999999999999999", "00000000000000007", "-1", "+1", " 1", "1 ", "1.0", "1e3",
        "0x1", "a", "１", "18446744073709551617"}) {
    const auto id = parse_id(text);
    ASSERT_FALSE(id.has_value()) << text;
    EXPECT_EQ(id.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(parse_id(std::string_view("1\0", 2)).has_value());
}

}  // namespace
}  // namespace parley::base
