#include "tests/support/tcp_proxy.hpp"

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>

#include "tests/support/postgres_cluster.hpp"
#include "tests/support/socket.hpp"

namespace parley::test_support {
namespace {

using namespace std::chrono_literals;
using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A proxy before the shared cluster, and a database behind it.
class TcpProxyTest : public ::testing::Test {
 protected:
  PostgresCluster& cluster_ = PostgresCluster::shared();
  TemporaryDatabase database_{cluster_};
  TcpProxy proxy_{cluster_.socket_path()};
  std::string url_ = through(database_.url(), proxy_.port());

  [[nodiscard]] Connection connect() const { return {PQconnectdb(url_.c_str()), &PQfinish}; }

  static ExecStatusType run(const Connection& connection, const std::string& sql) {
    return PQresultStatus(Answer(PQexec(connection.get(), sql.c_str()), &PQclear).get());
  }

  /// Whether the server says something on this connection within that time.
  static bool hears(const Connection& connection, std::chrono::milliseconds within) {
    pollfd watched{PQsocket(connection.get()), POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(within.count())) == 1;
  }
};

TEST_F(TcpProxyTest, PassesEverythingOnBothWays) {
  const std::string long_text = ask(url_, "SELECT repeat('0123456789', 400000)");
  EXPECT_EQ(long_text.size(), 4'000'000U);
  EXPECT_EQ(ask(url_, "SELECT length('" + long_text + "')"), "4000000");
  EXPECT_EQ(proxy_.taken(), 2U);
  EXPECT_GT(proxy_.passed(Direction::to_client), 4'000'000U);
  EXPECT_GT(proxy_.passed(Direction::to_server), 4'000'000U);
}

TEST_F(TcpProxyTest, CutsInTheMiddleOfAnAnswer) {
  const Connection connection = connect();
  ASSERT_EQ(PQstatus(connection.get()), CONNECTION_OK);
  const std::uint64_t before = proxy_.passed(Direction::to_client);
  proxy_.cut_after(Direction::to_client, 1000);
  EXPECT_EQ(run(connection, "SELECT repeat('x', 100000)"), PGRES_FATAL_ERROR);
  EXPECT_EQ(PQstatus(connection.get()), CONNECTION_BAD);
  EXPECT_TRUE(proxy_.wait_for_cuts(1, 10s));
  EXPECT_EQ(proxy_.passed(Direction::to_client) - before, 1000U);
  EXPECT_EQ(ask(url_, "SELECT 'again'"), "again");
}

TEST_F(TcpProxyTest, CutsBetweenCommitAndItsAnswer) {
  ask(database_.url(), "CREATE TABLE note (text TEXT)");
  for (const Ending ending : {Ending::reset, Ending::end}) {
    const Connection connection = connect();
    ASSERT_EQ(PQstatus(connection.get()), CONNECTION_OK);
    proxy_.cut_after(Direction::to_client, 0, ending);
    EXPECT_EQ(run(connection, "INSERT INTO note VALUES ('committed')"), PGRES_FATAL_ERROR);
    EXPECT_EQ(PQstatus(connection.get()), CONNECTION_BAD);
  }
  EXPECT_TRUE(proxy_.wait_for_cuts(2, 10s));
  EXPECT_FALSE(proxy_.wait_for_cuts(3, 0ms));
  EXPECT_EQ(ask(database_.url(), "SELECT count(*) FROM note"), "2");
}

TEST_F(TcpProxyTest, CutsWhatTheClientSends) {
  ask(database_.url(), "CREATE TABLE note (text TEXT)");
  const Connection connection = connect();
  proxy_.cut_after(Direction::to_server, 20);
  EXPECT_EQ(run(connection, "INSERT INTO note VALUES ('never whole')"), PGRES_FATAL_ERROR);
  EXPECT_EQ(ask(database_.url(), "SELECT count(*) FROM note"), "0");
}

TEST_F(TcpProxyTest, CutsNow) {
  const Connection first = connect();
  const Connection second = connect();
  EXPECT_EQ(proxy_.open(), 2U);
  proxy_.cut();
  EXPECT_EQ(proxy_.open(), 0U);
  EXPECT_EQ(run(first, "SELECT 1"), PGRES_FATAL_ERROR);
  EXPECT_EQ(run(second, "SELECT 1"), PGRES_FATAL_ERROR);
}

TEST_F(TcpProxyTest, DelaysEachDirection) {
  const Connection connection = connect();
  for (const Direction direction : {Direction::to_server, Direction::to_client}) {
    proxy_.delay(direction, 150ms);
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(run(connection, "SELECT 1"), PGRES_TUPLES_OK);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 150ms);
    proxy_.delay(direction, 0ms);
  }
  EXPECT_EQ(run(connection, "SELECT 1"), PGRES_TUPLES_OK);
}

TEST_F(TcpProxyTest, GoesHalfOpen) {
  const Connection connection = connect();
  proxy_.go_silent();
  ASSERT_EQ(PQsendQuery(connection.get(), "SELECT 1"), 1);
  EXPECT_FALSE(hears(connection, 200ms));
  const Connection late(PQconnectStart(url_.c_str()), &PQfinish);
  // Not even the server's end goes through.
  ask(cluster_.url(), "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" +
                          std::string(PQdb(connection.get())) + "'");
  EXPECT_FALSE(hears(connection, 200ms));
  proxy_.speak();
  EXPECT_EQ(ask(url_, "SELECT 1"), "1");
  EXPECT_FALSE(hears(connection, 200ms));
  proxy_.cut();
  EXPECT_TRUE(hears(connection, 10s));
}

TEST_F(TcpProxyTest, RefusesAndAcceptsAgainAtTheSamePort) {
  const Connection old = connect();
  proxy_.refuse();
  EXPECT_EQ(PQstatus(connect().get()), CONNECTION_BAD);
  EXPECT_EQ(run(old, "SELECT 1"), PGRES_TUPLES_OK);
  proxy_.accept();
  EXPECT_EQ(ask(url_, "SELECT 1"), "1");
}

TEST_F(TcpProxyTest, PassesTheServersEndOn) {
  const Connection connection = connect();
  EXPECT_EQ(run(connection, "SELECT pg_terminate_backend(pg_backend_pid())"), PGRES_FATAL_ERROR);
  EXPECT_EQ(PQstatus(connection.get()), CONNECTION_BAD);
}

TEST(TcpProxyWithoutServer, ResetsWhoConnects) {
  TcpProxy proxy("127.0.0.1:" + std::to_string(port_of(bound_to(0))));
  const Socket client = connected_to("127.0.0.1:" + std::to_string(proxy.port()));
  char byte = 0;
  EXPECT_EQ(::recv(client.get(), &byte, 1, 0), -1);
  EXPECT_EQ(errno, ECONNRESET);
}

}  // namespace
}  // namespace parley::test_support
