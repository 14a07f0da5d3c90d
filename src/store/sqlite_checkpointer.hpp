#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite_connection.hpp"

namespace parley::store {

/// What the checkpointer has done so far.
struct CheckpointStatistics {
  std::uint64_t passive = 0;  ///< Checkpoints that took nobody's lock.
  std::uint64_t restart = 0;  ///< Checkpoints that held the writer for a moment, to begin the log anew.
  std::uint64_t failed =
      0;  ///< Checkpoints that could not do all they were to (a reader or the disk was in the way).
};

/// Moves the write-ahead log into the database file, on a thread and a handle of its own, so that no commit
/// pays for it (https://sqlite.org/wal.html section 3). Three rules: when the log has grown by some
/// megabytes, what no reader needs is copied, in nobody's way; a log that grew large all the same (it can
/// only begin anew when all of it is copied, which a steady stream of commits never lets happen) is begun
/// anew with the writer held for the rest of the copying; after some quiet seconds all is copied, so that the
/// next start has nothing to recover.
class SqliteCheckpointer {
 public:
  /// Takes a handle of role `checkpointer` and starts the thread.
  explicit SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection);
  /// Stops the thread, without a last checkpoint.
  ~SqliteCheckpointer();
  SqliteCheckpointer(const SqliteCheckpointer&) = delete;
  SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;

  /// Called by the writer after a commit: the log now has `pages` pages.
  void committed(int pages);

  /// From any thread.
  [[nodiscard]] CheckpointStatistics statistics() const;

 private:
  /// What a checkpoint found: pages in the log, and how many of them are in the database file now.
  struct Found {
    bool done;
    int pages;
    int copied;
  };
  enum class Kind : std::uint8_t { none, passive, restart };

  void run();
  [[nodiscard]] Kind wait_for_work(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] Found checkpoint(Kind kind);
  void note(Kind kind, const Found& found);

  std::unique_ptr<SqliteConnection> connection_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::uint64_t commits_ = 0;
  std::uint64_t covered_commits_ = 0;  // those before the last checkpoint began
  int pages_ = 0;
  int passive_at_;
  int restart_at_;
  CheckpointStatistics statistics_;
  std::thread thread_;
};

}  // namespace parley::store
