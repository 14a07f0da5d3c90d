#include "transfer/remove.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "account/api_key.hpp"
#include "agent/agent.hpp"
#include "base/time.hpp"
#include "statistics/day_builder.hpp"
#include "transfer/account_tables.hpp"
#include "transfer/transfer_test_support.hpp"

namespace parley::transfer {
namespace {

using base::Result;
using base::Task;
using testing::bundle_of;
using testing::kept_sql;
using testing::TestStore;

const store::Sql select_tables(
    "SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND EXISTS "
    "(SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'sid')");

Task<Result<std::set<std::string>>> table_names(store::Unit& unit) {
  std::set<std::string> names;
  PARLEY_CO_TRY(
      co_await unit.query(select_tables, {}, [&](const store::Row& row) { names.emplace(row.text(0)); }));
  co_return names;
}

TEST(AccountTables, EveryTableOfTheSchemaIsCarriedOrListed) {
  TestStore store;
  std::set<std::string> listed = {"account"};
  for (const AccountTable& table : account_tables()) {
    EXPECT_TRUE(listed.emplace(table.name).second) << table.name;
    EXPECT_FALSE(table.note.empty()) << table.name;
    // The statement is of the table it stands beside.
    EXPECT_TRUE(table.delete_slice.text().starts_with("DELETE FROM " + std::string(table.name) + " "))
        << table.name;
  }
  EXPECT_EQ(listed, store.read<std::set<std::string>>(table_names));
}

std::string full_bundle() {
  std::string lines =
      R"({"kind":"agent","agentID":1,"agentName":"A","agentEmail":"a@example.org"}
{"kind":"pageFilter","id":1,"searchFilter":"example","searchName":"E","matchType":"like"}
)";
  for (int i = 1; i <= 1'500; ++i) {
    const std::string id = "V" + std::to_string(i);
    lines += R"({"kind":"conversation","conversationID":")" + id +
             R"(","date":"2020-01-01T00:00:00.000Z","exitPage":"https://example.org/)" + id + "\"}\n";
    lines += R"({"kind":"message","id":)" + std::to_string(i) + R"(,"conversationID":")" + id +
             R"(","from":"A","message":"x","date":"2020-01-01T00:00:00.000Z","agentID":1})" + "\n";
    lines += R"({"kind":"tag","type":1,"tag":"t","conversationID":")" + id +
             R"(","createdDate":"2020-01-01T00:00:00.000Z"})" + "\n";
    lines += R"({"kind":"label","label":"l","conversationID":")" + id +
             R"(","createdDate":"2020-01-01T00:00:00.000Z"})" + "\n";
    lines += R"({"kind":"card","dataID":"1","data":"","conversationID":")" + id +
             R"(","createdDate":"2020-01-01T00:00:00.000Z","updatedDate":"2020-01-01T00:00:00.000Z"})" + "\n";
    lines += R"({"kind":"chat","agentName":"A","channel":")" + id +
             R"(","startedAt":"2020-01-01T00:00:00.000Z"})" + "\n";
  }
  return bundle_of(lines);
}

/// How many rows of the account each listed table has, in the list's order.
Task<Result<std::vector<std::int64_t>>> count_rows(store::Unit& unit, std::int64_t sid) {
  std::vector<std::int64_t> rows;
  for (const AccountTable& table : account_tables()) {
    const store::Sql& count = kept_sql("SELECT count(*) FROM " + std::string(table.name) + " WHERE sid = ?1");
    PARLEY_CO_TRY(co_await unit.query(count, store::bind(sid),
                                      [&](const store::Row& row) { rows.push_back(row.integer(0)); }));
  }
  co_return rows;
}

std::vector<std::int64_t> rows_of(TestStore& store, std::int64_t sid) {
  return store.read<std::vector<std::int64_t>>([sid](store::Unit& unit) { return count_rows(unit, sid); });
}

TEST(RemoveAccount, TakesAllOfItAndNothingElse) {
  TestStore store;
  ASSERT_TRUE(store.import(full_bundle()));
  ASSERT_TRUE(store.import(full_bundle(), {2, {}}));
  // A key and a row in the change log, which no bundle brings.
  store.write([](store::WriteUnit& unit) -> Task<Result<>> {
    account::ApiKey key;
    key.scopes = {"chat:read"};
    PARLEY_CO_TRY(co_await account::create_key(unit, 1, key));
    agent::Agent agent;
    agent.name = "B";
    PARLEY_CO_TRY(co_await agent::put(unit, 1, agent));
    co_return Result<>{};
  });
  const statistics::Day day = *base::parse_date("2020-01-01");
  statistics::BlockFileWriter writer(store.database().files());
  for (const std::int64_t sid : {1, 2}) {
    EXPECT_TRUE(base::block_on(statistics::build_day(store.database(), writer, sid, day)).value());
  }
  EXPECT_EQ(store.database().files().list().size(), 2U);
  const auto before = rows_of(store, 1);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_GT(before[i], 0) << account_tables()[i].name;
  const auto other = rows_of(store, 2);
  const std::string other_bundle = store.exported(2);

  ASSERT_TRUE(base::block_on(remove_account(store.database(), 1)));
  for (const std::int64_t count : rows_of(store, 1)) EXPECT_EQ(count, 0);
  const auto gone =
      store.read<std::optional<account::Account>>([](store::Unit& unit) { return account::find(unit, 1); });
  EXPECT_FALSE(gone);
  EXPECT_EQ(rows_of(store, 2), other);
  const auto files = store.database().files().list();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_TRUE(files[0].name.starts_with("2-")) << files[0].name;
  EXPECT_EQ(testing::body_of(store.exported(2)), testing::body_of(other_bundle));
}

TEST(RemoveAccount, OneThatIsNotThereIsNotFound) {
  TestStore store;
  const auto removed = base::block_on(remove_account(store.database(), 7));
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, base::ErrorCode::not_found);
}

TEST(RemoveUnfinished, TakesWhatIsNotWhole) {
  TestStore store;
  for (std::int64_t sid = 1; sid <= 4; ++sid) {
    ASSERT_TRUE(store.import(
        bundle_of(R"({"kind":"conversation","conversationID":"V1","date":"2020-01-01T00:00:00Z"})"),
        {sid, {}}));
  }
  store.write([](store::WriteUnit& unit) { return account::set_state(unit, 2, account::State::filling); });
  store.write([](store::WriteUnit& unit) { return account::set_state(unit, 3, account::State::removing); });
  const auto removed = base::block_on(remove_unfinished(store.database()));
  ASSERT_TRUE(removed);
  EXPECT_EQ(*removed, (std::vector<std::int64_t>{2, 3}));
  for (const std::int64_t sid : {2, 3}) {
    for (const std::int64_t count : rows_of(store, sid)) EXPECT_EQ(count, 0);
  }
  EXPECT_TRUE(store.exported(1).find("V1") != std::string::npos);
  EXPECT_TRUE(store.exported(4).find("V1") != std::string::npos);
  const auto again = base::block_on(remove_unfinished(store.database()));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
}

TEST(RemoveAccount, SlicesAreFoundByTheirKey) {
  // A slice that scans its table costs the square of the account.
  TestStore store;
  struct Plan {
    static Task<Result<std::string>> of(store::Unit& unit, const store::Sql& sql) {
      std::string plan;
      PARLEY_CO_TRY(co_await unit.query(
          sql, store::bind(1, 1), [&](const store::Row& row) { plan += std::string(row.text(3)) + "\n"; }));
      co_return plan;
    }
  };
  for (const AccountTable& table : account_tables()) {
    const store::Sql& sql = kept_sql("EXPLAIN QUERY PLAN " + std::string(table.delete_slice.text()));
    const auto plan = store.read<std::string>([&sql](store::Unit& unit) { return Plan::of(unit, sql); });
    EXPECT_EQ(plan.find("SCAN"), std::string::npos) << table.name << "\n" << plan;
  }
}

}  // namespace
}  // namespace parley::transfer
