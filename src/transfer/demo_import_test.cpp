#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "account/account.hpp"
#include "base/task.hpp"
#include "transfer/demo.hpp"
#include "transfer/demo_test_support.hpp"
#include "transfer/import.hpp"
#include "transfer/transfer_test_support.hpp"

namespace parley::transfer {
namespace {

constexpr DemoOptions options = {.sid = 5, .conversations = 200, .seed = 3};

base::Result<ImportReport> make_demo(testing::TestStore& store) {
  return base::block_on(import_account(store.database(), DemoGenerator(options), {}));
}

TEST(DemoImport, TheStoreTakesItAndASecondTimeChangesNothing) {
  testing::TestStore store;
  const auto first = make_demo(store);
  ASSERT_TRUE(first) << first.error().public_text << first.error().log_text;
  EXPECT_EQ(first->counts.conversations.created, options.conversations);
  EXPECT_EQ(first->agents_made, 0U);
  const std::int64_t number = store.last_number(options.sid);

  const auto second = make_demo(store);
  ASSERT_TRUE(second) << second.error().public_text << second.error().log_text;
  EXPECT_EQ(second->counts.messages.same, first->counts.messages.created);
  EXPECT_EQ(second->counts.chats.same, first->counts.chats.created);
  EXPECT_EQ(store.last_number(options.sid), number);
}

TEST(DemoImport, ItsAccountLiesInSweden) {
  testing::TestStore store;
  ASSERT_TRUE(make_demo(store));
  const auto account = store.read<std::optional<account::Account>>(
      [](store::Unit& unit) { return account::find(unit, options.sid); });
  ASSERT_TRUE(account);
  EXPECT_EQ(account->name, "Norrsken Outdoor AB");
  EXPECT_EQ(account->timezone, "Europe/Stockholm");
  EXPECT_EQ(account->state, account::State::live);
}

TEST(DemoImport, FactsAreComputedFromItsMessages) {
  testing::TestStore store;
  ASSERT_TRUE(make_demo(store));
  std::int64_t answered = 0;
  std::int64_t ended = 0;
  for (const Record& record : testing::generate(options)) {
    const auto* chat = std::get_if<ChatRecord>(&record);
    ended += chat != nullptr && chat->ended_at ? 1 : 0;
    const auto* message = std::get_if<MessageRecord>(&record);
    answered += message != nullptr && message->message.agent_id > 0 ? 1 : 0;
  }
  static const store::Sql with_answer(
      "SELECT count(*) FROM chat_fact WHERE sid = ?1 AND response_time_ms IS NOT NULL AND agent_name IS NOT "
      "NULL");
  static const store::Sql all("SELECT count(*) FROM chat_fact WHERE sid = ?1");
  static const store::Sql agents_messages("SELECT count(*) FROM message WHERE sid = ?1 AND agent_id > 0");
  static const store::Sql matches("SELECT count(DISTINCT filter_id) FROM page_filter_match WHERE sid = ?1");
  const std::int64_t facts = store.number(all, options.sid);
  EXPECT_GT(facts, static_cast<std::int64_t>(options.conversations));
  EXPECT_EQ(facts, ended + 3);
  EXPECT_GT(store.number(with_answer, options.sid), facts / 2);
  EXPECT_LT(store.number(with_answer, options.sid), facts);
  EXPECT_EQ(store.number(agents_messages, options.sid), answered);
  EXPECT_GT(store.number(matches, options.sid), 4);
}

}  // namespace
}  // namespace parley::transfer
