#include "tests/support/postgres_cluster.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <filesystem>
#include <memory>
#include <string>

namespace parley::test_support {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

Connection connect(const std::string& url) {
  return {PQconnectdb(url.c_str()), &PQfinish};
}

TEST(PostgresCluster, AFreshDatabaseAnswers) {
  const std::string url = PostgresCluster::shared().fresh_database();
  EXPECT_EQ(ask(url, "SELECT 1"), "1");
  EXPECT_EQ(ask(url, "SELECT current_user"), "parley");
  EXPECT_EQ(ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
  EXPECT_EQ(ask(url, "SHOW server_encoding"), "UTF8");
  EXPECT_EQ(ask(url, "SHOW fsync"), "off");
}

TEST(PostgresCluster, EachDatabaseIsItsOwn) {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string first = cluster.fresh_database();
  ask(first, "CREATE TABLE note (text TEXT)");
  EXPECT_EQ(ask(cluster.fresh_database(), "SELECT to_regclass('note') IS NULL"), "t");
  const std::string copy = cluster.fresh_database(ask(first, "SELECT current_database()"));
  EXPECT_EQ(ask(copy, "SELECT count(*) FROM note"), "0");
}

TEST(PostgresCluster, ATemporaryDatabaseIsDroppedWhoeverIsConnected) {
  PostgresCluster& cluster = PostgresCluster::shared();
  auto database = std::make_unique<TemporaryDatabase>(cluster);
  const std::string name = ask(database->url(), "SELECT current_database()");
  const Connection left = connect(database->url());
  ASSERT_EQ(PQstatus(left.get()), CONNECTION_OK);
  database.reset();
  EXPECT_EQ(ask(cluster.url(), "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'"), "0");
}

TEST(PostgresCluster, AKilledOneComesBackWithWhatWasCommittedAndLeavesNothingBehind) {
  auto own = std::make_unique<PostgresCluster>(
      ClusterOptions{.durable = true, .tcp = true, .settings = {"max_connections=17"}});
  PostgresCluster& cluster = *own;
  const std::string url = cluster.fresh_database();
  EXPECT_EQ(ask(url, "SHOW fsync"), "on");
  EXPECT_EQ(ask(url, "SHOW max_connections"), "17");
  ask(url, "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept')");
  const Connection connection = connect(url);
  cluster.kill_now();
  const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQexec(connection.get(), "SELECT 1"), &PQclear);
  EXPECT_EQ(PQstatus(connection.get()), CONNECTION_BAD);
  EXPECT_NE(PQstatus(connect(url).get()), CONNECTION_OK);
  cluster.start();
  EXPECT_EQ(ask(url, "SELECT text FROM note"), "kept");
  EXPECT_NE(cluster.log().find("was not properly shut down"), std::string::npos);
  cluster.restart();
  EXPECT_EQ(ask(url, "SELECT text FROM note"), "kept");
  const std::string directory = cluster.directory();
  own.reset();
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(PostgresCluster, AStandbyFollowsAndTakesOver) {
  PostgresCluster primary;
  PostgresCluster standby({.settings = {}, .standby_of = &primary});
  EXPECT_EQ(ask(standby.url(), "SELECT pg_is_in_recovery()"), "t");
  ask(primary.url(), "SET synchronous_commit = remote_apply; CREATE TABLE note (text TEXT)");
  primary.kill_now();
  standby.promote();
  EXPECT_EQ(ask(standby.url(), "SELECT pg_is_in_recovery()"), "f");
  ask(standby.url(), "CREATE TABLE other (text TEXT)");
}

TEST(PostgresCluster, AFailureIsTheTests) {
  static PostgresCluster& cluster = PostgresCluster::shared();
  EXPECT_NONFATAL_FAILURE(ask(cluster.url("absent"), "SELECT 1"), "absent");
  EXPECT_NONFATAL_FAILURE(ask(cluster.url(), "SELECT nothing"), "nothing");
  static std::unique_ptr<PostgresCluster> broken;
  EXPECT_NONFATAL_FAILURE(
      broken = std::make_unique<PostgresCluster>(ClusterOptions{.settings = {"port=none"}}),
      "no PostgreSQL for this test");
  EXPECT_NONFATAL_FAILURE(static_cast<void>(broken->url()), "did not start");
}

}  // namespace
}  // namespace parley::test_support
