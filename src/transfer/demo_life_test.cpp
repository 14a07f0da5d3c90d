#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "transfer/demo_test_support.hpp"

namespace parley::transfer {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::Demo;
using testing::demo_of_2000;

bool is_answered(const Demo& demo, const ChatRecord& chat) {
  return std::ranges::any_of(demo.messages_of(chat),
                             [](const auto* message) { return message->agent_id > 0; });
}

TEST(DemoLife, TheWeekAndTheDayHaveARhythm) {
  const Demo& demo = demo_of_2000();
  std::array<int, 7> by_weekday{};
  std::array<int, 24> by_hour{};
  for (const auto& chat : demo.chats) {
    const base::Timestamp local = chat.started_at + demo::stockholm_offset(chat.started_at);
    const auto day = std::chrono::floor<days>(local);
    ++by_weekday[std::chrono::weekday(day).iso_encoding() - 1];
    ++by_hour[static_cast<std::size_t>(std::chrono::floor<hours>(local - day).count())];
  }
  EXPECT_GT(by_weekday[0], by_weekday[5] * 3 / 2);  // Monday, Saturday
  EXPECT_GT(by_weekday[1], by_weekday[6]);
  EXPECT_GT(by_hour[10], 4 * by_hour[3]);
  EXPECT_GT(by_hour[20], by_hour[23]);
  EXPECT_GT(by_hour[3] + by_hour[4], 0);
}

TEST(DemoLife, PeopleComeBack) {
  const Demo& demo = demo_of_2000();
  std::map<std::string, int> chats;
  for (const auto& chat : demo.chats) ++chats[chat.conversation_id];
  EXPECT_GT(std::ranges::count_if(chats, [](const auto& it) { return it.second == 2; }), 100);
  EXPECT_GT(std::ranges::count_if(chats, [](const auto& it) { return it.second >= 3; }), 10);
}

TEST(DemoLife, SomeChatsAreAnsweredSomeNotAndAFewGoOn) {
  const Demo& demo = demo_of_2000();
  int answered = 0;
  int routed_in_vain = 0;
  int open = 0;
  int rated = 0;
  int taken_by_another = 0;
  std::set<int> ratings;
  for (const auto& chat : demo.chats) {
    const bool is_good = is_answered(demo, chat);
    answered += is_good ? 1 : 0;
    routed_in_vain += !is_good && chat.routed_agent_id ? 1 : 0;
    open += chat.ended_at ? 0 : 1;
    if (!chat.rating) continue;
    ++rated;
    ratings.insert(*chat.rating);
  }
  for (const auto& chat : demo.chats) {
    const auto messages = demo.messages_of(chat);
    const auto first = std::ranges::find_if(messages, [](const auto* it) { return it->agent_id > 0; });
    if (first != messages.end() && chat.routed_agent_id && (*first)->agent_id != chat.routed_agent_id)
      ++taken_by_another;
  }
  const auto all = static_cast<int>(demo.chats.size());
  EXPECT_GT(answered, all * 6 / 10);
  EXPECT_LT(answered, all * 9 / 10);
  EXPECT_GT(routed_in_vain, 20);
  EXPECT_EQ(open, 3);
  EXPECT_GT(rated, all / 6);
  EXPECT_EQ(ratings, (std::set<int>{1, 2, 3, 4, 5}));
  EXPECT_GT(taken_by_another, 5);
}

TEST(DemoLife, ChatsPassFromOneAgentToAnother) {
  const Demo& demo = demo_of_2000();
  int passed = 0;
  for (const auto& chat : demo.chats) {
    std::set<std::int64_t> agents;
    for (const auto* message : demo.messages_of(chat)) {
      if (message->agent_id > 0) agents.insert(*message->agent_id);
    }
    passed += agents.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(passed, 40);
}

TEST(DemoLife, ThereAreChatsAroundTheChangesOfTheClock) {
  const Demo& demo = demo_of_2000();
  int edges = 0;
  std::map<base::Timestamp, int> sides;
  for (auto day = demo.options.end_day - days(demo::demo_days); day <= demo.options.end_day; day += days(1)) {
    if (!demo::changes_clock(day)) continue;
    for (const auto& chat : demo.chats) {
      const auto distance = chat.started_at - (day + hours(1));
      edges += distance == milliseconds(-1) || distance == milliseconds(0) ? 1 : 0;
      if (std::chrono::abs(distance) <= hours(1)) ++sides[day];
    }
  }
  EXPECT_GE(edges, 6);
  ASSERT_EQ(sides.size(), 3U);
  for (const auto& [day, count] : sides) EXPECT_GE(count, 3);
}

TEST(DemoLife, OneColleagueLeftOneChangedHerNameSomeWorkBehind) {
  const Demo& demo = demo_of_2000();
  EXPECT_GE(demo.agents.size(), 12U);
  EXPECT_EQ(std::ranges::count_if(demo.agents, &agent::Agent::is_removed), 1);
  EXPECT_EQ(std::ranges::count_if(demo.agents, &agent::Agent::is_back_office), 2);
  std::map<std::int64_t, std::set<std::string>> names;
  std::map<std::int64_t, base::Timestamp> last;
  for (const auto& message : demo.messages) {
    if (!message.agent_id || *message.agent_id == 0) continue;
    names[*message.agent_id].insert(message.sender);
    last[*message.agent_id] = std::max(last[*message.agent_id], message.sent_at);
  }
  EXPECT_EQ(names.size(), demo.agents.size());
  EXPECT_EQ(names[1], (std::set<std::string>{"Emma Lind", "Emma Sandell"}));
  for (const auto& agent : demo.agents) {
    EXPECT_TRUE(names[agent.agent_id].contains(agent.name)) << agent.name;
    EXPECT_EQ(names[agent.agent_id].size(), agent.agent_id == 1 ? 2U : 1U);
    if (agent.is_removed) {
      EXPECT_LT(last[agent.agent_id], demo.end() - days(200));
    }
  }
}

TEST(DemoLife, VisitorsComeFromManyPlacesInManyScripts) {
  const Demo& demo = demo_of_2000();
  std::set<std::string> countries;
  std::set<std::string> browsers;
  std::map<std::string, int> sources;
  for (const auto& it : demo.conversations) {
    countries.insert(*it.country);
    browsers.insert(*it.browser);
    ++sources[*it.traffic_type];
    EXPECT_EQ(*it.traffic_type == "Organic", !it.search_engine->empty());
    EXPECT_TRUE(it.exit_page->starts_with("https://norrsken.example.com"));
    EXPECT_EQ(std::ranges::count(*it.browser, '.'), 2) << *it.browser;
    EXPECT_EQ(std::ranges::count(*it.os, '.'), 2) << *it.os;
  }
  EXPECT_GE(countries.size(), 15U);
  EXPECT_TRUE(countries.contains(""));
  EXPECT_GE(browsers.size(), 30U);
  EXPECT_GT(sources["Direct"], 500);
  EXPECT_GT(sources["Organic"], 500);
  EXPECT_GE(sources.size(), 8U);

  std::string everything;
  for (const auto& message : demo.messages) everything += message.text;
  for (const std::string_view piece :
       {"ö", "ß", "É", "ش", "様", "і", "😊", "👩🏽‍🚀", "נ", "=SUMMA", "<script>", "\r\n"}) {
    EXPECT_NE(everything.find(piece), std::string::npos) << piece;
  }
}

TEST(DemoLife, NotesOfEveryKindOnceEach) {
  const Demo& demo = demo_of_2000();
  std::map<std::string, int> labels;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& it : demo.labels) {
    ++labels[it.label.label];
    EXPECT_TRUE(seen.emplace(it.conversation_id, it.label.label).second);
  }
  EXPECT_GE(labels.size(), 10U);
  std::map<std::string, int> names;
  std::set<std::string> ordinary;
  std::set<std::pair<std::string, std::string>> tags;
  for (const auto& it : demo.tags) {
    if (it.tag.type == visitor::TagType::name) {
      EXPECT_EQ(++names[it.conversation_id], 1);
    } else {
      EXPECT_TRUE(tags.emplace(it.conversation_id, it.tag.tag).second);
      ordinary.insert(it.tag.tag);
    }
  }
  EXPECT_GT(names.size(), 900U);
  EXPECT_TRUE(ordinary.contains("=Kontrolleras"));
  EXPECT_TRUE(ordinary.contains("Sa \"aldrig mer\""));
  EXPECT_GE(ordinary.size(), 10U);
  std::set<std::pair<std::string, std::string>> cards;
  for (const auto& it : demo.cards) EXPECT_TRUE(cards.emplace(it.conversation_id, it.card.data_id).second);
  EXPECT_GT(std::ranges::count_if(demo.cards,
                                  [](const auto& it) { return it.card.updated_at > it.card.created_at; }),
            5);
}

TEST(DemoLife, PageFiltersMatchAndOneDoesNot) {
  const Demo& demo = demo_of_2000();
  std::set<std::string> pages;
  for (const auto& it : demo.conversations) pages.insert(*it.exit_page);
  for (const auto& message : demo.messages) {
    if (!message.agent_id) pages.insert(conversation::visitor_join_page(message.text));
  }
  std::set<page_filter::MatchType> types;
  for (const auto& filter : demo.filters) {
    types.insert(filter.match_type);
    const auto matcher = page_filter::Matcher::compile(filter.match_type, filter.pattern);
    ASSERT_TRUE(matcher) << filter.name;
    const auto hits =
        std::ranges::count_if(pages, [&matcher](const auto& page) { return matcher->matches(page); });
    EXPECT_EQ(hits > 0, &filter != &demo.filters.back()) << filter.name;
    EXPECT_LT(static_cast<std::size_t>(hits), pages.size());
  }
  EXPECT_EQ(types.size(), 4U);
}

}  // namespace
}  // namespace parley::transfer
