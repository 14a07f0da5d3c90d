#include "store/sqlite_connection.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "base/limits.hpp"
#include "store/store_files.hpp"
#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

class ConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_private_file(path_));
    auto opened = SqliteConnection::open(path_, "", ConnectionRole::writer);
    ASSERT_TRUE(opened);
    connection_ = *std::move(opened);
    ASSERT_TRUE(connection_->run_script("CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT UNIQUE) STRICT"));
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_ / "file.db";
  std::unique_ptr<SqliteConnection> connection_;
};

const Sql insert("INSERT INTO t (n, s) VALUES (?1, ?2)");
const Sql select_all("SELECT n FROM t ORDER BY n");

TEST_F(ConnectionTest, KeepsOneStatementForEachSql) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(connection_->execute(insert, bind(i, std::to_string(i))));
  int rows = 0;
  ASSERT_TRUE(connection_->query(select_all, {}, [&rows](const Row&) { ++rows; }));
  EXPECT_EQ(rows, 10);
  EXPECT_EQ(connection_->kept_statements(), 2U);
}

TEST_F(ConnectionTest, AReaderMayHaveEnoughRows) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(connection_->execute(insert, bind(i, std::to_string(i))));
  std::vector<std::int64_t> seen;
  const auto three = [&seen](const Row& row) {
    seen.push_back(row.integer(0));
    return seen.size() < 3;
  };
  ASSERT_TRUE(connection_->query(select_all, {}, three));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2}));
  seen.clear();
  ASSERT_TRUE(connection_->query(select_all, {}, three));
  EXPECT_EQ(seen.size(), 3U);
}

TEST_F(ConnectionTest, NeverTakesAnotherTextForItsOwn) {
  // What `static const` forbids: another text where one lay before.
  std::optional<Sql> here(std::in_place, "SELECT 1");
  std::int64_t found = 0;
  const auto note = [&found](const Row& row) { found = row.integer(0); };
  ASSERT_TRUE(connection_->query(*here, {}, note));
  EXPECT_EQ(found, 1);
  here.emplace("SELECT 2");
  ASSERT_TRUE(connection_->query(*here, {}, note));
  EXPECT_EQ(found, 2);
}

TEST_F(ConnectionTest, KeepsABoundedNumberOfStatements) {
  const std::string text = "SELECT 1";
  std::deque<Sql> many;
  for (std::size_t i = 0; i < limits::kept_statements + 10; ++i) {
    ASSERT_TRUE(connection_->query(many.emplace_back(text), {}, [](const Row&) {}));
    ASSERT_LE(connection_->kept_statements(), limits::kept_statements);
  }
}

TEST_F(ConnectionTest, StatementsOutliveAChangeOfTheSchema) {
  ASSERT_TRUE(connection_->execute(insert, bind(1, "a")));
  ASSERT_TRUE(connection_->run_script("ALTER TABLE t ADD COLUMN more TEXT"));
  ASSERT_TRUE(connection_->execute(insert, bind(2, "b")));
}

TEST_F(ConnectionTest, AnErrorNamesTheStatementAndNoValue) {
  ASSERT_TRUE(connection_->execute(insert, bind(1, "a secret")));
  const auto twice = connection_->execute(insert, bind(2, "a secret"));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, base::ErrorCode::internal);
  EXPECT_NE(twice.error().log_text.find("sqlite 2067"), std::string::npos) << twice.error().log_text;
  EXPECT_NE(twice.error().log_text.find("UNIQUE constraint failed: t.s"), std::string::npos);
  EXPECT_NE(twice.error().log_text.find("INSERT INTO t"), std::string::npos);
  EXPECT_EQ(twice.error().log_text.find("secret"), std::string::npos);
  EXPECT_EQ(twice.error().public_text, "an internal error in the store");
  // The statement is good for the next.
  EXPECT_TRUE(connection_->execute(insert, bind(2, "another")));
}

TEST_F(ConnectionTest, AnErrorThatQuotesAValueIsCutToItsKind) {
  static const Sql quoting("SELECT json_extract('{}', ?1)");
  const auto done = connection_->query(quoting, bind("my secret path"), [](const Row&) {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().log_text.find("secret"), std::string::npos) << done.error().log_text;
}

TEST_F(ConnectionTest, RefusesWhatWouldGoWrongSilently) {
  static const Sql two("SELECT 1; SELECT 2");
  static const Sql nothing("-- nothing");
  static const Sql returning("INSERT INTO t (n, s) VALUES (?1, ?2) RETURNING n");
  static const Sql quoted("SELECT \"no such column\"");
  const auto ignore = [](const Row&) {};
  EXPECT_FALSE(connection_->query(two, {}, ignore));
  EXPECT_FALSE(connection_->query(nothing, {}, ignore));
  EXPECT_FALSE(connection_->execute(insert, bind(1)));
  EXPECT_FALSE(connection_->execute(insert, bind(1, "a", "b")));
  EXPECT_FALSE(connection_->execute(returning, bind(1, "a")));
  EXPECT_FALSE(connection_->query(quoted, {}, ignore));
}

TEST_F(ConnectionTest, OneStatementAtATime) {
  ASSERT_TRUE(connection_->execute(insert, bind(1, "a")));
  bool refused = false;
  ASSERT_TRUE(connection_->query(select_all, {}, [&](const Row&) {
    refused = !connection_->execute(insert, bind(2, "b")).has_value();
  }));
  EXPECT_TRUE(refused);
  EXPECT_TRUE(connection_->execute(insert, bind(2, "b")));
}

TEST_F(ConnectionTest, AnEmptyTextIsNoNull) {
  static const Sql is_null("SELECT ?1 IS NULL, ?2 IS NULL, ?3 IS NULL");
  std::string seen;
  ASSERT_TRUE(connection_->query(
      is_null, store::bind(std::string_view(), Value::blob({}), std::optional<std::string>()),
      [&seen](const Row& row) {
        for (int i = 0; i < 3; ++i) seen += std::to_string(row.integer(i));
      }));
  EXPECT_EQ(seen, "001");
}

TEST_F(ConnectionTest, AWriterIsDurableAndAReaderCannotWrite) {
  static const Sql synchronous("PRAGMA synchronous");
  std::int64_t level = 0;
  ASSERT_TRUE(connection_->query(synchronous, {}, [&level](const Row& row) { level = row.integer(0); }));
  EXPECT_EQ(level, 2);
  auto reader = SqliteConnection::open(path_, "", ConnectionRole::reader);
  ASSERT_TRUE(reader);
  const auto refused = (*reader)->execute(insert, bind(1, "a"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
}

}  // namespace
}  // namespace parley::store
