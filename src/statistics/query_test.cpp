#include "statistics/query.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.hpp"
#include "store/sqlite_migrations.hpp"
#include "store/store_test_support.hpp"

namespace parley::statistics {
namespace {

using base::Result;
using base::Task;
using store::Unit;
using store::WriteUnit;

/// The version of a store whose facts lay in the order in which they were written.
constexpr std::size_t version_before = 3;

Result<std::unique_ptr<store::SqliteDatabase>> open_at(
    const std::string& directory, std::size_t version = store::sqlite_migrations().size()) {
  return store::SqliteDatabase::open({directory, std::nullopt, ""}, store::Access::read_write,
                                     store::sqlite_migrations().first(version));
}

const store::Sql insert_fact(
    "INSERT INTO chat_fact (sid, chat_id, conversation_id, started_at, agent_id, agent_name, agent_email, "
    "referral, search_engine, exit_page, browser, os, city, country, labels, tags, duration_ms, rating, "
    "response_time_ms, updated_at) VALUES (7, ?1, 'V' || CAST(?1 AS BIGINT), ?2, ?3, ?3, NULL, 2, 0, 3, ?4, "
    "0, 4, 5, 6, 0, "
    "?5, NULL, ?6, 1)");
const store::Sql insert_text("INSERT INTO dictionary (sid, text_id, text) VALUES (7, ?1, ?2)");

/// Chats of the numbers from 1 on, the last of them first, each two with a browser that no other has.
Task<Result<>> insert_facts(WriteUnit& unit, std::int64_t chats) {
  for (std::int64_t id = 1; id < 100 + chats; ++id) {
    const std::string text = id == 6 ? R"(["a\"b"])" : "text " + std::to_string(id);
    PARLEY_CO_TRY(co_await unit.execute(insert_text, store::bind(id, text)));
  }
  for (std::int64_t id = chats; id > 0; --id) {
    std::optional<std::int64_t> agent;
    if (id % 3 == 0) agent = 1;
    std::optional<std::int64_t> duration;
    if (id % 2 == 0) duration = std::int64_t{1} << 60;
    const std::int64_t response_time = duration ? -id : id;
    PARLEY_CO_TRY(co_await unit.execute(
        insert_fact, store::bind(id, id * 1'000, agent, 100 + id / 2, duration, response_time)));
  }
  co_return Result<>{};
}

/// All that a row says, in one line.
std::string line_of(const FactRow& row) {
  const auto text = [](const std::optional<Text>& one) { return one ? std::string(one->text) : "null"; };
  const auto number = [](std::optional<std::int64_t> one) { return one ? std::to_string(*one) : "null"; };
  std::string line = std::to_string(row.chat_id);
  for (const std::string& part :
       {std::string(row.channel), std::to_string(base::epoch_ms(row.started_at)), number(row.agent_id),
        text(row.agent_name), text(row.agent_email), text(row.referral), text(row.search_engine),
        text(row.exit_page), text(row.browser), text(row.os), text(row.city), text(row.country),
        std::string(row.labels), std::string(row.tags), number(row.duration_ms), number(row.rating),
        number(row.response_time_ms)}) {
    line += "|" + part;
  }
  return line;
}

std::string expected_line(std::int64_t id) {
  const std::string number = std::to_string(id);
  return number + "|V" + number + "|" + number + "000|" + (id % 3 == 0 ? "1|text 1|" : "null|null|") +
         "null|text 2||text 3|text " + std::to_string(100 + id / 2) + "||text 4|text 5|[\"a\\\"b\"]||" +
         (id % 2 == 0 ? "1152921504606846976|null|-" : "null|null|") + number;
}

class QueryTest : public ::testing::Test {
 protected:
  void open(std::size_t version = store::sqlite_migrations().size()) {
    database_.reset();
    auto opened = open_at(directory_.path(), version);
    ASSERT_TRUE(opened) << opened.error().log_text;
    database_ = *std::move(opened);
  }
  void insert(std::int64_t chats) {
    const auto insert = [chats](WriteUnit& unit) { return insert_facts(unit, chats); };
    const auto done = base::block_on(database_->write(store::Priority::bulk, insert));
    ASSERT_TRUE(done) << done.error().log_text;
  }
  /// The rows of a query, asked for with a dictionary that knows nothing; each `refused`th is not taken the
  /// first time.
  std::vector<std::string> ask(Query query, std::size_t refused = 0) {
    query.sid = 7;
    query.to = base::last_timestamp;
    std::vector<std::string> lines;
    std::size_t offered = 0;
    std::optional<Position> position;
    Dictionary texts(7);
    const auto take = [&](const FactRow& row) {
      if (refused != 0 && ++offered % refused == 0) return false;
      lines.push_back(line_of(row));
      return true;
    };
    const auto read = [&](Unit& unit) { return batch(unit, query, texts, position, 10, take); };
    for (bool more = true; more;) {
      const auto result = base::block_on(store::read_value<bool>(*database_, read));
      EXPECT_TRUE(result) << result.error().log_text;
      more = result && *result;
    }
    return lines;
  }

  store::testing::TemporaryDirectory directory_;
  std::unique_ptr<store::SqliteDatabase> database_;
};

std::vector<std::string> expected_lines(std::int64_t chats, std::int64_t step = 1) {
  std::vector<std::string> lines;
  for (std::int64_t id = step; id <= chats; id += step) lines.push_back(expected_line(id));
  return lines;
}

TEST_F(QueryTest, GivesEachRowOnceAlsoWhereTextsAreMetInTheMidstOfAStatement) {
  open();
  constexpr std::int64_t chats = limits::rows_per_batch + 90;
  insert(chats);
  EXPECT_EQ(ask({}), expected_lines(chats));
  EXPECT_EQ(ask({}, 2), expected_lines(chats));
  EXPECT_EQ(ask({}, 7), expected_lines(chats));
  Query query;
  query.agent_ids = {1};
  EXPECT_EQ(ask(query), expected_lines(chats, 3));
  query.agent_ids = {1, 2};
  EXPECT_EQ(ask(query, 5), expected_lines(chats, 3));
  query.agent_ids.reset();
  query.channels = {"V9"};
  EXPECT_EQ(ask(query), std::vector{expected_line(9)});
}

TEST_F(QueryTest, FindsTheFactsOfAStoreFromBeforeTheyLayInOrder) {
  open(version_before);
  insert(20);
  open();
  EXPECT_EQ(ask({}), expected_lines(20));
  const auto change = [](WriteUnit& unit) -> Task<Result<>> {
    static const store::Sql sql(
        "UPDATE chat_fact SET tags = 7, started_at = 1 WHERE sid = 7 AND chat_id = 9");
    PARLEY_CO_TRY(co_await unit.execute(sql, {}));
    co_return Result<>{};
  };
  ASSERT_TRUE(base::block_on(database_->write(store::Priority::bulk, change)));
  const auto lines = ask({});
  ASSERT_EQ(lines.size(), 20U);
  EXPECT_TRUE(lines.front().starts_with("9|V9|1|")) << lines.front();
  EXPECT_NE(lines.front().find("|text 7|"), std::string::npos) << lines.front();
}

}  // namespace
}  // namespace parley::statistics
