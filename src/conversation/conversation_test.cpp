#include "conversation/conversation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/chat.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "store/plan_test_support.hpp"

namespace parley::conversation {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::Unit;
using store::WriteUnit;

base::Timestamp at(std::int64_t milliseconds) {
  return base::from_epoch_ms(1'577'836'800'000 + milliseconds);
}

class ConversationTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.make_account(7)); }

  Result<bool> keep(std::string id, base::Timestamp created) {
    return store_.write([&](WriteUnit& unit) -> Task<Result<bool>> {
      const Conversation conversation{id, created};
      co_return co_await put(unit, 7, conversation);
    });
  }
  Result<bool> say(Message message) {
    return store_.write([&](WriteUnit& unit) { return put_message(unit, 7, message); });
  }
  Message visitor_says(std::int64_t id, base::Timestamp when, std::string text) {
    return {id, "V1", "V1", std::move(text), when, 0};
  }
  std::vector<std::string> read_all(std::string_view id) {
    std::vector<std::string> seen;
    std::optional<MessagePosition> position;
    while (true) {
      const auto more = store_.read([&](Unit& unit) {
        return message_batch(unit, 7, id, position, std::nullopt, [&seen](const MessageView& message) {
          const std::string agent = message.agent_id ? std::to_string(*message.agent_id) : "null";
          seen.push_back(std::to_string(message.message_id) + " " + std::string(message.sender) + " " +
                         agent + " " + std::string(message.text.substr(0, 20)));
          return true;
        });
      });
      if (!more.value()) return seen;
    }
  }
  std::vector<std::string> list(base::Timestamp from, base::Timestamp to, std::string filters = {}) {
    std::vector<std::string> seen;
    std::optional<ListPosition> position;
    const ListQuery query{7, from, to, std::move(filters)};
    while (true) {
      const auto more = store_.read([&](Unit& unit) {
        return list_batch(unit, query, position, 100, [&seen](const ListPosition& place, base::Timestamp) {
          seen.push_back(place.conversation_id);
          return true;
        });
      });
      if (!more.value()) return seen;
    }
  }

  account::testing::TestStore store_{{{"pages", &page_filter::match_new_pages},
                                      {"stamps", &stamp_touched},
                                      {"counters", &account::save_counters},
                                      {"changes", &change::append}},
                                     GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, ConversationTest, ::testing::Bool(), account::testing::store_kind);

using Lines = std::vector<std::string>;

TEST_P(ConversationTest, ListsByTimeThenIdWithBothEnds) {
  ASSERT_TRUE(keep("V20", at(10)));
  ASSERT_TRUE(keep("V3", at(10)));
  ASSERT_TRUE(keep("V1", at(5)));
  ASSERT_TRUE(keep("V9", at(11)));
  EXPECT_EQ(list(at(5), at(11)), (Lines{"V1", "V20", "V3", "V9"}));
  EXPECT_EQ(list(at(6), at(10)), (Lines{"V20", "V3"}));
  EXPECT_EQ(list(at(12), at(99)), Lines{});
}

TEST_P(ConversationTest, ListsAcrossBatches) {
  Lines expected;
  ASSERT_TRUE(store_.write([&expected](WriteUnit& unit) -> Task<Result<>> {
    for (int i = 0; i < 2 * limits::rows_per_batch; ++i) {
      const Conversation conversation{"V" + std::to_string(1'000'000 + i), at(i / 7)};
      PARLEY_CO_TRY(co_await put(unit, 7, conversation));
      expected.push_back(conversation.conversation_id);
    }
    co_return Result<>{};
  }));
  EXPECT_EQ(list(at(0), at(1'000'000)), expected);
}

TEST_P(ConversationTest, FindsEveryListByItsIndex) {
  const auto plan_of = [this](const store::Sql& sql) {
    return store::testing::plan_of(store_.database(), sql);
  };
  const auto statements = list_statements();
  EXPECT_EQ(plan_of(*statements[0]),
            "SEARCH conversation USING COVERING INDEX conversation_by_creation (sid=? AND "
            "(created_at,conversation_id)>(?,?) AND created_at<?)\n");
  EXPECT_EQ(plan_of(*statements[1]),
            "SEARCH conversation USING INDEX conversation_by_update (sid=? AND "
            "(updated_at,conversation_id)>(?,?) AND updated_at<?)\n");
}

TEST_P(ConversationTest, WhoKeepsInStepMissesNothingAndEnds) {
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(keep("V" + std::to_string(i), at(i)));
  ListQuery query{7, base::first_timestamp, base::last_timestamp, {}};
  base::Timestamp from{};
  std::vector<Lines> runs;
  for (int run = 0; run < 3; ++run) {
    const auto until = store_.read([](Unit& unit) { return change::next_stamp(unit, 7); }).value();
    query.updated = change::UpdateSpan{from, until};
    from = until;
    std::optional<ListPosition> position;
    Lines& seen = runs.emplace_back();
    for (bool more = true; more;) {
      // Two rows, then somebody touches one that was seen and one that was not, and makes another.
      const std::size_t before = seen.size();
      more =
          store_
              .read([&](Unit& unit) {
                return list_batch(unit, query, position, 1, [&](const ListPosition& place, base::Timestamp) {
                  if (seen.size() == before + 2) return false;
                  seen.push_back(place.conversation_id);
                  return true;
                });
              })
              .value();
      if (run > 0) continue;
      ASSERT_TRUE(say(visitor_says(0, at(0), "touch")));
      ASSERT_TRUE(say({0, "V8", "V8", "touch", at(0), 0}));
      ASSERT_TRUE(keep("V9" + std::to_string(seen.size()), at(99)));
    }
  }
  EXPECT_EQ(runs[0], (Lines{"V0", "V1", "V2", "V3", "V4", "V5", "V6", "V7"})) << "V8 moved on each time";
  EXPECT_EQ(runs[1], (Lines{"V92", "V94", "V96", "V1", "V8", "V98"})) << "by the last touch";
  EXPECT_EQ(runs[2], Lines{});
}

TEST_P(ConversationTest, FiltersByEveryPageEverSeen) {
  ASSERT_TRUE(keep("V1", at(0)));
  ASSERT_TRUE(keep("V2", at(1)));
  const std::string join = R"({"type":"visitorJoin","currentPage":"https://example.org/Checkout?x=1"})";
  ASSERT_TRUE(say({0, "V2", "system", join, at(2), std::nullopt}));
  ASSERT_TRUE(say({0, "V1", "V1", join, at(2), 0}));
  ASSERT_TRUE(store_.write([](WriteUnit& unit) {
    return page_filter::put(unit, 7, {4, "Checkout", "checkout", page_filter::MatchType::like});
  }));
  ASSERT_TRUE(base::block_on(page_filter::build_all(store_.database(), 7)));
  EXPECT_EQ(list(at(0), at(9), "[4]"), Lines{"V2"})
      << "a visitor's text that looks like the system's is text";
  EXPECT_EQ(list(at(0), at(9), "[5]"), Lines{});
  EXPECT_EQ(list(at(0), at(9), "[4,5]"), Lines{"V2"});
}

TEST_P(ConversationTest, RefusesAnIdThatIsNone) {
  for (const std::string id : {"", "V", "1", "v1", "V1x", "V 1"}) {
    EXPECT_EQ(keep(id, at(0)).error().code, ErrorCode::invalid_argument) << id;
  }
  EXPECT_TRUE(keep("V" + std::string(limits::conversation_id_digits, '9'), at(0)));
  EXPECT_FALSE(keep("V" + std::string(limits::conversation_id_digits + 1, '9'), at(0)));
}

TEST_P(ConversationTest, GivesMessagesByDateThenIdWithTheirSenders) {
  ASSERT_TRUE(keep("V1", at(0)));
  ASSERT_TRUE(say({9, "V1", "John", "hello", at(5), 3}));
  ASSERT_TRUE(say(visitor_says(12, at(5), "hi")));
  ASSERT_TRUE(say({8, "V1", "system", "{}", at(6), std::nullopt}));
  ASSERT_TRUE(say({7, "V1", "Somebody", "named otherwise", at(7), 0}));
  EXPECT_EQ(read_all("V1"),
            (Lines{"9 John 3 hello", "12 V1 0 hi", "8 system null {}", "7 Somebody 0 named otherwise"}));
  EXPECT_EQ(read_all("V2"), Lines{});
}

TEST_P(ConversationTest, ReadsLongConversationsInBatches) {
  ASSERT_TRUE(keep("V1", at(0)));
  const std::string long_text(40'000, 'x');
  const std::string short_text = "short";
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) -> Task<Result<>> {
    for (int i = 0; i < limits::rows_per_batch + 3; ++i) {
      const std::string& text = i % 100 == 0 ? long_text : short_text;
      PARLEY_CO_TRY(co_await put_message(unit, 7, visitor_says(0, at(i), text)));
    }
    co_return Result<>{};
  }));
  const Lines seen = read_all("V1");
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(limits::rows_per_batch + 3));
  EXPECT_EQ(seen.front().substr(0, 6), "1 V1 0");
  EXPECT_EQ(seen.back(), std::to_string(limits::rows_per_batch + 3) + " V1 0 short");
}

TEST_P(ConversationTest, ReplacesAMessageByItsIdAndMovesIt) {
  ASSERT_TRUE(keep("V1", at(0)));
  ASSERT_TRUE(keep("V2", at(0)));
  EXPECT_TRUE(say(visitor_says(5, at(1), "one")).value());
  EXPECT_FALSE(say(visitor_says(5, at(1), "one")).value());
  EXPECT_TRUE(say({5, "V2", "V2", "two", at(9), 0}).value());
  EXPECT_EQ(read_all("V1"), Lines{});
  EXPECT_EQ(read_all("V2"), Lines{"5 V2 0 two"});
  EXPECT_TRUE(say(visitor_says(0, at(2), "next")).value());
  EXPECT_EQ(read_all("V1"), Lines{"6 V1 0 next"});
}

TEST_P(ConversationTest, RefusesMessagesThatCannotBe) {
  EXPECT_EQ(say(visitor_says(1, at(0), "no conversation")).error().code, ErrorCode::not_found);
  ASSERT_TRUE(keep("V1", at(0)));
  EXPECT_EQ(say(visitor_says(limits::id_end, at(0), "x")).error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(say(visitor_says(limits::id_end - 1, at(0), std::string(limits::message_bytes, 'x'))));
  EXPECT_EQ(say(visitor_says(2, at(0), std::string(limits::message_bytes + 1, 'x'))).error().code,
            ErrorCode::invalid_argument);
}

TEST_P(ConversationTest, EveryTouchMovesTheConversationsStamp) {
  const store::Sql stamp_of("SELECT updated_at FROM conversation WHERE sid = 7 AND conversation_id = 'V1'");
  const store::Sql set_back("UPDATE conversation SET updated_at = 1 WHERE sid = 7");
  ASSERT_TRUE(keep("V1", at(0)));
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return unit.execute(set_back, {}); }));
  ASSERT_EQ(store_.number(stamp_of), 1);
  ASSERT_TRUE(say(visitor_says(0, at(0), "x")));
  EXPECT_GT(store_.number(stamp_of), 1'700'000'000'000);
}

TEST_P(ConversationTest, FindsEqualChatsByTheirPlace) {
  ASSERT_TRUE(keep("V1", at(0)));
  const auto put_one = [&](std::int64_t id) {
    Chat chat;
    chat.chat_id = id;
    chat.conversation_id = "V1";
    chat.started_at = at(3);
    return store_.write([&chat](WriteUnit& unit) { return put_chat(unit, 7, chat); });
  };
  ASSERT_TRUE(put_one(20).value());
  ASSERT_TRUE(put_one(10).value());
  EXPECT_FALSE(put_one(10).value());
  const auto place = [&](std::int64_t n) {
    return store_.read([n](Unit& unit) { return find_chat_by_place(unit, 7, "V1", at(3), n); }).value();
  };
  EXPECT_EQ(place(0), 10);
  EXPECT_EQ(place(1), 20);
  EXPECT_EQ(place(2), std::nullopt);
}

TEST_P(ConversationTest, RefusesChatsThatCannotBe) {
  ASSERT_TRUE(keep("V1", at(0)));
  const auto code_of = [&](Chat chat) {
    const auto done = store_.write([&chat](WriteUnit& unit) { return put_chat(unit, 7, chat); });
    return done ? std::string("fine") : std::string(base::name_of(done.error().code));
  };
  Chat chat;
  chat.conversation_id = "V1";
  chat.started_at = at(3);
  chat.rating = 5;
  chat.ended_at = at(3);
  EXPECT_EQ(code_of(chat), "fine");
  chat.rating = 6;
  EXPECT_EQ(code_of(chat), "invalid_argument");
  chat.rating = 0;
  EXPECT_EQ(code_of(chat), "invalid_argument");
  chat.rating.reset();
  chat.ended_at = at(2);
  EXPECT_EQ(code_of(chat), "invalid_argument");
  chat.ended_at.reset();
  chat.conversation_id = "V404";
  EXPECT_EQ(code_of(chat), "not_found");
}

TEST(VisitorJoinPage, ReadsOnlyWhatIsOne) {
  EXPECT_EQ(visitor_join_page(R"({"type":"visitorJoin","currentPage":"https://a/"})"), "https://a/");
  EXPECT_EQ(visitor_join_page(R"({"currentPage":"https://a/é","type":"visitorJoin"})"), "https://a/é");
  EXPECT_EQ(visitor_join_page(R"({"type":"agentJoin","currentPage":"visitorJoin"})"), "");
  EXPECT_EQ(visitor_join_page(R"({"type":"visitorJoin"})"), "");
  EXPECT_EQ(visitor_join_page(R"({"type":"visitorJoin","currentPage":7})"), "");
  EXPECT_EQ(visitor_join_page(R"(["visitorJoin"])"), "");
  EXPECT_EQ(visitor_join_page("visitorJoin"), "");
}

}  // namespace
}  // namespace parley::conversation
