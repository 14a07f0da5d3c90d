#include "visitor/visitor.hpp"

#include <gtest/gtest.h>

#include <string>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::visitor {
namespace {

using base::ErrorCode;
using base::Result;
using store::Unit;
using store::WriteUnit;

constexpr std::string_view channel = "V71577836800000123";

base::Timestamp at(std::int64_t milliseconds) {
  return base::from_epoch_ms(1'577'836'800'000 + milliseconds);
}

class VisitorTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.make_account(7)); }

  Result<bool> tag(std::string text, TagType type, base::Timestamp when) {
    return store_.write([&](WriteUnit& unit) { return put_tag(unit, 7, channel, {when, text, type}); });
  }
  Result<bool> label(std::string text, base::Timestamp when) {
    return store_.write([&](WriteUnit& unit) { return put_label(unit, 7, channel, {when, text}); });
  }
  Result<bool> card(Card card) {
    return store_.write([&](WriteUnit& unit) { return put_card(unit, 7, channel, card); });
  }
  std::vector<Tag> tags_now() {
    return store_.read([](Unit& unit) { return tags(unit, 7, channel); }).value();
  }
  std::int64_t count(change::Kind kind) {
    return store_.read([kind](Unit& unit) { return change::count_of(unit, 7, kind); }).value_or(-1);
  }

  account::testing::TestStore store_{{{"pages", &page_filter::match_new_pages},
                                      {"counters", &account::save_counters},
                                      {"changes", &change::append}},
                                     GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, VisitorTest, ::testing::Bool(), account::testing::store_kind);

TEST_P(VisitorTest, KeepsOneNameAndReplacesIt) {
  EXPECT_TRUE(tag("Ann", TagType::name, at(0)).value());
  EXPECT_TRUE(tag("Ann", TagType::ordinary, at(1)).value());
  EXPECT_TRUE(tag("Beth", TagType::name, at(2)).value());
  const auto now = tags_now();
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now[0], (Tag{at(1), "Ann", TagType::ordinary}));
  EXPECT_EQ(now[1], (Tag{at(2), "Beth", TagType::name}));
  EXPECT_EQ(count(change::Kind::tag), 2);
}

TEST_P(VisitorTest, TheSameAgainChangesNothing) {
  EXPECT_TRUE(tag("a", TagType::ordinary, at(0)).value());
  EXPECT_FALSE(tag("a", TagType::ordinary, at(0)).value());
  EXPECT_TRUE(label("x", at(0)).value());
  EXPECT_FALSE(label("x", at(0)).value());
  EXPECT_TRUE(card({"1", "data", at(0), at(1)}).value());
  EXPECT_FALSE(card({"1", "data", at(0), at(1)}).value());
  EXPECT_EQ(count(change::Kind::tag) + count(change::Kind::label) + count(change::Kind::card), 3);
}

TEST_P(VisitorTest, OrdersByTimeThenByBytes) {
  for (const std::string text : {"b", "\xC3\xA5", "B", "a"}) ASSERT_TRUE(label(text, at(5)));
  ASSERT_TRUE(label("first", at(4)));
  const auto found = store_.read([](Unit& unit) { return labels(unit, 7, channel); }).value();
  std::string order;
  for (const Label& each : found) order += each.label + ",";
  EXPECT_EQ(order, "first,B,a,b,\xC3\xA5,");
}

TEST_P(VisitorTest, CardsAreReplacedById) {
  ASSERT_TRUE(card({"1", "old", at(0), at(0)}));
  ASSERT_TRUE(card({"1", "new", at(0), at(9)}));
  const auto found = store_.read([](Unit& unit) { return cards(unit, 7, channel); }).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], (Card{"1", "new", at(0), at(9)}));
}

TEST_P(VisitorTest, RefusesWhatIsTooLong) {
  EXPECT_TRUE(tag(std::string(limits::short_text_bytes, 'x'), TagType::ordinary, at(0)));
  EXPECT_EQ(tag(std::string(limits::short_text_bytes + 1, 'x'), TagType::ordinary, at(0)).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(label(std::string(limits::short_text_bytes + 1, 'x'), at(0)).error().code,
            ErrorCode::invalid_argument);
  EXPECT_TRUE(card({"1", std::string(limits::card_bytes, 'x'), at(0), at(0)}));
  EXPECT_EQ(card({"1", std::string(limits::card_bytes + 1, 'x'), at(0), at(0)}).error().code,
            ErrorCode::invalid_argument);
}

TEST_P(VisitorTest, HoldsSoManyLabelsAndNoMore) {
  ASSERT_TRUE(store_.write([](WriteUnit& unit) -> base::Task<Result<>> {
    for (std::size_t i = 0; i < limits::tags_per_conversation; ++i) {
      const Label label{at(0), "l" + std::to_string(i)};
      PARLEY_CO_TRY(co_await put_label(unit, 7, channel, label));
    }
    co_return Result<>{};
  }));
  EXPECT_EQ(label("one more", at(0)).error().code, ErrorCode::too_large);
  EXPECT_TRUE(label("l0", at(1)).value());
}

TEST_P(VisitorTest, RemembersEveryExitPage) {
  const store::Sql pages("SELECT count(*) FROM conversation_page WHERE sid = 7");
  Visitor visitor;
  visitor.exit_page = "https://example.org/a";
  const auto keep = [&](WriteUnit& unit) { return put(unit, 7, channel, visitor); };
  EXPECT_TRUE(store_.write(keep).value());
  EXPECT_FALSE(store_.write(keep).value());
  visitor.exit_page = "https://example.org/b";
  EXPECT_TRUE(store_.write(keep).value());
  EXPECT_EQ(store_.number(pages), 2);
  EXPECT_EQ(store_.read([](Unit& unit) { return find(unit, 7, channel); }).value(), visitor);
}

}  // namespace
}  // namespace parley::visitor
