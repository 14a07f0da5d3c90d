#include "agent/agent.hpp"

#include <gtest/gtest.h>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"

namespace parley::agent {
namespace {

using base::ErrorCode;
using base::Result;
using store::Unit;
using store::WriteUnit;

class AgentTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.make_account(7));
    ASSERT_TRUE(store_.make_account(8));
  }

  Result<bool> keep(Agent agent, std::int64_t sid = 7) {
    return store_.write([&agent, sid](WriteUnit& unit) { return put(unit, sid, agent); });
  }
  Result<> take_away(std::int64_t agent_id) {
    return store_.write([agent_id](WriteUnit& unit) { return remove(unit, 7, agent_id); });
  }
  std::optional<Agent> found(std::int64_t agent_id, std::int64_t sid = 7) {
    return store_.read([=](Unit& unit) { return find(unit, sid, agent_id); }).value_or(std::nullopt);
  }
  std::optional<std::int64_t> by_email(std::string_view email) {
    return store_.read([email](Unit& unit) { return find_by_email(unit, 7, email); }).value_or(-1);
  }
  std::optional<std::int64_t> removed_by_name(std::string_view name) {
    return store_.read([name](Unit& unit) { return find_removed_by_name(unit, 7, name); }).value_or(-1);
  }
  std::int64_t count() {
    return store_.read([](Unit& unit) { return change::count_of(unit, 7, change::Kind::agent); })
        .value_or(-1);
  }
  std::int64_t changes() {
    return store_.read([](Unit& unit) { return change::last_number(unit, 7); }).value_or(-1);
  }

  account::testing::TestStore store_{{{"counters", &account::save_counters}, {"changes", &change::append}},
                                     GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, AgentTest, ::testing::Bool(), account::testing::store_kind);

Agent example(std::int64_t id = 0) {
  Agent agent;
  agent.agent_id = id;
  agent.name = "\xC3\x85sa \"O'Neill\"";
  agent.email = "asa@example.org";
  agent.picture = "https://example.org/asa.png";
  agent.last_active_at = base::from_epoch_ms(1'700'000'000'123);
  agent.department = "Support";
  agent.is_back_office = true;
  agent.groups = "Sales,Support";
  return agent;
}

TEST_P(AgentTest, WhatWasPutIsFoundWhole) {
  ASSERT_EQ(keep(example(5)), true);
  EXPECT_EQ(found(5), example(5));
  EXPECT_FALSE(found(6));
  EXPECT_FALSE(found(5, 8));

  Agent bare;
  bare.agent_id = 6;
  ASSERT_EQ(keep(bare), true);
  EXPECT_EQ(found(6), bare);
}

TEST_P(AgentTest, TheSameAgainChangesNothing) {
  ASSERT_EQ(keep(example(5)), true);
  const std::int64_t before = changes();
  EXPECT_EQ(keep(example(5)), false);
  EXPECT_EQ(changes(), before);
  Agent renamed = example(5);
  renamed.name = "Other";
  EXPECT_EQ(keep(renamed), true);
  EXPECT_EQ(changes(), before + 1);
  EXPECT_EQ(found(5), renamed);
}

TEST_P(AgentTest, NewIdsComeAfterThoseFromOutside) {
  ASSERT_EQ(keep(example(5)), true);
  ASSERT_EQ(keep(example()), true);
  EXPECT_TRUE(found(6));
}

TEST_P(AgentTest, RemovedStaysAsARecord) {
  ASSERT_EQ(keep(example(5)), true);
  ASSERT_TRUE(take_away(5));
  Agent removed = example(5);
  removed.is_removed = true;
  EXPECT_EQ(found(5), removed);
  for (const std::int64_t id : {5, 6}) {
    const auto again = take_away(id);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::not_found);
  }
}

TEST_P(AgentTest, TheCountIsOfThoseNotRemoved) {
  Agent removed = example(4);
  removed.is_removed = true;
  ASSERT_EQ(keep(removed), true);
  EXPECT_EQ(count(), 0);
  ASSERT_EQ(keep(example(5)), true);
  ASSERT_EQ(keep(example(6)), true);
  EXPECT_EQ(count(), 2);
  ASSERT_TRUE(take_away(5));
  EXPECT_EQ(count(), 1);
  removed.is_removed = false;
  ASSERT_EQ(keep(removed), true);
  EXPECT_EQ(count(), 2);
  removed.is_removed = true;
  ASSERT_EQ(keep(removed), true);
  EXPECT_EQ(count(), 1);
  removed.name = "Other";
  ASSERT_EQ(keep(removed), true);
  EXPECT_EQ(count(), 1);
}

TEST_P(AgentTest, AnEmailNamesWhoIsThereBeforeWhoIsGone) {
  Agent gone = example(3);
  gone.is_removed = true;
  ASSERT_EQ(keep(gone), true);
  EXPECT_EQ(by_email("asa@example.org"), 3);
  ASSERT_EQ(keep(example(9)), true);
  ASSERT_EQ(keep(example(8)), true);
  EXPECT_EQ(by_email("asa@example.org"), 8);
  EXPECT_FALSE(by_email("ASA@example.org"));
  EXPECT_FALSE(by_email(""));
}

TEST_P(AgentTest, ARemovedAgentIsFoundByName) {
  ASSERT_EQ(keep(example(2)), true);
  EXPECT_FALSE(removed_by_name(example().name));
  for (const std::int64_t id : {9, 4}) {
    Agent gone = example(id);
    gone.is_removed = true;
    ASSERT_EQ(keep(gone), true);
  }
  EXPECT_EQ(removed_by_name(example().name), 4);
}

TEST_P(AgentTest, ListGoesOnAfterAnId) {
  for (const std::int64_t id : {10, 2, 30}) ASSERT_EQ(keep(example(id)), true);
  ASSERT_TRUE(take_away(10));
  const auto ids = [this](std::int64_t after, int limit) {
    const auto agents = store_.read([=](Unit& unit) { return list(unit, 7, after, limit); });
    std::vector<std::int64_t> out;
    for (const Agent& agent : agents.value_or(std::vector<Agent>())) out.push_back(agent.agent_id);
    return out;
  };
  EXPECT_EQ(ids(0, 10), (std::vector<std::int64_t>{2, 10, 30}));
  EXPECT_EQ(ids(0, 2), (std::vector<std::int64_t>{2, 10}));
  EXPECT_EQ(ids(10, 2), (std::vector<std::int64_t>{30}));
  EXPECT_TRUE(ids(30, 2).empty());
}

TEST_P(AgentTest, BadFieldsAreRefused) {
  const auto refused = [this](auto&& spoil) {
    Agent agent = example(5);
    spoil(agent);
    const auto made = keep(agent);
    return made ? ErrorCode::internal : made.error().code;
  };
  EXPECT_EQ(refused([](Agent& one) { one.agent_id = -1; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Agent& one) { one.agent_id = limits::id_end; }), ErrorCode::invalid_argument);
  for (std::string Agent::* text : {&Agent::name, &Agent::email, &Agent::department, &Agent::groups}) {
    EXPECT_EQ(refused([text](Agent& one) { (one.*text).assign(limits::short_text_bytes + 1, 'x'); }),
              ErrorCode::invalid_argument);
  }
  EXPECT_EQ(refused([](Agent& one) { one.picture.assign(limits::url_bytes + 1, 'x'); }),
            ErrorCode::invalid_argument);
  EXPECT_FALSE(found(5));

  Agent widest = example(limits::id_end - 1);
  for (std::string Agent::* text : {&Agent::name, &Agent::email, &Agent::department, &Agent::groups}) {
    (widest.*text).assign(limits::short_text_bytes, 'x');
  }
  widest.picture.assign(limits::url_bytes, 'x');
  EXPECT_EQ(keep(widest), true);
}

const store::Sql select_change(
    "SELECT kind * 1000 + action * 100 + CAST(key AS INTEGER) FROM change WHERE sid = 7 ORDER BY seq DESC");

TEST_P(AgentTest, TheLogNamesWhatHappened) {
  ASSERT_EQ(keep(example(5)), true);
  EXPECT_EQ(store_.number(select_change), 2105);
  Agent renamed = example(5);
  renamed.name = "Other";
  ASSERT_EQ(keep(renamed), true);
  EXPECT_EQ(store_.number(select_change), 2205);
  ASSERT_TRUE(take_away(5));
  EXPECT_EQ(store_.number(select_change), 2305);
}

}  // namespace
}  // namespace parley::agent
