#include "app/open_store.hpp"

#include <gtest/gtest.h>

#include <random>

#include "account/account.hpp"
#include "agent/agent.hpp"
#include "change/change.hpp"
#include "check/check.hpp"
#include "conversation/chat.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "store/store_test_support.hpp"
#include "visitor/visitor.hpp"

namespace parley::app {
namespace {

using base::Result;
using base::Task;
using store::Priority;
using store::WriteUnit;

constexpr std::int64_t sid = 7;
constexpr std::int64_t agent_id_of_ann = 3;
constexpr std::uint32_t conversations = 12;

Task<Result<>> make_account(WriteUnit& unit) {
  account::Account account;
  account.sid = sid;
  account.name = "Example";
  PARLEY_CO_TRY(co_await account::create(unit, account));
  agent::Agent ann;
  ann.agent_id = agent_id_of_ann;
  ann.name = "Ann";
  PARLEY_CO_TRY(co_await agent::put(unit, sid, ann));
  co_return co_await change::begin_log(unit, sid);
}

Task<Result<>> begin_conversation(WriteUnit& unit, std::string id) {
  const conversation::Conversation made{id, unit.began_at()};
  PARLEY_CO_TRY(co_await conversation::put(unit, sid, made));
  conversation::Chat chat;
  chat.conversation_id = id;
  chat.started_at = unit.began_at();
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, sid, chat));
  co_return Result<>{};
}

/// Makes the conversation too where it is not there.
Task<Result<>> write_message(WriteUnit& unit, std::string id, std::optional<std::int64_t> agent_id) {
  PARLEY_CO_TRY_ASSIGN(const auto known, co_await conversation::find(unit, sid, id));
  if (!known) PARLEY_CO_TRY(co_await begin_conversation(unit, id));
  conversation::Message message;
  message.conversation_id = id;
  message.sender = "Ann";
  message.text = "Hello";
  message.sent_at = unit.began_at();
  message.agent_id = agent_id;
  PARLEY_CO_TRY(co_await conversation::put_message(unit, sid, std::move(message)));
  co_return Result<>{};
}

/// A further message of a visitor: asks the store for nothing that is remembered.
Task<Result<>> write_on(WriteUnit& unit, std::string id, bool fails) {
  conversation::Message message;
  message.conversation_id = id;
  message.sender = id;
  message.text = "And again";
  message.sent_at = unit.began_at();
  message.agent_id = 0;
  PARLEY_CO_TRY(co_await conversation::put_message(unit, sid, std::move(message)));
  if (fails) co_return base::fail(base::ErrorCode::conflict, "no");
  co_return Result<>{};
}

Task<Result<>> put_label(WriteUnit& unit, std::string id, std::string label) {
  const visitor::Label made{unit.began_at(), label};
  PARLEY_CO_TRY(co_await visitor::put_label(unit, sid, id, made));
  co_return Result<>{};
}

Task<Result<std::int64_t>> last_number(store::Unit& unit) {
  auto number = co_await change::last_number(unit, sid);
  co_return number;
}

class OpenStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    location_.directory = directory_.path();
    database_ = open_store(location_, store::Access::read_write).value();
    ASSERT_TRUE(store::testing::write(*database_, &make_account));
  }

  /// One write of a kind by chance.
  void ask_one(store::testing::Asker& asker, std::mt19937& random) {
    const std::string id = "V" + std::to_string(random() % conversations);
    const std::uint32_t kind = random() % 16;
    if (kind == 0) {
      const std::string label = std::to_string(random() % 5);
      const auto body = [id, label](WriteUnit& unit) { return put_label(unit, id, label); };
      asker.ask(database_->write(random() % 2 == 0 ? Priority::message : Priority::ordinary, body));
    } else if (kind < 4) {
      const std::optional<std::int64_t> agent_id(kind == 1 ? agent_id_of_ann : 0);
      const auto body = [id, agent_id](WriteUnit& unit) { return write_message(unit, id, agent_id); };
      asker.ask(database_->write(kind == 3 ? Priority::bulk : Priority::message, body));
    } else {
      const bool fails = kind == 4;
      const auto body = [id, fails](WriteUnit& unit) { return write_on(unit, id, fails); };
      asker.ask(database_->write(Priority::message, body));
    }
  }

  store::testing::TemporaryDirectory directory_;
  store::Location location_;
  std::unique_ptr<store::Database> database_;
};

TEST_F(OpenStoreTest, WhatGroupsOfMessagesWriteKeepsEveryClaim) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 12; ++round) {
    store::testing::Gate gate;
    store::testing::Asker asker;
    asker.ask(database_->write(Priority::message, gate.body()));
    asker.then([&] { gate.wait_until_reached(); });
    for (int i = 0; i < 60; ++i) ask_one(asker, random);
    asker.then([&] { gate.open(); });
    asker.finish();
    EXPECT_GT(asker.good(), 1U);
  }
  const auto report = base::block_on(check::check_store(*database_, location_, {})).value();
  EXPECT_TRUE(report.is_clean()) << report.text();
  EXPECT_GT(report.messages, 100);
  const auto number = base::block_on(store::read_value<std::int64_t>(*database_, &last_number));
  EXPECT_GT(number.value_or(0), report.messages);
}

}  // namespace
}  // namespace parley::app
