#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "account/account_test_support.hpp"
#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/fact.hpp"
#include "statistics/query.hpp"
#include "store/plan_test_support.hpp"

namespace parley::statistics {
namespace {

using base::Result;
using base::Task;
using store::Unit;
using store::WriteUnit;

base::Timestamp at(std::int64_t milliseconds) {
  return base::from_epoch_ms(1'577'836'800'000 + milliseconds);
}

/// What a test looks at of a row.
struct Seen {
  std::int64_t chat_id;
  std::string agent;
  std::int64_t duration_ms;  // -1: null
  std::int64_t response_time_ms;
  std::string labels;
  std::string browser;

  bool operator==(const Seen&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.chat_id << ' ' << seen.agent << ' ' << seen.duration_ms << ' ' << seen.response_time_ms
             << ' ' << seen.labels << ' ' << seen.browser;
}

class StatisticsTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.make_account(7));
    for (const std::int64_t id : {1, 2}) {
      agent::Agent agent;
      agent.agent_id = id;
      agent.name = id == 1 ? "Ann" : "Bo";
      agent.email = agent.name + "@example.org";
      ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return agent::put(unit, 7, agent); }));
    }
    make_conversation("V1");
  }

  void make_conversation(std::string id) {
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) -> Task<Result<bool>> {
      const conversation::Conversation conversation{id, at(0)};
      co_return co_await conversation::put(unit, 7, conversation);
    }));
  }
  void say(std::int64_t id, std::optional<std::int64_t> agent_id, base::Timestamp when) {
    conversation::Message message{id, "V1", "V1", "text", when, agent_id};
    if (agent_id == 1) message.sender = "Ann";
    if (agent_id == 2) message.sender = "Bo";
    if (!agent_id) message.sender = "system";
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return conversation::put_message(unit, 7, message); }));
  }
  void chat(std::int64_t id, base::Timestamp started, std::optional<base::Timestamp> ended,
            std::optional<std::int64_t> routed = std::nullopt) {
    conversation::Chat chat{id, "V1", started, ended, routed, std::nullopt, false};
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return conversation::put_chat(unit, 7, chat); }));
  }
  void browse_with(std::string browser) {
    visitor::Visitor visitor;
    visitor.browser = std::move(browser);
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return visitor::put(unit, 7, "V1", visitor); }));
  }
  void put_label(std::string label, base::Timestamp when) {
    ASSERT_TRUE(
        store_.write([&](WriteUnit& unit) { return visitor::put_label(unit, 7, "V1", {when, label}); }));
  }

  std::vector<Seen> ask(Query query) {
    query.sid = 7;
    if (query.to == base::Timestamp{}) query.to = at(1'000'000'000);
    std::vector<Seen> seen;
    std::optional<Position> position;
    Dictionary texts(7);
    while (true) {
      const auto more = store_.read([&](Unit& unit) {
        return batch(unit, query, texts, position, 100, [&seen](const FactRow& row) {
          seen.push_back({row.chat_id, std::string(row.agent_name.value_or("null")),
                          row.duration_ms.value_or(-1), row.response_time_ms.value_or(-1),
                          std::string(row.labels), std::string(row.browser)});
          return true;
        });
      });
      if (!more.value()) return seen;
    }
  }
  std::vector<Seen> ask_all() { return ask({}); }

  account::testing::TestStore store_{{{"pages", &page_filter::match_new_pages},
                                      {"facts", &refresh_facts},
                                      {"stamps", &conversation::stamp_touched},
                                      {"counters", &account::save_counters},
                                      {"changes", &change::append}},
                                     GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, StatisticsTest, ::testing::Bool(), account::testing::store_kind);

using Rows = std::vector<Seen>;

TEST_P(StatisticsTest, ComputesWhoAnsweredWhen) {
  say(1, 0, at(1'000));
  chat(1, at(1'000), at(61'000), 2);
  EXPECT_EQ(ask_all(), (Rows{{1, "Bo", -1, -1, "", ""}})) << "routed, not answered";
  say(2, 1, at(5'000));
  say(3, 2, at(3'000'000));
  EXPECT_EQ(ask_all(), (Rows{{1, "Ann", 60'000, 4'000, "", ""}}));
}

TEST_P(StatisticsTest, AnAnswerAtTheSameMillisecondCountsByItsId) {
  say(5, 0, at(1'000));
  say(4, 1, at(1'000));
  chat(1, at(1'000), at(2'000));
  EXPECT_EQ(ask_all(), (Rows{{1, "null", -1, -1, "", ""}})) << "written before the visitor's";
  say(6, 2, at(1'000));
  EXPECT_EQ(ask_all(), (Rows{{1, "Bo", 1'000, 0, "", ""}}));
}

TEST_P(StatisticsTest, AnOpeningThatComesLateStillCounts) {
  say(4, 1, at(1'000));
  chat(1, at(1'000), at(2'000));
  EXPECT_EQ(ask_all(), (Rows{{1, "Ann", 1'000, 0, "", ""}}));
  say(6, 0, at(1'001));
  EXPECT_EQ(ask_all(), (Rows{{1, "Ann", 1'000, 0, "", ""}})) << "no opening: it is not at the chat's start";
  say(5, 0, at(1'000));
  EXPECT_EQ(ask_all(), (Rows{{1, "null", -1, -1, "", ""}})) << "the agent wrote before it";
}

TEST_P(StatisticsTest, AnAnswerBelongsToItsOwnChat) {
  say(1, 0, at(1'000));
  chat(1, at(1'000), std::nullopt);
  say(2, 0, at(9'000));
  say(3, 1, at(9'500));
  EXPECT_EQ(ask_all(), (Rows{{1, "Ann", -1, 8'500, "", ""}}));
  chat(2, at(9'000), at(10'000));
  EXPECT_EQ(ask_all(), (Rows{{1, "null", -1, -1, "", ""}, {2, "Ann", 1'000, 500, "", ""}}));
}

TEST_P(StatisticsTest, ARenameChangesNoPastRow) {
  say(1, 0, at(1'000));
  chat(1, at(1'000), at(2'000), 2);
  agent::Agent renamed;
  renamed.agent_id = 2;
  renamed.name = "Bob";
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return agent::put(unit, 7, renamed); }));
  put_label("later", at(0));
  EXPECT_EQ(ask_all(), (Rows{{1, "Bo", -1, -1, "[\"later\"]", ""}}));
}

TEST_P(StatisticsTest, FreezesTheVisitorAtTheEndAndFollowsLabels) {
  browse_with("Chrome 1.0.0");
  say(1, 0, at(1'000));
  chat(1, at(1'000), std::nullopt);
  browse_with("Firefox 2.0.0");
  EXPECT_EQ(ask_all()[0].browser, "Firefox 2.0.0");
  chat(1, at(1'000), at(5'000));
  browse_with("Safari 3.0.0");
  put_label("b \"quoted\"", at(2));
  put_label("a", at(2));
  EXPECT_EQ(ask_all(), (Rows{{1, "null", -1, -1, R"(["a","b \"quoted\""])", "Firefox 2.0.0"}}));
}

TEST_P(StatisticsTest, AChatThatMovesTakesTheOtherConversationsVisitor) {
  make_conversation("V2");
  browse_with("Chrome 1.0.0");
  chat(1, at(1'000), at(5'000));
  conversation::Chat moved{1, "V2", at(1'000), at(5'000), std::nullopt, std::nullopt, false};
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return conversation::put_chat(unit, 7, moved); }));
  EXPECT_EQ(ask_all(), (Rows{{1, "null", -1, -1, "", ""}}));
}

TEST_P(StatisticsTest, GivenFactsHoldAsTheyCame) {
  say(1, 0, at(1'000));
  say(2, 1, at(2'000));
  conversation::Chat given{9, "V1", at(1'000), at(3'000), std::nullopt, 4, true};
  GivenFact fact;
  fact.agent_name = "Nobody known";
  fact.duration_ms = 77;
  const auto keep = [&](WriteUnit& unit) -> Task<Result<bool>> {
    PARLEY_CO_TRY(co_await conversation::put_chat(unit, 7, given));
    co_return co_await put_given(unit, 7, given, fact);
  };
  EXPECT_TRUE(store_.write(keep).value());
  EXPECT_FALSE(store_.write(keep).value());
  say(3, 2, at(1'500));
  put_label("x", at(0));
  EXPECT_EQ(ask_all(), (Rows{{9, "Nobody known", 77, -1, "[\"x\"]", ""}}));
}

TEST_P(StatisticsTest, BothEndsBelongAndEqualStartsGoById) {
  for (const std::int64_t id : {3, 1, 2}) chat(id, at(1'000), at(2'000));
  chat(4, at(2'000), at(2'000));
  Query query;
  query.from = at(1'000);
  query.to = at(2'000);
  const auto ids = [&] {
    std::string text;
    for (const Seen& seen : ask(query)) text += std::to_string(seen.chat_id) + " ";
    return text;
  };
  EXPECT_EQ(ids(), "1 2 3 4 ");
  query.from = at(1'001);
  EXPECT_EQ(ids(), "4 ");
  query.from = at(1'000);
  query.to = at(1'999);
  EXPECT_EQ(ids(), "1 2 3 ");
}

TEST_P(StatisticsTest, DifferentSetsAllMustMatch) {
  say(1, 0, at(1'000));
  say(2, 1, at(2'000));
  chat(1, at(1'000), at(3'000));
  chat(2, at(9'000), at(9'000));
  Query query;
  query.agent_ids = {1};
  EXPECT_EQ(ask(query).size(), 1U);
  query.agent_ids = {1, 2, 3};
  EXPECT_EQ(ask(query).size(), 1U);
  query.channels = {"V1"};
  EXPECT_EQ(ask(query).size(), 1U);
  query.channels = {"V2", "V3"};
  EXPECT_EQ(ask(query).size(), 0U);
  query.channels.reset();
  query.page_filter_ids = "[1]";
  EXPECT_EQ(ask(query).size(), 0U);
  query.agent_ids = std::vector<std::int64_t>{};
  query.page_filter_ids.reset();
  EXPECT_EQ(ask(query).size(), 0U);
}

TEST_P(StatisticsTest, FindsEveryQuerysRowsByItsIndex) {
  const auto plan_of = [this](const store::Sql& sql) {
    return store::testing::plan_of(store_.database(), sql);
  };
  const auto by = [](const std::string& index, const std::string& column) {
    return "SEARCH chat_fact USING INDEX " + index + " (sid=? AND (" + column +
           ",started_at,chat_id)>(?,?,?) AND (" + column + ",started_at)<(?,?))\n";
  };
  const auto statements = fact_statements();
  EXPECT_EQ(plan_of(*statements[0]),
            "SEARCH chat_fact USING PRIMARY KEY (sid=? AND (started_at,chat_id)>(?,?) AND started_at<?)\n");
  EXPECT_EQ(plan_of(*statements[1]), by("chat_fact_by_agent", "agent_id"));
  EXPECT_EQ(plan_of(*statements[2]), by("chat_fact_by_conversation", "conversation_id"));
  EXPECT_EQ(plan_of(*statements[3]),
            "SEARCH chat_fact USING INDEX chat_fact_by_update (sid=? AND (updated_at,chat_id)>(?,?) AND "
            "updated_at<?)\n");
}

TEST_P(StatisticsTest, GivesWhatWasTouchedByTheTimeOfTheTouch) {
  for (const std::int64_t id : {1, 2, 3}) chat(id, at(id * 1'000), at(9'000));
  const auto next = [this] {
    return store_.read([](Unit& unit) { return change::next_stamp(unit, 7); }).value();
  };
  const base::Timestamp middle = next();
  chat(2, at(2'000), at(9'000), 1);
  chat(4, at(500), at(600));
  Query query;
  query.updated = change::UpdateSpan{base::Timestamp{}, next()};
  const auto ids = [&] {
    std::string text;
    for (const Seen& seen : ask(query)) text += std::to_string(seen.chat_id) + " ";
    return text;
  };
  EXPECT_EQ(ids(), "1 3 2 4 ");
  query.updated->from = middle;
  EXPECT_EQ(ids(), "2 4 ");
  query.from = at(1'000);
  EXPECT_EQ(ids(), "2 ") << "the start filters beside it";
  query.from = at(0);
  query.updated->until = middle;
  EXPECT_EQ(ids(), "");
  query.updated->from = base::Timestamp{};
  EXPECT_EQ(ids(), "1 3 ") << "2 has moved on";
  put_label("late", at(0));
  query.updated = change::UpdateSpan{middle, next()};
  EXPECT_EQ(ids(), "1 2 3 4 ") << "a late label touches every chat of its conversation";
}

TEST_P(StatisticsTest, ARowThatIsNotTakenComesAgainAndTheLastEndsIt) {
  for (const std::int64_t id : {1, 2, 3, 4, 5}) chat(id, at(1'000), at(9'000));
  Query query;
  query.sid = 7;
  query.to = at(9'000);
  for (const int wanted : {1, 2, 5, 100}) {
    std::string seen;
    std::optional<Position> position;
    bool more = true;
    while (more) {
      int room = 2;
      more = store_
                 .read([&](Unit& unit) {
                   return place_batch(unit, query, position, wanted, [&](const Position& place) {
                     if (room-- == 0) return false;
                     seen += std::to_string(place.chat_id) + " ";
                     return true;
                   });
                 })
                 .value();
      seen += "| ";
    }
    EXPECT_EQ(seen, "1 2 | 3 4 | 5 | ");
  }
  query.last = Position{at(1'000), 3};
  EXPECT_EQ(ask(query).size(), 3U);
}

TEST_P(StatisticsTest, KnowsTheLatestStart) {
  const auto latest = [&] { return store_.read([](Unit& unit) { return latest_start(unit, 7); }).value(); };
  EXPECT_EQ(latest(), std::nullopt);
  chat(1, at(5'000), at(6'000));
  chat(2, at(4'000), at(6'000));
  EXPECT_EQ(latest(), at(5'000));
}

}  // namespace
}  // namespace parley::statistics
