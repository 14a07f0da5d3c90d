#include "store/sqlite_writer.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "base/limits.hpp"

namespace parley::store {

namespace {

using SteadyClock = std::chrono::steady_clock;

// IMMEDIATE: a transaction that must become a writer later could be refused in its middle.
const Sql begin_group("BEGIN IMMEDIATE");
const Sql commit_group("COMMIT");
const Sql undo_all("ROLLBACK");
const Sql read_version("PRAGMA user_version");

std::size_t slot(Priority priority) {
  return static_cast<std::size_t>(priority);
}

base::Error unavailable(std::string_view reason) {
  return {base::ErrorCode::unavailable, "the store could not save this; please try again",
          std::string(reason)};
}

}  // namespace

/// Holds a pending write in the asker's coroutine frame; gives it up when the frame is destroyed early.
class SqliteWriter::Ticket {
 public:
  explicit Ticket(Job job) noexcept : job_(std::move(job)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() {
    using State = PendingWrite::State;
    job_->asker_gone = true;
    State state = job_->state.load();
    while (state == State::waiting || state == State::running || state == State::ran) {
      // The body uses what is about to be destroyed, so it is waited for; it never waits for anybody itself.
      if (state == State::running) job_->state.wait(State::running);
      if (state != State::running && job_->state.compare_exchange_weak(state, State::dropped)) return;
      state = job_->state.load();
    }
  }

 private:
  Job job_;
};

/// Puts a write into the queue and waits for its answer.
struct SqliteWriter::Submission {
  SqliteWriter& writer;
  const Job& job;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> asker) const {
    job->asker = asker;
    auto accepted = writer.submit(job);
    // Once accepted, the answer comes on this thread, so the frame is still there.
    if (accepted) return true;
    job->state = PendingWrite::State::answered;
    job->result = std::move(accepted);
    return false;
  }
  void await_resume() const noexcept {}
};

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection, SqliteCheckpointer& checkpointer,
                           SqliteReadPool& readers)
    : connection_(std::move(connection)), checkpointer_(checkpointer), readers_(readers) {
  sqlite3_wal_hook(connection_->handle(), &SqliteWriter::on_commit, this);
  thread_ = std::thread([this] { run(); });
}

SqliteWriter::~SqliteWriter() {
  finish();
}

std::unique_ptr<SqliteConnection> SqliteWriter::finish() {
  if (!thread_.joinable()) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  thread_.join();
  sqlite3_wal_hook(connection_->handle(), nullptr, nullptr);
  return std::move(connection_);
}

int SqliteWriter::on_commit(void* writer, ::sqlite3* /*handle*/, const char* /*schema*/, int pages) {
  static_cast<SqliteWriter*>(writer)->checkpointer_.committed(pages);
  return SQLITE_OK;
}

base::Task<base::Result<>> SqliteWriter::write(Priority priority, WriteBody body) {
  auto job = std::make_shared<PendingWrite>();
  job->priority = priority;
  job->body = &body;
  job->scheduler = base::Scheduler::current();
  PARLEY_CHECK(job->scheduler != nullptr);
  const Ticket ticket(job);
  co_await Submission{*this, job};
  co_return std::move(job->result);
}

base::Result<> SqliteWriter::submit(Job job) {
  const std::lock_guard lock(mutex_);
  if (closing_) return base::fail(unavailable("the store is closing"));
  auto& queue = waiting_[slot(job->priority)];
  if (queue.size() >= limits::waiting_writes) {
    return base::fail(base::ErrorCode::unavailable,
                      "the store has too much to write at the moment; please try again",
                      "the write queue is full");
  }
  queue.push_back(std::move(job));
  wake_.notify_one();
  return {};
}

void SqliteWriter::set_hooks(std::vector<Hook> hooks) {
  const std::lock_guard lock(mutex_);
  hooks_ = std::move(hooks);
}

WriterStatistics SqliteWriter::statistics() const {
  WriterStatistics told;
  told.units = units_.load();
  told.failed_units = failed_units_.load();
  told.groups = groups_.load();
  told.failed_groups = failed_groups_.load();
  group_units_.add_to(told.group_units);
  commit_seconds_.add_to(told.commit_seconds);
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < waiting_.size(); ++i) told.waiting[i] = waiting_[i].size();
  return told;
}

void SqliteWriter::run() {
  while (wait_for_group()) {
    checkpointer_.begin_group();
    write_group();
    checkpointer_.end_group();
  }
}

bool SqliteWriter::wait_for_group() {
  std::unique_lock lock(mutex_);
  const auto any = [this] {
    return std::ranges::any_of(waiting_, [](const auto& queue) { return !queue.empty(); });
  };
  if (due_.empty()) wake_.wait(lock, [&] { return closing_ || any(); });
  for (const Priority priority : {Priority::message, Priority::ordinary}) {
    auto& queue = waiting_[slot(priority)];
    std::ranges::move(queue, std::back_inserter(due_));
    queue.clear();
  }
  return !due_.empty() || any();
}

void SqliteWriter::write_group() {
  lost_ = false;
  if (careful_groups_ > 0) --careful_groups_;
  auto begun = connection_->execute(begin_group);
  if (!begun) {
    // Everything taken fails, and one bulk unit, so that a store that stays broken does not keep this thread
    // spinning.
    if (Job bulk = next_bulk(true, {})) due_.push_back(std::move(bulk));
    ran_.assign(due_.begin(), due_.end());
    due_.clear();
    std::erase_if(ran_, [](const Job& job) {
      auto waiting = PendingWrite::State::waiting;
      return !job->state.compare_exchange_strong(waiting, PendingWrite::State::ran);
    });
    undo_group(begun.error());
    return;
  }
  run_due();
  run_bulk();
  commit();
}

void SqliteWriter::run_due() {
  while (!due_.empty() && !lost_) {
    const Job job = std::move(due_.front());
    due_.pop_front();
    run_unit(job);
  }
}

void SqliteWriter::run_bulk() {
  const auto start = SteadyClock::now();
  bool first = true;
  while (!lost_) {
    const Job job = next_bulk(first, SteadyClock::now() - start);
    if (!job) return;
    run_unit(job);
    first = false;
  }
}

SqliteWriter::Job SqliteWriter::next_bulk(bool first, SteadyClock::duration spent) {
  const std::lock_guard lock(mutex_);
  auto& bulk = waiting_[slot(Priority::bulk)];
  if (bulk.empty()) return nullptr;
  const bool others_wait =
      !waiting_[slot(Priority::message)].empty() || !waiting_[slot(Priority::ordinary)].empty();
  const bool has_waited_enough = first && passed_over_ >= limits::groups_without_bulk;
  if (others_wait && !has_waited_enough) {
    if (first) ++passed_over_;
    return nullptr;
  }
  if (!first && spent >= limits::bulk_time_per_group) return nullptr;
  passed_over_ = 0;
  Job job = std::move(bulk.front());
  bulk.pop_front();
  return job;
}

void SqliteWriter::run_unit(const Job& job) {
  auto state = PendingWrite::State::waiting;
  if (!job->state.compare_exchange_strong(state, PendingWrite::State::running)) return;
  job->result = run_body(*job->body, job->priority == Priority::message);
  ++units_;
  if (!job->result) ++failed_units_;
  lost_ = !connection_->in_transaction();
  ran_.push_back(job);
  job->state = PendingWrite::State::ran;
  job->state.notify_all();
}

base::Result<> SqliteWriter::run_body(WriteBody& body, bool is_message) {
  if (!is_message) shared_.memory.clear();
  SqliteWriteUnit unit(*connection_, shared_, is_message && careful_groups_ == 0);
  auto result = base::run_immediate(body(unit));
  for (const Hook& hook : hooks_) {
    if (!result) break;
    result = base::run_immediate(hook.run(unit));
    if (!result) result.error().log_text += " (hook " + std::string(hook.name) + ")";
  }
  result = unit.end(std::move(result));
  if (!result || !is_message) shared_.memory.clear();
  const bool is_much = shared_.left.bytes() >= limits::left_statement_bytes;
  if (result && is_much && connection_->in_transaction()) return run_left(*connection_, shared_);
  return result;
}

void SqliteWriter::commit() {
  if (lost_) {
    undo_group(unavailable("SQLite undid the transaction of this unit's group"));
    return;
  }
  if (auto done = run_left(*connection_, shared_); !done) {
    undo_group(done.error());
    return;
  }
  const auto start = SteadyClock::now();
  auto committed = connection_->execute(commit_group);
  // Also for one that failed: nobody is to rely on what it may have left.
  ++generation_;
  readers_.end_snapshots();
  if (!committed) {
    if (connection_->in_transaction()) static_cast<void>(connection_->execute(undo_all));
    overwrite_refused_commit();
    undo_group(committed.error());
    return;
  }
  if (!ran_.empty()) {
    ++groups_;
    group_units_.add(static_cast<double>(ran_.size()));
    commit_seconds_.add(std::chrono::duration<double>(SteadyClock::now() - start).count());
  }
  answer_all();
}

void SqliteWriter::overwrite_refused_commit() {
  // A commit that failed in its last step, the sync, may stand whole in the log's file, where the recovery
  // after a power cut would find it. The next commit overwrites it, so one is made that changes nothing; it
  // fails only while the disk still does, and then the next group's commit does the same.
  std::int64_t version = 0;
  if (!connection_->query(read_version, {}, [&](const Row& row) { version = row.integer(0); })) return;
  static_cast<void>(connection_->run_script(fmt::format("PRAGMA user_version={}", version)));
}

void SqliteWriter::undo_group(const base::Error& reason) {
  ++failed_groups_;
  if (std::exchange(shared_.left_has_failed, false)) careful_groups_ = limits::careful_groups;
  shared_.memory.clear();
  shared_.left.keep_first(0);
  if (connection_->in_transaction()) static_cast<void>(connection_->execute(undo_all));
  for (const Job& job : ran_) job->result = base::fail(unavailable(reason.log_text));
  answer_all();
}

void SqliteWriter::answer_all() {
  // All answers of a thread go over in one piece: one wake-up for each would take turns with this thread.
  std::map<base::Scheduler*, std::vector<Job>> answered;
  for (Job& job : ran_) {
    auto state = PendingWrite::State::ran;
    if (!job->state.compare_exchange_strong(state, PendingWrite::State::answered)) continue;
    answered[job->scheduler].push_back(std::move(job));
  }
  ran_.clear();
  for (auto& [scheduler, jobs] : answered) {
    scheduler->post([answering = std::move(jobs)] {
      for (const Job& job : answering) {
        if (!job->asker_gone) job->asker.resume();
      }
    });
  }
}

}  // namespace parley::store
