#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/scheduler.hpp"
#include "store/database.hpp"
#include "store/postgres_values.hpp"

struct pg_conn;
struct pg_result;

namespace parley::store {

/// One connection to PostgreSQL, in pipeline mode, with its kept statements. Used by one thread at a time: on
/// a thread with a scheduler its functions wait as coroutines do, on one without they stand still until the
/// answer is there. https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
///
/// Once anything failed that leaves it unclear what the server will say next, the connection is of no more
/// use (`is_usable`), and every later call says `unavailable`. So is one whose call was given up half way.
class PostgresConnection {
 public:
  /// Connects to `url`, standing still meanwhile: for a thread that may (names are looked up, too). Of
  /// several hosts the first that will do is taken (`target_session_attrs`). Errors: invalid_argument for a
  /// URL that cannot be read, unavailable.
  [[nodiscard]] static base::Result<std::unique_ptr<PostgresConnection>> open(const std::string& url);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// `Unit::query`: the rows come to `sink` when all of them are here. Errors as there; also of what was left
  /// before.
  [[nodiscard]] base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink);

  /// `WriteUnit::execute`.
  [[nodiscard]] base::Task<base::Result<std::int64_t>> execute(const Sql& sql, Values values);

  /// Sends a statement on its way and does not wait for its answer, but where it was never prepared. If it
  /// fails, what comes after it up to the next awaited call fails with it, and that call tells.
  [[nodiscard]] base::Task<base::Result<>> leave(const Sql& sql, Values values);

  /// Sends a statement and does not wait for its answer, which nobody learns: the server carries it out now,
  /// whoever uses the connection next. For the end of a transaction that has changed nothing.
  [[nodiscard]] base::Task<base::Result<>> send_off(const Sql& sql);

  /// Runs a text of several statements without values. Rows are dropped.
  [[nodiscard]] base::Task<base::Result<>> run_script(const std::string& script);

  /// Ends the connection's ties to the calling thread, so that another may use it. Nothing is left then.
  void rest() noexcept;

  /// Makes it of no more use, as when nobody knows what it was left in.
  void abandon() noexcept { is_whole_ = false; }

  /// Whether it is whole, and nothing was given up half way.
  [[nodiscard]] bool is_usable() const noexcept;

  /// Whether the server has a transaction of ours open, a failed one too, as far as its answers tell.
  [[nodiscard]] bool in_transaction() const noexcept;

  /// Bytes of statements that were left and not awaited.
  [[nodiscard]] std::size_t left_bytes() const noexcept { return left_bytes_; }

  /// How many statements are kept prepared.
  [[nodiscard]] std::size_t kept_statements() const noexcept { return kept_.size(); }

  /// The server's process for this connection, as `pg_stat_activity` names it.
  [[nodiscard]] int server_process() const noexcept;

 private:
  struct Close {
    void operator()(pg_conn* connection) const noexcept;
  };
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  using ResultPointer = std::unique_ptr<pg_result, Clear>;
  struct Wait;

  /// A statement as the server knows it.
  struct Kept {
    std::string name;
    std::string text;
    std::vector<std::uint32_t> types;
  };

  explicit PostgresConnection(std::unique_ptr<pg_conn, Close> connection) noexcept;
  [[nodiscard]] base::Result<> configure();

  [[nodiscard]] base::Task<base::Result<const Kept*>> kept(const Sql& sql);
  [[nodiscard]] base::Task<base::Result<>> describe(Kept& kept);
  [[nodiscard]] base::Task<base::Result<>> drop_kept();
  [[nodiscard]] base::Result<> send(const Kept& kept, Values values);
  [[nodiscard]] base::Task<base::Result<ResultPointer>> run(const Sql& sql, Values values);

  [[nodiscard]] base::Result<> end_round();
  [[nodiscard]] base::Task<base::Result<ResultPointer>> finish_round();
  [[nodiscard]] base::Task<base::Result<ResultPointer>> next_result();
  [[nodiscard]] bool wait_here(base::Readiness wanted) const;
  [[nodiscard]] std::unexpected<base::Error> break_off(std::string_view what);

  std::unique_ptr<pg_conn, Close> connection_;
  std::unique_ptr<base::DescriptorWatch> watch_;
  std::unordered_map<const Sql*, Kept> kept_;
  std::uint64_t named_ = 0;
  PostgresValues values_;
  std::deque<std::string_view> sent_;  ///< The statements whose answers have not been read, in order; "" is
                                       ///< the end of a round.
  std::size_t left_bytes_ = 0;
  bool is_whole_ = true;
  bool is_in_round_ = false;
};

}  // namespace parley::store
