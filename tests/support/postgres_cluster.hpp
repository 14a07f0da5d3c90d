#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What tests in C++ need from outside the program: a PostgreSQL of their own, and a network to it that fails
/// on demand (tcp_proxy.hpp). What goes wrong here is a failure of the running test, never a skip.
namespace parley::test_support {

class PostgresCluster;

/// What a cluster is made with; it holds for the cluster's whole life.
struct ClusterOptions {
  /// Waits for the disk. Without it nothing is synced: a kill loses nothing, a power cut everything.
  bool durable = false;
  /// Listens on a port of 127.0.0.1 too, and the URLs name that instead of the Unix socket.
  bool tcp = false;
  /// Settings of the server, each NAME=VALUE as in postgresql.conf but without quotes.
  std::vector<std::string> settings;
  /// A running cluster whose streaming standby this is to be; used while it is made, and not owned.
  const PostgresCluster* standby_of = nullptr;
};

/// A PostgreSQL 15 in a temporary directory, run as an unprivileged user by tests/support/postgres. Everybody
/// is let in as the superuser `parley`. When this process ends, however it does, the server is stopped and
/// the directory removed.
///
/// A call that fails adds a failure to the running test and says why. Members that start and stop are for one
/// thread at a time; the others may be called from any thread.
class PostgresCluster {
 public:
  /// The cluster that all tests of this process share: made at the first call, which takes a second or two,
  /// and gone when the process exits. Who stops it or changes its settings disturbs others; fault tests make
  /// their own.
  static PostgresCluster& shared();

  /// Makes a cluster and waits until it answers.
  explicit PostgresCluster(const ClusterOptions& options = {});
  /// Stops the cluster at once and removes its directory. Whoever is connected is cut off.
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  /// The URL of a database of this cluster, whether or not it is there or the cluster runs. The one that is
  /// always there is `postgres`.
  [[nodiscard]] std::string url(std::string_view database = "postgres") const;

  /// Makes a new database with a name of its own and gives its URL. It is a copy of the database `copied`, to
  /// which nobody may be connected meanwhile; of an empty one unless told otherwise. It goes with the
  /// cluster, or by `drop_database`: one takes about 8 MB of disk.
  [[nodiscard]] std::string fresh_database(std::string_view copied = "template1");
  /// Removes the database that this URL names, and cuts off who is connected to it.
  void drop_database(const std::string& database_url);

  /// Ends connections, writes everything down and stops. A cluster that does not run stays as it is.
  void stop();
  /// SIGKILL to the server and all its processes: clients see their connections end without a word, and the
  /// next start recovers from the log. On return all of them are gone.
  void kill_now();
  /// Starts a stopped or killed cluster, at the same URL; waits until it answers.
  void start();
  /// `stop` and `start`.
  void restart();
  /// Makes a standby a primary, and waits for that.
  void promote();

  /// The path of the cluster's Unix socket, for a TcpProxy in front of it. Not for a cluster with `tcp`.
  [[nodiscard]] std::string socket_path() const { return directory_ + "/.s.PGSQL.5432"; }
  /// The cluster's directory: `data`, the socket, and `log`.
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  /// What the server has logged so far.
  [[nodiscard]] std::string log() const;

 private:
  bool control(const std::string& arguments);

  std::string directory_;
  std::string url_;  // of the database `postgres`; empty when the cluster never started
  std::atomic<std::uint64_t> databases_ = 0;
  pid_t process_;
};

/// A database of its own for one test, dropped at its end.
class TemporaryDatabase {
 public:
  /// As `PostgresCluster::fresh_database`; the cluster must live longer.
  explicit TemporaryDatabase(PostgresCluster& cluster = PostgresCluster::shared(),
                             std::string_view copied = "template1")
      : cluster_(cluster), url_(cluster.fresh_database(copied)) {}
  ~TemporaryDatabase() { cluster_.drop_database(url_); }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }

 private:
  PostgresCluster& cluster_;
  std::string url_;
};

/// The same database at 127.0.0.1:`port`, where a TcpProxy stands in front of its cluster.
[[nodiscard]] std::string through(const std::string& database_url, std::uint16_t port);

/// Runs one statement on a connection of its own and gives the first column of its first row as text; nothing
/// when it has none. A failure is a failure of the test. Waits on the calling thread.
std::string ask(const std::string& database_url, const std::string& sql);

}  // namespace parley::test_support
