#include "store/postgres_connection.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.hpp"
#include "tests/support/postgres_cluster.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace parley::store {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using test_support::PostgresCluster;
using test_support::TemporaryDatabase;

const Sql make_note("CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT COLLATE \"C\" NOT NULL)");
const Sql insert_note("INSERT INTO note (id, text) VALUES (?1, ?2)");
const Sql count_notes("SELECT count(*) FROM note");
const Sql list_notes("SELECT id, text FROM note WHERE id >= ?1 ORDER BY id");
const Sql give_back("SELECT ?1::bigint, ?2::double precision, ?3::text, ?4::bytea");
const Sql begin_unit("BEGIN");
const Sql commit_unit("COMMIT");
const Sql undo_unit("ROLLBACK");

std::unique_ptr<PostgresConnection> connect(const std::string& url) {
  auto opened = PostgresConnection::open(url);
  EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().log_text);
  PARLEY_CHECK(opened.has_value());
  return *std::move(opened);
}

/// What the task gives; then the connection has no ties to this thread's loop.
template <typename T>
Task<T> rested(PostgresConnection& connection, Task<T> task) {
  T told = co_await task;
  connection.rest();
  co_return told;
}

/// On a thread with a scheduler when `on_loop`, else on one without.
template <typename T>
T finish(PostgresConnection& connection, Task<T> task, bool on_loop = true) {
  auto all = rested(connection, std::move(task));
  return on_loop ? base::block_on(std::move(all)) : base::run_immediate(std::move(all));
}

class PostgresConnectionTest : public ::testing::TestWithParam<bool> {
 protected:
  PostgresConnectionTest() { EXPECT_EQ(execute(make_note), 0); }

  std::int64_t execute(const Sql& sql, Values values = {}) {
    const auto done = finish(*connection_, connection_->execute(sql, values), GetParam());
    return done.value_or(-1);
  }
  std::int64_t count() {
    std::int64_t counted = -1;
    const auto done = finish(
        *connection_, connection_->query(count_notes, {}, [&](const Row& row) { counted = row.integer(0); }),
        GetParam());
    EXPECT_TRUE(done.has_value());
    return counted;
  }

  TemporaryDatabase database_;
  std::unique_ptr<PostgresConnection> connection_ = connect(database_.url());
};

INSTANTIATE_TEST_SUITE_P(Waiting, PostgresConnectionTest, ::testing::Bool(),
                         [](const auto& told) { return told.param ? "OnALoop" : "OnAThreadOfItsOwn"; });

TEST_P(PostgresConnectionTest, ValuesComeBackAsTheyWent) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  const std::string bytes("a\0\xff'\\", 5);
  const auto values = bind(least, -1.5e-300, "Zoë ?1 \n", Value::blob(bytes));
  int rows = 0;
  const auto done = finish(*connection_,
                           connection_->query(give_back, values,
                                              [&](const Row& row) {
                                                ++rows;
                                                EXPECT_EQ(row.integer(0), least);
                                                EXPECT_EQ(row.real(1), -1.5e-300);
                                                EXPECT_EQ(row.text(2), "Zoë ?1 \n");
                                                EXPECT_EQ(row.text(3), bytes);
                                                EXPECT_FALSE(row.is_null(2));
                                              }),
                           GetParam());
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(rows, 1);
  const auto nothing = bind(nullptr, nullptr, nullptr, nullptr);
  const auto told = finish(*connection_,
                           connection_->query(give_back, nothing,
                                              [](const Row& row) {
                                                for (int i = 0; i < 4; ++i) EXPECT_TRUE(row.is_null(i)) << i;
                                                EXPECT_EQ(row.integer(0), 0);
                                                EXPECT_EQ(row.real(1), 0);
                                                EXPECT_EQ(row.text(2), "");
                                              }),
                           GetParam());
  EXPECT_TRUE(told.has_value());
}

TEST_P(PostgresConnectionTest, RowsComeInOrderUntilTheSinkHasEnough) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(execute(insert_note, bind(i, "n" + std::to_string(i))), 1);
  std::string seen;
  const auto done = finish(*connection_,
                           connection_->query(list_notes, bind(3),
                                              [&seen](const Row& row) {
                                                seen += row.text(1);
                                                return row.integer(0) < 5;
                                              }),
                           GetParam());
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(seen, "n3n4n5");
  EXPECT_EQ(count(), 10);
}

TEST_P(PostgresConnectionTest, ALargeAnswerAndALargeValueGoThrough) {
  const std::string large(8 * 1024 * 1024, 'x');
  EXPECT_EQ(execute(insert_note, bind(1, large)), 1);
  std::size_t bytes = 0;
  const auto done =
      finish(*connection_,
             connection_->query(list_notes, bind(0), [&](const Row& row) { bytes = row.text(1).size(); }),
             GetParam());
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(bytes, large.size());
}

TEST_P(PostgresConnectionTest, WhatIsLeftIsDoneBeforeTheNextAnswer) {
  EXPECT_EQ(execute(begin_unit), 0);
  for (int i = 0; i < 500; ++i) {
    // The value's text is gone when the call returns.
    EXPECT_TRUE(
        finish(*connection_, connection_->leave(insert_note, bind(i, std::string(200, 'x'))), GetParam())
            .has_value());
  }
  EXPECT_GT(connection_->left_bytes(), 500U * 200);
  EXPECT_EQ(count(), 500);
  EXPECT_EQ(connection_->left_bytes(), 0U);
  EXPECT_TRUE(connection_->in_transaction());
  EXPECT_EQ(execute(undo_unit), 0);
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(count(), 0);
}

TEST_P(PostgresConnectionTest, WhatIsLeftAndFailsFailsTheNextAwaitedCall) {
  EXPECT_EQ(execute(insert_note, bind(1, "first")), 1);
  EXPECT_EQ(execute(begin_unit), 0);
  EXPECT_TRUE(finish(*connection_, connection_->leave(insert_note, bind(1, "private words")), GetParam())
                  .has_value());
  EXPECT_TRUE(
      finish(*connection_, connection_->leave(insert_note, bind(2, "second")), GetParam()).has_value());
  const auto failed = finish(*connection_, connection_->execute(insert_note, bind(3, "third")), GetParam());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::internal);
  EXPECT_NE(failed.error().log_text.find("23505"), std::string::npos) << failed.error().log_text;
  EXPECT_EQ(failed.error().log_text.find("private"), std::string::npos) << failed.error().log_text;
  EXPECT_TRUE(connection_->is_usable());
  EXPECT_TRUE(connection_->in_transaction());
  EXPECT_EQ(execute(commit_unit), 0);  // which a failed transaction takes as ROLLBACK
  EXPECT_EQ(count(), 1);
}

TEST_P(PostgresConnectionTest, AStatementThatCannotBePreparedLeavesTheConnectionWhole) {
  const Sql broken("SELECT no_such_column FROM note");
  const auto failed = finish(*connection_, connection_->execute(broken, {}), GetParam());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::internal);
  EXPECT_NE(failed.error().log_text.find("no_such_column"), std::string::npos) << failed.error().log_text;
  const Sql unreadable("SELECT 1.5::numeric");
  const auto refused =
      finish(*connection_, connection_->query(unreadable, {}, [](const Row&) {}), GetParam());
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().log_text.find("1700"), std::string::npos) << refused.error().log_text;
  EXPECT_EQ(count(), 0);
}

TEST_P(PostgresConnectionTest, ValuesThatDoNotFitAreRefused) {
  for (const auto& values : {std::vector<Value>{1}, std::vector<Value>{1, "a", "b"},
                             std::vector<Value>{"1", "a"}, std::vector<Value>{1, 2}}) {
    const auto refused = finish(*connection_, connection_->execute(insert_note, values), GetParam());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::internal);
  }
  EXPECT_TRUE(connection_->is_usable());
  EXPECT_EQ(count(), 0);
}

TEST_P(PostgresConnectionTest, ScriptsRunBetweenStatements) {
  EXPECT_TRUE(finish(*connection_, connection_->leave(insert_note, bind(1, "left")), GetParam()).has_value());
  const auto done =
      finish(*connection_,
             connection_->run_script("INSERT INTO note VALUES (2, 'a;b'); SELECT 1; UPDATE note SET "
                                     "text = 'c' WHERE id = 1;"),
             GetParam());
  EXPECT_TRUE(done.has_value()) << done.error().log_text;
  EXPECT_EQ(count(), 2);
  const auto failed =
      finish(*connection_, connection_->run_script("SELECT 1; SELECT nothing; SELECT 2"), GetParam());
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().log_text.find("nothing"), std::string::npos);
  EXPECT_TRUE(connection_->is_usable());
  EXPECT_EQ(count(), 2);
}

TEST_P(PostgresConnectionTest, KeptStatementsAreBoundedAndTakenByTheirText) {
  for (std::size_t i = 0; i < limits::kept_statements + 10; ++i) {
    // Where the one before lay, lies another text.
    const std::string text = "SELECT " + std::to_string(i) + "::bigint";
    const Sql sql(text);
    std::int64_t told = -1;
    ASSERT_TRUE(finish(*connection_,
                       connection_->query(sql, {}, [&](const Row& row) { told = row.integer(0); }),
                       GetParam())
                    .has_value());
    ASSERT_EQ(told, std::int64_t(i));
    ASSERT_LE(connection_->kept_statements(), limits::kept_statements);
  }
}

TEST_P(PostgresConnectionTest, AServerProcessThatIsEndedMakesTheConnectionUseless) {
  test_support::ask(database_.url(), "SELECT pg_terminate_backend(" +
                                         std::to_string(connection_->server_process()) + ", 20000)");
  for (int i = 0; i < 2; ++i) {
    const auto failed = finish(*connection_, connection_->execute(insert_note, bind(1, "x")), GetParam());
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
  }
  EXPECT_FALSE(connection_->is_usable());
}

TEST(PostgresConnection, ACutInTheMiddleOfAPipelineIsToldAsUnavailable) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const TemporaryDatabase database(cluster);
  test_support::TcpProxy proxy(cluster.socket_path());
  const auto connection = connect(test_support::through(database.url(), proxy.port()));
  ASSERT_TRUE(finish(*connection, connection->execute(make_note, {})).has_value());
  ASSERT_TRUE(finish(*connection, connection->execute(insert_note, bind(0, "before"))).has_value());
  proxy.cut_after(test_support::Direction::to_server, 40'000);
  const auto cut = [&]() -> Task<Result<std::int64_t>> {
    for (int i = 1; i < 1000; ++i) {
      auto left = co_await connection->leave(insert_note, bind(i, std::string(100, 'x')));
      if (!left) co_return base::fail(std::move(left).error());
    }
    co_return co_await connection->execute(insert_note, bind(1000, "last"));
  };
  const auto failed = finish(*connection, cut());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(connection->is_usable());
  // One round is one transaction: nothing of it is there.
  EXPECT_EQ(test_support::ask(database.url(), "SELECT count(*) FROM note"), "1");
}

TEST(PostgresConnection, ACallThatIsGivenUpHalfWayMakesTheConnectionUseless) {
  const TemporaryDatabase database;
  const auto connection = connect(database.url());
  const Sql one("SELECT 1::bigint");
  base::RunLoop loop;
  bool dropped = false;
  loop.post([&] {
    auto task = connection->execute(one, {});
    ASSERT_FALSE(task.await_ready());
    EXPECT_TRUE(task.await_suspend(std::noop_coroutine()));
    EXPECT_FALSE(connection->is_usable());
    dropped = true;
  });
  loop.run_until([&] { return dropped; });
  // What the server says now wakes nobody.
  bool waited = false;
  const auto other = connect(database.url());
  loop.post([&] {
    base::spawn([](PostgresConnection& asked, const Sql& sql, bool& done) -> Task<void> {
      auto told = co_await asked.execute(sql, {});
      EXPECT_TRUE(told.has_value());
      asked.rest();
      done = true;
    }(*other, one, waited));
  });
  loop.run_until([&] { return waited; });
  EXPECT_FALSE(connection->is_usable());
  const auto refused = base::run_immediate(connection->execute(one, {}));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

TEST(PostgresConnection, AddressesThatCannotBeReadOrReachedSaySo) {
  const auto unread = PostgresConnection::open("postgres://user:secret@host:notaport/x?nonsense=1");
  ASSERT_FALSE(unread.has_value());
  EXPECT_EQ(unread.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ((unread.error().public_text + unread.error().log_text).find("secret"), std::string::npos);
  const auto closed = PostgresConnection::open("postgres://user:secret@127.0.0.1:1/x");
  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(closed.error().code, ErrorCode::unavailable);
  EXPECT_EQ((closed.error().public_text + closed.error().log_text).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace parley::store
