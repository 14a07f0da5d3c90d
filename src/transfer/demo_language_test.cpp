#include "transfer/demo_language.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "encoding/utf8.hpp"
#include "transfer/demo_visitor.hpp"

namespace parley::transfer::demo {
namespace {

constexpr std::array all_texts = {&swedish_texts, &english_texts, &german_texts,   &finnish_texts,
                                  &french_texts,  &arabic_texts,  &japanese_texts, &ukrainian_texts};

bool has_nameless(const Templates& templates) {
  return std::ranges::any_of(templates, [](const Template& each) { return !each.has(Slot::name); });
}

TEST(DemoLanguage, FillsSlots) {
  SlotValues values;
  values[static_cast<std::size_t>(Slot::order)] = "NO-1";
  values[static_cast<std::size_t>(Slot::name)] = "Åsa";
  EXPECT_EQ(Template("{name}: {order}!").fill(values), "Åsa: NO-1!");
  EXPECT_EQ(Template("{order}{order}").fill(values), "NO-1NO-1");
  EXPECT_EQ(Template("plain").fill(values), "plain");
  EXPECT_TRUE(Template("a {order}").has(Slot::order));
  EXPECT_FALSE(Template("a {order}").has(Slot::name));
}

TEST(DemoLanguage, TextsAreUtf8WithoutSlotsLeftOver) {
  for (const auto* texts : all_texts) {
    EXPECT_TRUE(encoding::is_valid_utf8(*texts));
    EXPECT_EQ(std::ranges::count(*texts, '{'), std::ranges::count(*texts, '}'));
  }
}

TEST(DemoLanguage, EveryLanguageCanHoldAChat) {
  std::uint32_t weights = 0;
  std::set<std::string_view> codes;
  for (const Language& language : languages()) {
    SCOPED_TRACE(language.code);
    weights += language.weight;
    codes.insert(language.code);
    EXPECT_EQ(language.products.size(), product_count);
    EXPECT_GE(language.places.size(), 5U);
    EXPECT_GE(language.colors.size(), 6U);
    EXPECT_GE(language.first_names.size(), 7U);
    EXPECT_GE(language.last_names.size(), 5U);
    for (const Templates* list : {&language.price, &language.wait, &language.transfer, &language.take_over,
                                  &language.thank, &language.bye, &language.nudge, &language.leave}) {
      EXPECT_FALSE(list->empty());
    }
    // What an agent says by name needs another form for those whose name is not known.
    EXPECT_TRUE(has_nameless(language.greet));
    EXPECT_TRUE(has_nameless(language.late));
  }
  EXPECT_EQ(weights, 1'000U);
  EXPECT_EQ(codes.size(), languages().size());
}

TEST(DemoLanguage, EveryTopicIsWholeOrAbsent) {
  for (const Language& language : languages()) {
    std::size_t topics = 0;
    for (std::size_t topic = 0; topic < topic_count; ++topic) {
      SCOPED_TRACE(std::string(language.code) + " " + std::to_string(topic));
      const Script& script = language.script(static_cast<Topic>(topic));
      if (script.threads.empty()) continue;
      ++topics;
      for (const Thread& thread : script.threads) {
        EXPECT_FALSE(thread.open.empty());
        EXPECT_FALSE(thread.ask.empty());
        ASSERT_FALSE(thread.answer.empty());
        EXPECT_TRUE(has_nameless(thread.answer));
      }
      EXPECT_FALSE(script.more.empty());
    }
    EXPECT_GE(topics, 4U) << language.code;
  }
}

}  // namespace
}  // namespace parley::transfer::demo
