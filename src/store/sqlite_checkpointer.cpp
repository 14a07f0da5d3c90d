#include "store/sqlite_checkpointer.hpp"

#include <sqlite3.h>

#include "base/thread_priority.hpp"

namespace parley::store {

namespace {

/// How far below others the thread stands, of 19: a checkpoint copies a thousand pages at once, which answers
/// would wait for where processors are few.
constexpr int niceness = 10;

}  // namespace

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, SqliteReadPool& readers,
                                       const CheckpointPolicy& policy)
    : connection_(std::move(connection)),
      readers_(readers),
      policy_(policy),
      passive_at_(policy_.pages),
      restart_at_(policy_.restart_pages),
      standstill_at_(policy_.standstill_pages),
      thread_([this] { run(); }) {}

SqliteCheckpointer::~SqliteCheckpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

void SqliteCheckpointer::begin_group() {
  std::unique_lock lock(mutex_);
  standstill_.wait(lock, [this] { return !wants_standstill_; });
  group_open_ = true;
}

void SqliteCheckpointer::end_group() {
  const std::lock_guard lock(mutex_);
  group_open_ = false;
  if (wants_standstill_) standstill_.notify_all();
}

void SqliteCheckpointer::committed(int pages) {
  const std::lock_guard lock(mutex_);
  if (pages < pages_) expect_new_log();
  pages_ = pages;
  // The first commit after a checkpoint wakes the thread too: it begins to wait for quiet.
  const bool first = commits_++ == covered_commits_;
  // A disk that copies more slowly than commits come would let the log grow for ever.
  if (pages_ >= standstill_at_) wants_standstill_ = true;
  if (first || pages_ >= passive_at_ || wants_standstill_) wake_.notify_one();
}

CheckpointStatistics SqliteCheckpointer::statistics() const {
  const std::lock_guard lock(mutex_);
  CheckpointStatistics told = statistics_;
  told.log_pages = static_cast<std::uint64_t>(pages_);
  return told;
}

void SqliteCheckpointer::run() {
  base::lower_priority(niceness);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Kind kind = wait_for_work(lock);
    if (kind == Kind::none) continue;
    covered_commits_ = commits_;
    lock.unlock();
    Found found = checkpoint(Kind::passive);
    if (kind == Kind::restart) found = begin_anew();
    lock.lock();
    note(kind, found);
  }
}

SqliteCheckpointer::Kind SqliteCheckpointer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto due = [this] { return stopping_ || wants_standstill_ || pages_ >= passive_at_; };
  wake_.wait(lock, [&] { return due() || commits_ != covered_commits_; });
  std::uint64_t seen = commits_;
  while (!wake_.wait_for(lock, policy_.quiet, due) && seen != commits_) seen = commits_;
  if (stopping_) return Kind::none;
  return wants_standstill_ || pages_ >= restart_at_ ? Kind::restart : Kind::passive;
}

SqliteCheckpointer::Found SqliteCheckpointer::checkpoint(Kind kind) {
  Found found{false, 0, 0};
  const SqliteReadPool::WithoutSnapshots none_rest_in_the_way(readers_);
  const int mode = kind == Kind::restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle(), "main", mode, &found.pages, &found.copied);
  found.done = code == SQLITE_OK;
  return found;
}

SqliteCheckpointer::Found SqliteCheckpointer::begin_anew() {
  // SQLite syncs the database file only in the checkpoint that copies the last page. Synced here and copied
  // once more, most is on the disk before the writer has to stand still.
  sync_database_file();
  static_cast<void>(checkpoint(Kind::passive));
  bool at_bound = false;
  {
    // Asked for here and not left to SQLite's locks, which a busy writer would never leave free for long
    // enough.
    std::unique_lock lock(mutex_);
    wants_standstill_ = true;
    standstill_.wait(lock, [this] { return !group_open_; });
    // New readers need the log no more, so it is only old ones that are waited for.
    at_bound = pages_ >= standstill_at_;
    const auto patience = at_bound ? limits::standstill_wait : limits::checkpoint_wait;
    sqlite3_busy_timeout(connection_->handle(), static_cast<int>(patience.count()));
  }
  const Found found = checkpoint(Kind::restart);
  const std::lock_guard lock(mutex_);
  if (found.done) {
    pages_ = 0;
    expect_new_log();
  } else {
    // A reader that stays must not make every commit wait: tried again when the log has grown by a part more.
    restart_at_ = pages_ + policy_.restart_pages / 4;
    if (at_bound) standstill_at_ = pages_ + policy_.restart_pages;
  }
  wants_standstill_ = false;
  standstill_.notify_all();
  return found;
}

void SqliteCheckpointer::sync_database_file() {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return;
  // A failure is told by the checkpoint's own sync.
  file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

void SqliteCheckpointer::expect_new_log() {
  passive_at_ = policy_.pages;
  restart_at_ = policy_.restart_pages;
  standstill_at_ = policy_.standstill_pages;
}

void SqliteCheckpointer::note(Kind kind, const Found& found) {
  ++statistics_.passive;
  if (kind == Kind::restart) ++statistics_.restart;
  if (!found.done) ++statistics_.failed;
  // Tried again when the log has grown by as much again: a reader that stays must not make this thread spin.
  passive_at_ = pages_ + policy_.pages;
}

}  // namespace parley::store
