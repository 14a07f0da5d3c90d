#include "transfer/import.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "account/account.hpp"
#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "transfer/transfer_test_support.hpp"

namespace parley::transfer {
namespace {

using base::Result;
using base::Task;
using testing::agent_line;
using testing::body_of;
using testing::bundle_of;
using testing::chat_line;
using testing::contains;
using testing::conversation_line;
using testing::label_line;
using testing::message_line;
using testing::replaced;
using testing::TestStore;

/// Everything once.
std::string full_bundle() {
  return bundle_of(
      agent_line(1, "Åsa", "asa@example.org") +
      R"({"kind":"pageFilter","id":1,"searchFilter":"example","searchName":"E","matchType":"like"})"
      "\n" +
      std::string(conversation_line) + message_line(1, "0") + message_line(2, "1", "Åsa") +
      R"({"kind":"tag","conversationID":"V1","tag":"t","type":1,"createdDate":"2020-05-05T06:00:00.000Z"})"
      "\n" +
      label_line("l") +
      R"({"kind":"card","dataID":"1","data":"d","conversationID":"V1","createdDate":"2020-05-05T06:00:00.000Z","updatedDate":"2020-05-05T06:00:00.000Z"})"
      "\n" +
      chat_line(R"(,"agentName":"Åsa","agentEmail":"asa@example.org","labels":["l"],"tags":["t"])"));
}

std::string refusal(TestStore& store, std::string_view lines, ImportOptions options = {}) {
  const auto done = store.import(bundle_of(lines), std::move(options));
  if (done) return "taken";
  EXPECT_EQ(done.error().code, base::ErrorCode::invalid_argument);
  return done.error().public_text;
}

bool has_account(TestStore& store, std::int64_t sid) {
  return store.read<bool>([sid](store::Unit& unit) -> Task<Result<bool>> {
    PARLEY_CO_TRY_ASSIGN(const auto found, co_await account::find(unit, sid));
    co_return found.has_value();
  });
}

class Import : public ::testing::TestWithParam<bool> {
 protected:
  TestStore store_{GetParam() ? std::optional<std::uint64_t>(7) : std::nullopt};
};
INSTANTIATE_TEST_SUITE_P(Stores, Import, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Deferred" : "Plain"; });

TEST_P(Import, ANewAccountIsMadeAndShown) {
  const auto report = store_.import(full_bundle());
  ASSERT_TRUE(report) << report.error().public_text;
  EXPECT_TRUE(report->is_new_account);
  EXPECT_EQ(report->sid, 1);
  EXPECT_EQ(report->records, 10);
  const Counts& counts = report->counts;
  EXPECT_EQ(counts.agents.created, 1);
  EXPECT_EQ(counts.page_filters.created, 1);
  EXPECT_EQ(counts.conversations.created, 1);
  EXPECT_EQ(counts.messages.created, 2);
  EXPECT_EQ(counts.messages.changed, 0);
  EXPECT_EQ(counts.tags.created, 1);
  EXPECT_EQ(counts.labels.created, 1);
  EXPECT_EQ(counts.cards.created, 1);
  EXPECT_EQ(counts.chats.created, 1);
  EXPECT_EQ(report->label_differences + report->tag_differences + report->dates_replaced, 0);
  const auto account =
      store_.read<std::optional<account::Account>>([](store::Unit& unit) { return account::find(unit, 1); });
  ASSERT_TRUE(account);
  EXPECT_EQ(account->state, account::State::live);
  EXPECT_EQ(account->name, "Test");
  // Its log begins: nothing in it, and whoever asks for what came before must read anew.
  EXPECT_EQ(store_.last_number(1), 1);
}

TEST_P(Import, ASecondTimeChangesNothing) {
  ASSERT_TRUE(store_.import(full_bundle()));
  const std::string before = body_of(store_.exported(1));
  const std::int64_t number = store_.last_number(1);
  for (int i = 0; i < 2; ++i) {
    const auto report = store_.import(full_bundle());
    ASSERT_TRUE(report) << report.error().public_text;
    EXPECT_FALSE(report->is_new_account);
    EXPECT_EQ(report->counts.messages.same, 2);
    EXPECT_EQ(report->counts.chats.same, 1);
    EXPECT_EQ(report->counts.conversations.same, 1);
    EXPECT_EQ(report->counts.agents.same, 1);
  }
  EXPECT_EQ(body_of(store_.exported(1)), before);
  EXPECT_EQ(store_.last_number(1), number);
}

TEST_P(Import, AnAccountThatExistsTakesWhatIsNew) {
  ASSERT_TRUE(store_.import(full_bundle()));
  const std::int64_t number = store_.last_number(1);
  const auto report = store_.import(
      replaced(bundle_of(std::string(conversation_line) + message_line(2, "0") + message_line(3, "0")),
               "\"Test\"", "\"Other name\""));
  ASSERT_TRUE(report) << report.error().public_text;
  EXPECT_EQ(report->counts.messages.created, 1);
  EXPECT_EQ(report->counts.messages.changed, 1);
  EXPECT_EQ(report->counts.conversations.same, 1);
  EXPECT_GT(store_.last_number(1), number);
  EXPECT_TRUE(contains(store_.exported(1), "\"Test\""));
}

TEST_P(Import, UnderAnotherNumber) {
  ASSERT_TRUE(store_.import(full_bundle(), {42, {}}));
  EXPECT_FALSE(has_account(store_, 1));
  ASSERT_TRUE(store_.import(full_bundle()));
  EXPECT_EQ(body_of(store_.exported(42)), replaced(body_of(store_.exported(1)), "\"sid\":1,", "\"sid\":42,"));
}

TEST_P(Import, WhatIsRefusedLeavesNothingBehind) {
  const std::string good = std::string(conversation_line) + message_line(1, "0");
  EXPECT_TRUE(refusal(store_, good + "nonsense\n").starts_with("line 4: "));
  EXPECT_FALSE(has_account(store_, 1));
  static const store::Sql rows(
      "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM conversation) + ?1");
  EXPECT_EQ(store_.number(rows, 0), 0);
  // In an account that exists nothing of the bundle stays.
  ASSERT_TRUE(store_.import(full_bundle()));
  const std::string before = body_of(store_.exported(1));
  const std::int64_t number = store_.last_number(1);
  EXPECT_TRUE(refusal(store_, std::string(conversation_line) + message_line(9, "0") + "nonsense\n")
                  .starts_with("line 4: "));
  EXPECT_EQ(body_of(store_.exported(1)), before);
  EXPECT_EQ(store_.last_number(1), number);
}

TEST_P(Import, ReferencesToNothingAreRefused) {
  for (
      const std::string& line :
      {message_line(1, "0"), label_line("l"), chat_line(""),
       std::string(
           R"({"kind":"tag","conversationID":"V1","tag":"t","type":1,"createdDate":"2020-05-05T06:00:00Z"})"),
       std::string(
           R"({"kind":"card","conversationID":"V1","dataID":"1","data":"","createdDate":"2020-05-05T06:00:00Z","updatedDate":"2020-05-05T06:00:00Z"})")}) {
    EXPECT_EQ(refusal(store_, line),
              "line 2: got conversation \"V1\", expected one that exists or that an earlier line names");
  }
}

TEST_P(Import, WhatTheDomainRefusesNamesItsLine) {
  EXPECT_TRUE(
      refusal(store_,
              std::string(conversation_line) +
                  R"({"kind":"pageFilter","id":1,"searchFilter":"(","searchName":"","matchType":"regex"})")
          .starts_with("line 3: "));
  const auto zone = store_.import(replaced(full_bundle(), "\"UTC\"", "\"Mars/Olympus\""));
  ASSERT_FALSE(zone);
  EXPECT_TRUE(zone.error().public_text.starts_with("line 1: time zone is 'Mars/Olympus'"))
      << zone.error().public_text;
  EXPECT_FALSE(has_account(store_, 1));
}

TEST_P(Import, DatesThatAreNoneBecomeTheConversations) {
  const std::string lines =
      std::string(conversation_line) + label_line("a", "null") +
      label_line("b", "\"2020-00-00T00:00:00.000Z\"") +
      replaced(message_line(1, "0"), "\"2020-05-05T06:00:00.000Z\"", "null") +
      replaced(chat_line(""), "05-05T06", "02-30T06") +
      R"({"kind":"conversation","conversationID":"V2","date":"2020-05-05T05:05:05.005Z","last_visit":null})";
  const auto report = store_.import(bundle_of(lines));
  ASSERT_TRUE(report) << report.error().public_text;
  EXPECT_EQ(report->dates_replaced, 5);
  const std::string exported = store_.exported(1);
  constexpr std::string_view date = "\"2020-05-05T05:05:05.005Z\"";
  EXPECT_TRUE(contains(exported, R"("createdDate":)" + std::string(date) + R"(,"label":"a")"));
  EXPECT_TRUE(contains(exported, R"("createdDate":)" + std::string(date) + R"(,"label":"b")"));
  EXPECT_TRUE(contains(exported, R"("message":"x","date":)" + std::string(date)));
  EXPECT_TRUE(contains(exported, R"("startedAt":)" + std::string(date)));
  EXPECT_FALSE(contains(exported, "last_visit"));
}

TEST_P(Import, WhatAConversationDoesNotSayStays) {
  constexpr std::string_view bare =
      R"({"kind":"conversation","conversationID":"V1","date":"2020-05-05T05:05:05.005Z")";
  const auto with = [&](std::string_view keys) {
    return bundle_of(std::string(bare) + std::string(keys) + "}\n");
  };
  ASSERT_TRUE(store_.import(with("")));
  EXPECT_TRUE(contains(store_.exported(1), R"("browser":"Other 0.0.0","os":"Other 0.0.0","user_city":"")"));
  ASSERT_TRUE(store_.import(with(R"(,"browser":"Chrome 1.2.3","last_visit":"2021-01-01T00:00:00.000Z")")));
  ASSERT_TRUE(store_.import(with(R"(,"os":"")")));
  EXPECT_TRUE(contains(store_.exported(1),
                       R"("last_visit":"2021-01-01T00:00:00.000Z","browser":"Chrome 1.2.3","os":"")"));
  const std::int64_t number = store_.last_number(1);
  ASSERT_TRUE(store_.import(with("")));
  EXPECT_EQ(store_.last_number(1), number);
}

TEST_P(Import, UnknownKeysAreTold) {
  const auto report =
      store_.import(replaced(full_bundle(), "\"kind\":\"label\"", "\"kind\":\"label\",\"mood\":1"));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->unknown_keys, (UnknownKeys{{"label.mood", 1}}));
}

TEST_P(Import, AnAccountThatIsBeingFilledIsLeftAlone) {
  ASSERT_TRUE(store_.import(full_bundle()));
  store_.write([](store::WriteUnit& unit) { return account::set_state(unit, 1, account::State::filling); });
  const auto refused = store_.import(full_bundle());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::conflict);
}

TEST_P(Import, AnAccountRemovedMeanwhileTakesNothing) {
  ASSERT_TRUE(store_.import(full_bundle()));
  // The source speaks between the unit that looks for the account and the one that fills it.
  const auto source_of = [&](std::int64_t sid, account::State state) {
    return [this, sid, state, calls = 0]() mutable -> Result<std::optional<Record>> {
      ++calls;
      if (calls == 1) return Record(BundleHeader{sid, "Test", "UTC", {}});
      if (calls == 2) {
        std::thread([&] {
          store_.write([&](store::WriteUnit& unit) { return account::set_state(unit, sid, state); });
        }).join();
      }
      if (calls == 3) return std::nullopt;
      return Record(ConversationRecord{{"V9", {}}, {}, {}, {}, false, {}, {}, {}, {}, {}});
    };
  };
  const auto gone =
      base::block_on(import_account(store_.database(), source_of(5, account::State::removing), {}));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, base::ErrorCode::conflict);
  EXPECT_FALSE(has_account(store_, 5));
}

TEST_P(Import, ManySlicesAndProgress) {
  std::string lines(conversation_line);
  constexpr int messages = 12'000;
  for (int i = 1; i <= messages; ++i) lines += message_line(i, "0");
  std::vector<Progress> told;
  const auto report =
      store_.import(bundle_of(lines), {{}, [&](const Progress& progress) { told.push_back(progress); }});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->counts.messages.created, messages);
  ASSERT_GE(told.size(), messages / limits::progress_records);
  EXPECT_EQ(told.back().records, messages + 2);
  EXPECT_EQ(told.back().bytes, bundle_of(lines).size());
  EXPECT_EQ(told.back().total_bytes, bundle_of(lines).size());
  for (std::size_t i = 1; i < told.size(); ++i) EXPECT_GE(told[i].records, told[i - 1].records);
}

TEST_P(Import, FiltersThatComeLastAreBuiltBeforeTheAccountIsSeen) {
  const std::string filter =
      R"({"kind":"pageFilter","id":1,"searchFilter":"example","searchName":"E","matchType":"like"})"
      "\n";
  static const store::Sql matches(
      "SELECT count(*) FROM page_filter_match m JOIN page_filter f ON f.sid = m.sid AND f.filter_id = "
      "m.filter_id "
      "AND f.served_generation = m.generation AND f.building_generation = 0 WHERE m.sid = ?1");
  ASSERT_TRUE(store_.import(bundle_of(std::string(conversation_line) + filter)));
  EXPECT_EQ(store_.number(matches, 1), 1);
  EXPECT_EQ(store_.last_number(1), 1);
  ASSERT_TRUE(store_.import(bundle_of(std::string(conversation_line)), {2, {}}));
  ASSERT_TRUE(store_.import(bundle_of(filter), {2, {}}));
  EXPECT_EQ(store_.number(matches, 2), 1);
}

}  // namespace
}  // namespace parley::transfer
