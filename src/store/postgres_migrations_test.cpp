#include "store/postgres_migrations.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "store/sqlite_migrations.hpp"
#include "tests/support/postgres_cluster.hpp"

namespace parley::store {
namespace {

using base::ErrorCode;
using base::Result;
using test_support::ask;
using test_support::TemporaryDatabase;

constexpr std::array steps{
    EmbeddedFile{"0001_note.sql", "CREATE TABLE note (id BIGINT PRIMARY KEY);"},
    EmbeddedFile{"0002_more.sql", "INSERT INTO note VALUES (1); INSERT INTO note VALUES (2)"},
    EmbeddedFile{"0003_text.sql", "ALTER TABLE note ADD text TEXT NOT NULL DEFAULT 'a;b'"}};

Result<> migrate_at(const std::string& url, std::span<const EmbeddedFile> migrations) {
  PARLEY_TRY_ASSIGN(const auto connection, PostgresConnection::open(url));
  return base::run_immediate(migrate(*connection, migrations));
}

Result<std::int64_t> version_at(const std::string& url, std::int64_t newest) {
  PARLEY_TRY_ASSIGN(const auto connection, PostgresConnection::open(url));
  return base::run_immediate(store_version(*connection, newest));
}

TEST(PostgresMigrations, AnEmptyDatabaseIsBroughtToTheNewestVersion) {
  const TemporaryDatabase database;
  EXPECT_EQ(version_at(database.url(), 3), 0);
  ASSERT_TRUE(migrate_at(database.url(), steps).has_value());
  EXPECT_EQ(version_at(database.url(), 3), 3);
  EXPECT_EQ(ask(database.url(), "SELECT string_agg(id || text, ',' ORDER BY id) FROM note"), "1a;b,2a;b");
  ASSERT_TRUE(migrate_at(database.url(), steps).has_value());
  EXPECT_EQ(ask(database.url(), "SELECT count(*) FROM note"), "2");
}

TEST(PostgresMigrations, AnOlderStoreGoesOnWhereItStopped) {
  const TemporaryDatabase database;
  ASSERT_TRUE(migrate_at(database.url(), std::span(steps).first(2)).has_value());
  EXPECT_EQ(version_at(database.url(), 3), 2);
  ASSERT_TRUE(migrate_at(database.url(), steps).has_value());
  EXPECT_EQ(version_at(database.url(), 3), 3);
}

TEST(PostgresMigrations, OneThatFailsLeavesTheVersionBefore) {
  const TemporaryDatabase database;
  auto broken = steps;
  broken[2] = {"0003_broken.sql", "INSERT INTO note VALUES (3); SELECT nothing"};
  const auto failed = migrate_at(database.url(), broken);
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().public_text.find("0003_broken.sql"), std::string::npos)
      << failed.error().public_text;
  EXPECT_EQ(version_at(database.url(), 3), 2);
  EXPECT_EQ(ask(database.url(), "SELECT count(*) FROM note"), "2");
  EXPECT_TRUE(migrate_at(database.url(), steps).has_value());
}

TEST(PostgresMigrations, OneOutOfOrderIsRefused) {
  const TemporaryDatabase database;
  auto swapped = steps;
  swapped[1] = {"0003_more.sql", ""};
  EXPECT_FALSE(migrate_at(database.url(), swapped).has_value());
  EXPECT_EQ(version_at(database.url(), 3), 1);
}

TEST(PostgresMigrations, ManyWhoComeAtOnceDoItOnce) {
  const TemporaryDatabase database;
  std::vector<std::thread> all;
  std::array<bool, 6> good{};
  for (bool& one : good)
    all.emplace_back([&one, &database] { one = migrate_at(database.url(), steps).has_value(); });
  for (std::thread& one : all) one.join();
  for (const bool one : good) EXPECT_TRUE(one);
  EXPECT_EQ(ask(database.url(), "SELECT count(*) FROM note"), "2");
}

TEST(PostgresMigrations, ALaterStoreAndOtherProgramsTablesAreLeftAlone) {
  const TemporaryDatabase later;
  ASSERT_TRUE(migrate_at(later.url(), steps).has_value());
  const auto refused = migrate_at(later.url(), std::span(steps).first(2));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  const TemporaryDatabase others;
  ask(others.url(), "CREATE TABLE account (id BIGINT)");
  const auto foreign = migrate_at(others.url(), steps);
  ASSERT_FALSE(foreign.has_value());
  EXPECT_EQ(foreign.error().code, ErrorCode::conflict);
}

TEST(PostgresMigrations, ADatabaseThatIsNotInUtf8IsRefused) {
  const TemporaryDatabase database;
  const std::string name = "latin_" + std::to_string(::getpid());
  ask(database.url(), "CREATE DATABASE " + name + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const auto refused = migrate_at(test_support::PostgresCluster::shared().url(name), steps);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_NE(refused.error().public_text.find("LATIN1"), std::string::npos);
  ask(database.url(), "DROP DATABASE " + name);
}

TEST(PostgresMigrations, TheProgramsOwnHaveSqlitesNumbers) {
  const TemporaryDatabase database;
  EXPECT_EQ(postgres_migrations().size(), sqlite_migrations().size());
  ASSERT_TRUE(migrate_at(database.url(), postgres_migrations()).has_value());
  EXPECT_EQ(version_at(database.url(), 100), std::int64_t(postgres_migrations().size()));
}

}  // namespace
}  // namespace parley::store
