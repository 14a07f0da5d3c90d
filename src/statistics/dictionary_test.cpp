#include "statistics/dictionary.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"

namespace parley::statistics {
namespace {

constexpr std::int64_t sid = 7;

base::Timestamp created_at(std::int64_t milliseconds) {
  return base::from_epoch_ms(1'577'836'800'000 + milliseconds);
}

TEST(SharedDictionary, IsOneForAnAccountOnAThread) {
  const auto texts = shared_dictionary(sid, created_at(0));
  EXPECT_EQ(shared_dictionary(sid, created_at(0)), texts);
  EXPECT_NE(shared_dictionary(sid + 1, created_at(0)), texts);
  EXPECT_EQ(shared_dictionary(sid, created_at(0)), texts);
  std::shared_ptr<Dictionary> elsewhere;
  std::thread([&] { elsewhere = shared_dictionary(sid, created_at(0)); }).join();
  EXPECT_NE(elsewhere, texts);
}

TEST(SharedDictionary, IsAnotherForAnAccountThatWasMadeAnewUnderItsNumber) {
  const auto texts = shared_dictionary(sid, created_at(0));
  const auto anew = shared_dictionary(sid, created_at(1));
  EXPECT_NE(anew, texts);
  EXPECT_EQ(shared_dictionary(sid, created_at(1)), anew);
}

TEST(SharedDictionary, GoesWithTheAccountAskedForLongestAgo) {
  const auto texts = shared_dictionary(sid, created_at(0));
  const auto other = shared_dictionary(sid + 1, created_at(0));
  for (std::size_t i = 2; i < limits::shared_dictionaries; ++i) {
    static_cast<void>(shared_dictionary(sid + static_cast<std::int64_t>(i), created_at(0)));
  }
  EXPECT_EQ(shared_dictionary(sid, created_at(0)), texts);
  static_cast<void>(shared_dictionary(100, created_at(0)));
  EXPECT_EQ(shared_dictionary(sid, created_at(0)), texts);
  EXPECT_NE(shared_dictionary(sid + 1, created_at(0)), other);
}

class DictionaryTest : public ::testing::TestWithParam<bool> {
 protected:
  account::testing::TestStore store_{{{"counters", &account::save_counters}}, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, DictionaryTest, ::testing::Bool(), account::testing::store_kind);

TEST_P(DictionaryTest, WhoHoldsAFullOneKeepsItsTextsAndOthersBeginAnew) {
  ASSERT_TRUE(store_.make_account(sid));
  constexpr std::size_t text_bytes = limits::dictionary_cache_bytes / 4;
  std::vector<std::int64_t> ids;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    const std::string text(text_bytes, letter);
    const auto id = store_.write([&](store::WriteUnit& unit) { return text_id(unit, sid, text); });
    ASSERT_TRUE(id);
    ids.push_back(*id);
  }
  const auto created = created_at(GetParam() ? 2 : 3);
  const auto texts = shared_dictionary(sid, created);
  for (const std::int64_t id : ids) {
    EXPECT_EQ(shared_dictionary(sid, created), texts);
    ASSERT_TRUE(store_.read([&](store::Unit& unit) { return texts->text(unit, id); }));
  }
  EXPECT_NE(shared_dictionary(sid, created), texts);
  ASSERT_NE(texts->known(ids.front()), nullptr);
  EXPECT_EQ(texts->known(ids.front())->text, std::string(text_bytes, 'a'));
}

TEST_P(DictionaryTest, HasATextAsJsonWhereNothingInItIsEscaped) {
  ASSERT_TRUE(store_.make_account(sid));
  Dictionary texts(sid);
  for (const auto& [text, json] : {std::pair<std::string, std::string>{"plain", "\"plain\""},
                                   {"a\"b", ""},
                                   {"", "\"\""},
                                   {"\u00c5s", "\"\u00c5s\""}}) {
    const auto id = store_.write([&](store::WriteUnit& unit) { return text_id(unit, sid, text); });
    ASSERT_TRUE(id);
    const auto found = store_.read([&](store::Unit& unit) { return texts.text(unit, *id); });
    ASSERT_TRUE(found);
    EXPECT_EQ(found->text, text);
    EXPECT_EQ(found->json, json);
    ASSERT_NE(texts.known(*id), nullptr);
    EXPECT_EQ(texts.known(*id)->json, json);
  }
}

}  // namespace
}  // namespace parley::statistics
