#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace parley::base {
namespace {

std::string digest_of(std::string_view text) {
  return to_hex(sha256(text));
}

TEST(Sha256, GivesTheStandardsExamples) {
  EXPECT_EQ(digest_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(RandomToken, IsBase64urlOfTheAskedLengthAndNeverTheSame) {
  EXPECT_EQ(random_token(0), "");
  const std::size_t lengths[] = {0, 2, 3, 4, 6, 7, 8, 10};
  for (std::size_t bytes = 0; bytes < 8; ++bytes) EXPECT_EQ(random_token(bytes).size(), lengths[bytes]);
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 2'000; ++i) {
    const std::string token = random_token(24);
    EXPECT_EQ(token.size(), 32U);
    characters.insert(token.begin(), token.end());
    EXPECT_TRUE(seen.insert(token).second);
  }
  // 64,000 characters show all sixty-four digits, and only those.
  EXPECT_EQ(std::string(characters.begin(), characters.end()),
            "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
}

TEST(ConstantTimeEqual, ComparesLikeEquals) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secres"));
  EXPECT_FALSE(constant_time_equal("secret", "Secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secre"));
  EXPECT_FALSE(constant_time_equal("", "s"));
  EXPECT_FALSE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(ToHex, WritesEveryByte) {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const std::string text = to_hex(bytes);
  ASSERT_EQ(text.size(), 512U);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(std::stoul(text.substr(2 * i, 2), nullptr, 16), i);
  }
  EXPECT_EQ(text.substr(0, 4) + text.substr(508), "0001feff");
  EXPECT_EQ(to_hex({}), "");
}

}  // namespace
}  // namespace parley::base
