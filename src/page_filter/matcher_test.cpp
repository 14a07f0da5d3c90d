#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <random>

#include "base/limits.hpp"
#include "page_filter/like_pattern.hpp"
#include "page_filter/matcher_cache.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::page_filter {
namespace {

using base::ErrorCode;

bool matches(MatchType type, std::string_view pattern, std::string_view url) {
  const auto matcher = Matcher::compile(type, pattern);
  EXPECT_TRUE(matcher) << pattern;
  return matcher && matcher->matches(url);
}

TEST(MatcherTest, LikeFindsASubstringWithoutAsciiCase) {
  EXPECT_TRUE(matches(MatchType::like, "CheckOut", "https://example.org/checkout?step=2"));
  EXPECT_TRUE(matches(MatchType::like, "https://example.org", "HTTPS://EXAMPLE.ORG/"));
  EXPECT_FALSE(matches(MatchType::like, "checkout", "https://example.org/check/out"));
  EXPECT_TRUE(matches(MatchType::like, "", "x"));
  EXPECT_TRUE(matches(MatchType::like, "%", "x"));
}

TEST(MatcherTest, LikeFoldsNoLetterBeyondAscii) {
  EXPECT_TRUE(matches(MatchType::like, "\xC3\xA4pple", "/\xC3\xA4PPLE"));
  EXPECT_FALSE(matches(MatchType::like, "\xC3\xA4pple", "/\xC3\x84pple"));
  EXPECT_FALSE(matches(MatchType::like, "@", "/`"));
  EXPECT_FALSE(matches(MatchType::like, "[", "/{"));
}

TEST(MatcherTest, LikeWildcards) {
  EXPECT_TRUE(matches(MatchType::like, "a%z", "xxa123zyy"));
  EXPECT_TRUE(matches(MatchType::like, "a%z", "az"));
  EXPECT_FALSE(matches(MatchType::like, "a%z", "za"));
  EXPECT_TRUE(matches(MatchType::like, "a_z", "xaBzx"));
  EXPECT_FALSE(matches(MatchType::like, "a_z", "az"));
  EXPECT_TRUE(matches(MatchType::like, "a__b%c", "aa__bcc"));
  EXPECT_FALSE(matches(MatchType::like, "%a%b%a%", "aab"));
  EXPECT_TRUE(matches(MatchType::like, "_", "x"));
  EXPECT_FALSE(matches(MatchType::like, "__", "x"));
  // No escape character: a backslash is itself.
  EXPECT_TRUE(matches(MatchType::like, "50\\%", "50\\x"));
  EXPECT_FALSE(matches(MatchType::like, "50\\%", "50%"));
}

TEST(MatcherTest, AnUnderscoreIsOneCharacterOfAnyLength) {
  for (const char* character : {"x", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    const std::string url = std::string("/a") + character + "b";
    EXPECT_TRUE(matches(MatchType::like, "a_b", url)) << url;
    EXPECT_FALSE(matches(MatchType::like, "a__b", url)) << url;
  }
  // An e with a combining accent is two characters.
  EXPECT_TRUE(matches(MatchType::like, "a__b",
                      "/ae\xCC\x81"
                      "b"));
}

TEST(MatcherTest, ExactAndPrefixCompareBytes) {
  EXPECT_TRUE(matches(MatchType::exact, "https://example.org/a%_", "https://example.org/a%_"));
  EXPECT_FALSE(matches(MatchType::exact, "https://example.org/a", "https://example.org/A"));
  EXPECT_FALSE(matches(MatchType::exact, "https://example.org/a", "https://example.org/ab"));
  EXPECT_TRUE(matches(MatchType::prefix, "https://example.org/a", "https://example.org/ab"));
  EXPECT_FALSE(matches(MatchType::prefix, "https://example.org/a", "https://example.org/Ab"));
  EXPECT_FALSE(matches(MatchType::prefix, "example", "https://example.org/"));
  EXPECT_TRUE(matches(MatchType::prefix, "", "x"));
  EXPECT_FALSE(matches(MatchType::exact, "", "x"));
}

TEST(MatcherTest, RegexIsFoundAnywhereWithCase) {
  EXPECT_TRUE(matches(MatchType::regex, "step=[0-9]+", "https://example.org/?step=12&x"));
  EXPECT_FALSE(matches(MatchType::regex, "Step=[0-9]+", "https://example.org/?step=12&x"));
  EXPECT_TRUE(matches(MatchType::regex, "(?i)Step", "https://example.org/?step=12"));
  EXPECT_TRUE(matches(MatchType::regex, "^https://example\\.org/$", "https://example.org/"));
  EXPECT_FALSE(matches(MatchType::regex, "^example", "https://example.org/"));
  // UTF-8: a dot is a character.
  EXPECT_TRUE(matches(MatchType::regex, "^.$", "\xF0\x9F\x98\x80"));
  EXPECT_TRUE(matches(MatchType::regex, "\\p{Greek}", "/\xCE\xB1"));
}

TEST(MatcherTest, AnEmptyUrlNeverMatches) {
  EXPECT_FALSE(matches(MatchType::like, "", ""));
  EXPECT_FALSE(matches(MatchType::like, "%", ""));
  EXPECT_FALSE(matches(MatchType::exact, "", ""));
  EXPECT_FALSE(matches(MatchType::prefix, "", ""));
  EXPECT_FALSE(matches(MatchType::regex, "", ""));
  EXPECT_FALSE(matches(MatchType::regex, "^$", ""));
}

TEST(MatcherTest, BadPatternsAreRefusedWithTheReason) {
  const auto unbalanced = Matcher::compile(MatchType::regex, "a(b");
  ASSERT_FALSE(unbalanced);
  EXPECT_EQ(unbalanced.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(unbalanced.error().public_text.find("missing )"), std::string::npos)
      << unbalanced.error().public_text;
  // RE2 has no look-around and bounds what a repetition may grow to.
  EXPECT_FALSE(Matcher::compile(MatchType::regex, "a(?=b)"));
  EXPECT_FALSE(Matcher::compile(MatchType::regex, "((a{100}){100}){100}"));

  const std::string longest(limits::page_filter_pattern_bytes, 'a');
  for (const MatchType type : {MatchType::like, MatchType::exact, MatchType::prefix, MatchType::regex}) {
    EXPECT_TRUE(Matcher::compile(type, longest));
    const auto over = Matcher::compile(type, longest + "a");
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::invalid_argument);
  }
}

TEST(MatcherTest, TypesHaveNames) {
  for (const MatchType type : {MatchType::like, MatchType::exact, MatchType::prefix, MatchType::regex}) {
    EXPECT_EQ(parse_match_type(name_of(type)), type);
  }
  const auto unknown = parse_match_type("LIKE");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().public_text, "matchType is 'LIKE'; it takes like, exact, prefix or regex");
}

TEST(MatcherTest, ACompiledPatternIsKept) {
  const auto first = compiled_matcher(MatchType::regex, "kept");
  const auto again = compiled_matcher(MatchType::regex, "kept");
  const auto other = compiled_matcher(MatchType::like, "kept");
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(*first, *again);
  EXPECT_NE(*first, *other);
  EXPECT_FALSE(compiled_matcher(MatchType::regex, "("));
}

/// SQLite's own LIKE, the words of the contract taken literally.
class LikeOracle {
 public:
  LikeOracle() {
    PARLEY_CHECK(sqlite3_open(":memory:", &handle_) == SQLITE_OK);
    PARLEY_CHECK(sqlite3_prepare_v2(handle_, "SELECT ?1 LIKE '%' || ?2 || '%'", -1, &statement_, nullptr) ==
                 SQLITE_OK);
  }
  ~LikeOracle() {
    sqlite3_finalize(statement_);
    sqlite3_close(handle_);
  }
  LikeOracle(const LikeOracle&) = delete;
  LikeOracle& operator=(const LikeOracle&) = delete;

  bool matches(std::string_view text, std::string_view pattern) {
    sqlite3_reset(statement_);
    sqlite3_bind_text(statement_, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    sqlite3_bind_text(statement_, 2, pattern.data(), static_cast<int>(pattern.size()), SQLITE_STATIC);
    PARLEY_CHECK(sqlite3_step(statement_) == SQLITE_ROW);
    return sqlite3_column_int(statement_, 0) != 0;
  }

 private:
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

std::string random_text(std::mt19937_64& random, std::size_t longest,
                        const std::vector<std::string>& letters) {
  std::string text;
  for (std::size_t i = random() % (longest + 1); i > 0; --i) text += letters[random() % letters.size()];
  return text;
}

TEST(LikePatternTest, AgreesWithSqlite) {
  std::mt19937_64 random(20'260'101);
  const std::vector<std::string> letters = {
      "a", "A", "b", "B", "/", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
  std::vector<std::string> wild = letters;
  wild.insert(wild.end(), {"%", "%", "_", "_", "_"});
  LikeOracle oracle;
  int matching = 0;
  constexpr int rounds = 100'000;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = random_text(random, 12, letters);
    const std::string pattern = random_text(random, 6, wild);
    const bool expected = oracle.matches(text, pattern);
    matching += expected ? 1 : 0;
    ASSERT_EQ(LikePattern(pattern).matches(text), expected) << "'" << text << "' like '" << pattern << "'";
  }
  // Both answers were asked for often.
  EXPECT_GT(matching, rounds / 10);
  EXPECT_LT(matching, rounds * 9 / 10);
}

TEST(LikePatternTest, TheWorstPatternEnds) {
  // Backtracking would take longer than anybody lives.
  const std::string text(limits::url_bytes, 'a');
  std::string pattern;
  while (pattern.size() + 3 <= limits::page_filter_pattern_bytes) pattern += "a%_";
  EXPECT_TRUE(LikePattern(pattern).matches(text));
  EXPECT_FALSE(LikePattern(pattern.substr(3) + "%b").matches(text));
  EXPECT_FALSE(LikePattern(std::string(500, 'a') + "_" + std::string(500, 'a') + "b").matches(text));
}

}  // namespace
}  // namespace parley::page_filter
