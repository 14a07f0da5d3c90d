#include "store/sqlite_checkpointer.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "base/limits.hpp"

namespace parley::store {

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection)
    : connection_(std::move(connection)),
      passive_at_(limits::checkpoint_pages),
      restart_at_(limits::restart_log_pages),
      thread_([this] { run(); }) {}

SqliteCheckpointer::~SqliteCheckpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

void SqliteCheckpointer::committed(int pages) {
  const std::lock_guard lock(mutex_);
  if (pages < pages_) {  // The log began anew.
    passive_at_ = limits::checkpoint_pages;
    restart_at_ = limits::restart_log_pages;
  }
  pages_ = pages;
  // The first commit after a checkpoint wakes the thread too: it begins to wait for quiet.
  const bool first = commits_++ == covered_commits_;
  if (first || pages_ >= passive_at_) wake_.notify_one();
}

CheckpointStatistics SqliteCheckpointer::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void SqliteCheckpointer::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const Kind kind = wait_for_work(lock);
    if (kind == Kind::none) continue;
    covered_commits_ = commits_;
    lock.unlock();
    Found found = checkpoint(Kind::passive);
    // Most of the copying is done by now, so the writer is held only for what came meanwhile.
    if (kind == Kind::restart) found = checkpoint(Kind::restart);
    lock.lock();
    note(kind, found);
  }
}

SqliteCheckpointer::Kind SqliteCheckpointer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto due = [this] { return stopping_ || pages_ >= passive_at_; };
  wake_.wait(lock, [&] { return due() || commits_ != covered_commits_; });
  std::uint64_t seen = commits_;
  while (!wake_.wait_for(lock, limits::quiet_before_checkpoint, due) && seen != commits_) seen = commits_;
  if (stopping_) return Kind::none;
  return pages_ >= restart_at_ ? Kind::restart : Kind::passive;
}

SqliteCheckpointer::Found SqliteCheckpointer::checkpoint(Kind kind) {
  Found found{false, 0, 0};
  const int mode = kind == Kind::restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle(), "main", mode, &found.pages, &found.copied);
  found.done = code == SQLITE_OK;
  return found;
}

void SqliteCheckpointer::note(Kind kind, const Found& found) {
  if (kind == Kind::restart) ++statistics_.restart;
  ++statistics_.passive;
  if (!found.done) ++statistics_.failed;
  // Tried again when the log has grown by as much again: a reader that stays must not make this thread spin.
  passive_at_ = std::max(pages_, 0) + limits::checkpoint_pages;
  if (kind == Kind::restart && !found.done) restart_at_ = pages_ + limits::restart_log_pages / 4;
  if (kind == Kind::restart && found.done && commits_ == covered_commits_) {
    pages_ = 0;
    passive_at_ = limits::checkpoint_pages;
    restart_at_ = limits::restart_log_pages;
  }
}

}  // namespace parley::store
