#include "tests/support/postgres_cluster.hpp"

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "base/error.hpp"

namespace parley::test_support {
namespace {

/// What a command printed, on stdout and stderr, without the last line's end.
struct Said {
  bool good = false;
  std::string text;
};

Said run_script(const std::string& arguments) {
  const std::string command = "'" PARLEY_POSTGRES_SCRIPT "' " + arguments + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return {false, "popen failed"};
  Said said;
  std::array<char, 4096> part{};
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe))
    said.text.append(part.data(), got);
  const int status = ::pclose(pipe);
  said.good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (said.text.ends_with('\n')) said.text.pop_back();
  return said;
}

std::string make_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "parley-postgres-XXXXXX").string();
  PARLEY_CHECK(::mkdtemp(path.data()) != nullptr);
  return path;
}

/// The name of the database in a URL: what stands between the authority and the options.
std::string_view database_of(std::string_view url) {
  const auto authority = url.find("://");
  PARLEY_CHECK(authority != std::string_view::npos);
  const auto begin = url.find('/', authority + 3);
  PARLEY_CHECK(begin != std::string_view::npos);
  return url.substr(begin + 1, url.find('?', begin) - begin - 1);
}

std::string shell_word(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

PostgresCluster& PostgresCluster::shared() {
  static PostgresCluster cluster;
  return cluster;
}

PostgresCluster::PostgresCluster(const ClusterOptions& options)
    : directory_(make_directory()), process_(::getpid()) {
  std::string arguments =
      "start " + shell_word(directory_) + " --remove --with-pid " + std::to_string(process_);
  if (options.durable) arguments += " --durable";
  if (options.tcp) arguments += " --tcp";
  for (const std::string& setting : options.settings) arguments += " --set " + shell_word(setting);
  if (options.standby_of != nullptr)
    arguments += " --standby-of " + shell_word(options.standby_of->directory());
  const Said said = run_script(arguments);
  if (said.good) {
    url_ = said.text.substr(said.text.rfind('\n') + 1);
  } else {
    ADD_FAILURE() << "no PostgreSQL for this test: " << said.text;
  }
}

PostgresCluster::~PostgresCluster() {
  // A child of this process, as death tests make them, is not to end its parent's cluster.
  if (::getpid() != process_) return;
  const Said said = run_script("stop " + shell_word(directory_) + " --immediate");
  if (!said.good) std::fprintf(stderr, "%s\n", said.text.c_str());
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

bool PostgresCluster::control(const std::string& arguments) {
  const Said said = run_script(arguments);
  if (!said.good) ADD_FAILURE() << "tests/support/postgres " << arguments << ": " << said.text;
  return said.good;
}

std::string PostgresCluster::url(std::string_view database) const {
  if (url_.empty()) {
    ADD_FAILURE() << "there is no PostgreSQL for this test: it did not start";
    return "postgresql:///" + std::string(database) + "?host=" + directory_;
  }
  const std::string_view own = database_of(url_);
  std::string url = url_;
  return url.replace(static_cast<std::size_t>(own.data() - url_.data()), own.size(), database);
}

std::string PostgresCluster::fresh_database(std::string_view copied) {
  const std::string name = "test_" + std::to_string(++databases_);
  ask(url(), "CREATE DATABASE " + name + " TEMPLATE " + std::string(copied));
  return url(name);
}

void PostgresCluster::drop_database(const std::string& database_url) {
  ask(url(), "DROP DATABASE IF EXISTS " + std::string(database_of(database_url)) + " WITH (FORCE)");
}

void PostgresCluster::stop() {
  control("stop " + shell_word(directory_));
}
void PostgresCluster::kill_now() {
  control("stop " + shell_word(directory_) + " --kill");
}
void PostgresCluster::start() {
  control("start " + shell_word(directory_));
}
void PostgresCluster::restart() {
  control("restart " + shell_word(directory_));
}
void PostgresCluster::promote() {
  control("promote " + shell_word(directory_));
}

std::string PostgresCluster::log() const {
  std::ifstream file(directory_ + "/log", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string through(const std::string& database_url, std::uint16_t port) {
  return "postgresql://parley@127.0.0.1:" + std::to_string(port) + "/" +
         std::string(database_of(database_url));
}

std::string ask(const std::string& database_url, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(database_url.c_str()), &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    ADD_FAILURE() << database_url << ": " << PQerrorMessage(connection.get());
    return {};
  }
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    ADD_FAILURE() << sql << ": " << PQerrorMessage(connection.get());
    return {};
  }
  if (PQntuples(result.get()) == 0 || PQnfields(result.get()) == 0) return {};
  return PQgetvalue(result.get(), 0, 0);
}

}  // namespace parley::test_support
