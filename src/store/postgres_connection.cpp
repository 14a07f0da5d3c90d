#include "store/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <utility>

#include "base/limits.hpp"
#include "store/postgres_error.hpp"

namespace parley::store {

namespace {

using base::Result;
using base::Task;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::int64_t ms(milliseconds time) {
  return time.count();
}

/// What PostgreSQL has to remark beside its answers is of no use here, and would go to standard error.
void drop_notice(void* /*unused*/, const PGresult* /*notice*/) {}

std::int64_t changed_rows(PGresult* result) {
  const std::string_view text = PQcmdTuples(result);
  std::int64_t rows = 0;
  for (const char digit : text) rows = rows * 10 + (digit - '0');
  return rows;
}

}  // namespace

/// Until libpq can go on, or for limits::postgres_answer_time; says whether it can.
struct PostgresConnection::Wait {
  PostgresConnection& self;
  base::Readiness wanted;
  bool is_ready = false;
  bool is_waiting = false;

  Wait(PostgresConnection& connection, base::Readiness readiness) noexcept
      : self(connection), wanted(readiness) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  /// A frame that is destroyed while it waits must not be woken.
  ~Wait() {
    if (is_waiting) self.watch_.reset();
  }

  [[nodiscard]] bool await_ready() {
    if (base::Scheduler::current() != nullptr) return false;
    is_ready = self.wait_here(wanted);
    return true;
  }
  void await_suspend(std::coroutine_handle<> awaiting) {
    if (!self.watch_) self.watch_ = base::Scheduler::current()->watch(PQsocket(self.connection_.get()));
    is_waiting = true;
    self.watch_->wait(wanted, limits::postgres_answer_time, [this, awaiting](bool ready) {
      is_waiting = false;
      is_ready = ready;
      awaiting.resume();
    });
  }
  [[nodiscard]] bool await_resume() const noexcept { return is_ready; }
};

void PostgresConnection::Close::operator()(pg_conn* connection) const noexcept {
  PQfinish(connection);
}

void PostgresConnection::Clear::operator()(pg_result* result) const noexcept {
  PQclear(result);
}

PostgresConnection::PostgresConnection(std::unique_ptr<pg_conn, Close> connection) noexcept
    : connection_(std::move(connection)) {}

PostgresConnection::~PostgresConnection() {
  // Before the descriptor is closed.
  watch_.reset();
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& url) {
  char* refused = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &refused);
  PQconninfoFree(options);
  const std::string words = refused == nullptr ? "" : refused;
  PQfreemem(refused);
  if (options == nullptr) {
    // libpq's words quote the URL, which may hold a password.
    return base::fail(base::ErrorCode::invalid_argument,
                      "the address of the PostgreSQL store cannot be read; it has the form "
                      "postgres://USER@HOST/DATABASE",
                      words.empty() ? "out of memory" : "libpq cannot read the URL");
  }
  // What stands before `dbname` is overridden by what the URL says; what stands behind it is not.
  const std::string patience = std::to_string(seconds(limits::postgres_connect_time).count());
  const std::array<const char*, 8> names = {
      "connect_timeout", "application_name", "keepalives_idle",  "keepalives_interval",
      "dbname",          "client_encoding",  "tcp_user_timeout", nullptr};
  const std::string lost = std::to_string(ms(limits::postgres_answer_time));
  const std::array<const char*, 8> values = {patience.c_str(), "parley", "30",         "10",
                                             url.c_str(),      "UTF8",   lost.c_str(), nullptr};
  std::unique_ptr<pg_conn, Close> made(PQconnectdbParams(names.data(), values.data(), 1));
  if (made == nullptr || PQstatus(made.get()) != CONNECTION_OK) {
    return postgres_cut_off(made.get(), "connect");
  }
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(std::move(made)));
  PARLEY_TRY(connection->configure());
  return connection;
}

Result<> PostgresConnection::configure() {
  pg_conn* const connection = connection_.get();
  PQsetNoticeReceiver(connection, &drop_notice, nullptr);
  const std::string settings = fmt::format(
      "SET statement_timeout={}; SET lock_timeout={}; SET idle_in_transaction_session_timeout={}; "
      "SET timezone='UTC'; SET bytea_output='hex'; SET standard_conforming_strings=on",
      ms(limits::postgres_statement_time), ms(limits::postgres_lock_time),
      ms(limits::postgres_idle_transaction_time));
  const ResultPointer done(PQexec(connection, settings.c_str()));
  if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) return postgres_failure(done.get(), "configure");
  if (PQsetnonblocking(connection, 1) != 0 || PQenterPipelineMode(connection) != 1) {
    return postgres_cut_off(connection, "configure");
  }
  return {};
}

bool PostgresConnection::is_usable() const noexcept {
  return is_whole_ && !is_in_round_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool PostgresConnection::in_transaction() const noexcept {
  const auto state = PQtransactionStatus(connection_.get());
  return state == PQTRANS_INTRANS || state == PQTRANS_INERROR;
}

int PostgresConnection::server_process() const noexcept {
  return PQbackendPID(connection_.get());
}

void PostgresConnection::rest() noexcept {
  watch_.reset();
}

std::unexpected<base::Error> PostgresConnection::break_off(std::string_view what) {
  is_whole_ = false;
  return postgres_cut_off(connection_.get(), what);
}

bool PostgresConnection::wait_here(base::Readiness wanted) const {
  short events = POLLIN;
  if (wanted == base::Readiness::readable_or_writable) events |= POLLOUT;
  ::pollfd asked{PQsocket(connection_.get()), events, 0};
  const auto until = std::chrono::steady_clock::now() + limits::postgres_answer_time;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    const int found = ::poll(&asked, 1, static_cast<int>(left.count()));
    if (found > 0) return true;
    if (found < 0 && errno != EINTR) return false;
  }
}

Task<Result<>> PostgresConnection::query(const Sql& sql, Values values, RowSink sink) {
  PARLEY_CO_TRY_ASSIGN(const ResultPointer result, co_await run(sql, values));
  const int rows = PQntuples(result.get());
  for (int row = 0; row < rows; ++row) {
    if (!sink(PostgresRow(result.get(), row))) break;
  }
  co_return Result<>{};
}

Task<Result<std::int64_t>> PostgresConnection::execute(const Sql& sql, Values values) {
  PARLEY_CO_TRY_ASSIGN(const ResultPointer result, co_await run(sql, values));
  co_return changed_rows(result.get());
}

Task<Result<>> PostgresConnection::leave(const Sql& sql, Values values) {
  PARLEY_CO_TRY_ASSIGN(const Kept* const known, co_await kept(sql));
  PARLEY_CO_TRY(send(*known, values));
  left_bytes_ += sql.postgres_text().size();
  for (const Value& value : values) left_bytes_ += 16 + value.bytes().size();
  co_return Result<>{};
}

Task<Result<>> PostgresConnection::send_off(const Sql& sql) {
  PARLEY_CO_TRY_ASSIGN(const Kept* const known, co_await kept(sql));
  PARLEY_CO_TRY(send(*known, {}));
  PARLEY_CO_TRY(end_round());
  // What does not go out at once goes with the next round.
  if (PQflush(connection_.get()) < 0) co_return break_off("send");
  co_return Result<>{};
}

Task<Result<>> PostgresConnection::run_script(const std::string& script) {
  // A statement of the extended protocol is one; a script is for the simple one, outside the pipeline.
  if (!sent_.empty()) {
    PARLEY_CO_TRY(co_await finish_round());
  }
  if (!is_usable() || PQexitPipelineMode(connection_.get()) != 1) co_return break_off("script");
  is_in_round_ = true;
  if (PQsendQuery(connection_.get(), script.c_str()) != 1) co_return break_off("script");
  Result<> told;
  for (;;) {
    PARLEY_CO_TRY_ASSIGN(const ResultPointer result, co_await next_result());
    if (!result) break;
    const auto status = PQresultStatus(result.get());
    const bool is_good =
        status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
    if (!is_good && told) told = postgres_failure(result.get(), script);
  }
  if (PQenterPipelineMode(connection_.get()) != 1) co_return break_off("script");
  is_in_round_ = false;
  co_return told;
}

Task<Result<PostgresConnection::ResultPointer>> PostgresConnection::run(const Sql& sql, Values values) {
  PARLEY_CO_TRY_ASSIGN(const Kept* const known, co_await kept(sql));
  PARLEY_CO_TRY(send(*known, values));
  co_return co_await finish_round();
}

Result<> PostgresConnection::send(const Kept& kept, Values values) {
  if (!is_usable()) return break_off("send");
  PARLEY_TRY(values_.set(values, kept.types, kept.text));
  constexpr int binary = 1;
  const int done = PQsendQueryPrepared(connection_.get(), kept.name.c_str(), values_.count(),
                                       values_.pointers(), values_.lengths(), values_.formats(), binary);
  if (done != 1) return break_off(kept.text);
  sent_.push_back(kept.text);
  return {};
}

Task<Result<const PostgresConnection::Kept*>> PostgresConnection::kept(const Sql& sql) {
  const auto found = kept_.find(&sql);
  // The text is compared too: an Sql that is no `static const` may lie where another one lay.
  if (found != kept_.end() && found->second.text == sql.postgres_text()) co_return &found->second;
  // Its answer comes behind those of what was left, and whoever waits for one learns of the other's failure.
  if (!sent_.empty() && !sent_.back().empty()) {
    PARLEY_CO_TRY(co_await finish_round());
  }
  if (found != kept_.end() || kept_.size() >= limits::kept_statements) {
    PARLEY_CO_TRY(co_await drop_kept());
  }
  if (!is_usable()) co_return break_off("prepare");
  Kept made{fmt::format("s{}", ++named_), std::string(sql.postgres_text()), {}};
  const std::string text = with_dollar_parameters(made.text);
  if (PQsendPrepare(connection_.get(), made.name.c_str(), text.c_str(), 0, nullptr) != 1 ||
      PQsendDescribePrepared(connection_.get(), made.name.c_str()) != 1) {
    co_return break_off(made.text);
  }
  sent_.push_back(made.text);
  sent_.push_back(made.text);
  PARLEY_CO_TRY(co_await describe(made));
  co_return &kept_.emplace(&sql, std::move(made)).first->second;
}

Task<Result<>> PostgresConnection::describe(Kept& kept) {
  PARLEY_CO_TRY_ASSIGN(const ResultPointer described, co_await finish_round());
  for (int i = 0; i < PQnparams(described.get()); ++i) kept.types.push_back(PQparamtype(described.get(), i));
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    if (is_readable_type(PQftype(described.get(), i))) continue;
    co_return base::fail(
        base::ErrorCode::internal, "an internal error in the store",
        fmt::format("column {} has the type {}, which is not read: {}", i, PQftype(described.get(), i),
                    kept.text.substr(0, limits::logged_sql_bytes)));
  }
  co_return Result<>{};
}

Task<Result<>> PostgresConnection::drop_kept() {
  kept_.clear();
  co_return co_await run_script("DEALLOCATE ALL");
}

Result<> PostgresConnection::end_round() {
  if (!is_usable() || PQpipelineSync(connection_.get()) != 1) return break_off("round");
  sent_.emplace_back();
  return {};
}

/// Sends what is still here, reads every answer, and gives the last of the last round.
Task<Result<PostgresConnection::ResultPointer>> PostgresConnection::finish_round() {
  PARLEY_CO_TRY(end_round());
  is_in_round_ = true;
  Result<ResultPointer> told = ResultPointer();
  for (; !sent_.empty(); sent_.pop_front()) {
    PARLEY_CO_TRY_ASSIGN(ResultPointer result, co_await next_result());
    if (sent_.front().empty()) {
      if (!result || PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) co_return break_off("end of round");
      // Of a round before the last nobody waits for the answers.
      if (sent_.size() > 1) told = ResultPointer();
      continue;
    }
    while (result) {
      const auto status = PQresultStatus(result.get());
      // What comes behind a failed one is passed over by the server.
      if (status != PGRES_PIPELINE_ABORTED && told) {
        const bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (!is_good) told = postgres_failure(result.get(), sent_.front());
        if (is_good) told = std::move(result);
      }
      PARLEY_CO_TRY_ASSIGN(result, co_await next_result());
    }
  }
  left_bytes_ = 0;
  is_in_round_ = false;
  co_return told;
}

Task<Result<PostgresConnection::ResultPointer>> PostgresConnection::next_result() {
  pg_conn* const connection = connection_.get();
  for (;;) {
    const int flushed = PQflush(connection);
    if (flushed < 0) co_return break_off("send");
    if (PQisBusy(connection) == 0) {
      ResultPointer result(PQgetResult(connection));
      if (PQstatus(connection) != CONNECTION_OK) co_return break_off("receive");
      co_return result;
    }
    const auto wanted = flushed > 0 ? base::Readiness::readable_or_writable : base::Readiness::readable;
    Wait wait(*this, wanted);
    const bool is_ready = co_await wait;
    if (!is_ready) co_return break_off("no answer in time");
    if (PQconsumeInput(connection) != 1) co_return break_off("receive");
  }
}

}  // namespace parley::store
