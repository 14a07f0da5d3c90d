#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "base/limits.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_read_pool.hpp"
#include "store/statistics.hpp"

namespace parley::store {

/// When the checkpointer acts.
struct CheckpointPolicy {
  /// Growth of the log between two checkpoints, in pages.
  int pages = limits::checkpoint_pages;
  /// Size of the log, in pages, from which it is begun anew.
  int restart_pages = limits::restart_log_pages;
  /// Size of the log, in pages, from which the writer waits until that is done.
  int standstill_pages = limits::standstill_log_pages;
  /// Time without a commit after which all is copied.
  std::chrono::milliseconds quiet = limits::quiet_before_checkpoint;
};

/// Moves the write-ahead log into the database file, on a thread and a handle of its own, so that no commit
/// pays for it (https://sqlite.org/wal.html section 3). Three rules: when the log has grown by some
/// megabytes, what no reader needs is copied, in nobody's way. A log that grew large all the same (it can
/// only begin anew when all of it is copied, which a steady stream of commits never lets happen) is begun
/// anew while the writer stands still for the small rest of the copying. After some quiet seconds all is
/// copied, so that the next start has nothing to recover.
class SqliteCheckpointer {
 public:
  /// Takes a handle of role `checkpointer` and starts the thread. `readers` outlives it.
  SqliteCheckpointer(std::unique_ptr<SqliteConnection> connection, SqliteReadPool& readers,
                     const CheckpointPolicy& policy);
  /// Stops the thread, without a last checkpoint.
  ~SqliteCheckpointer();
  SqliteCheckpointer(const SqliteCheckpointer&) = delete;
  SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;

  /// Called by the writer before it begins a transaction; waits while a checkpoint wants it to stand still.
  void begin_group();
  /// Called by the writer when that transaction is over.
  void end_group();
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
  [[nodiscard]] Found begin_anew();
  void sync_database_file();
  void note(Kind kind, const Found& found);
  void expect_new_log();

  std::unique_ptr<SqliteConnection> connection_;
  SqliteReadPool& readers_;
  const CheckpointPolicy policy_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable standstill_;
  bool stopping_ = false;
  bool group_open_ = false;        // the writer is in a transaction
  bool wants_standstill_ = false;  // it may not begin another before the log is begun anew
  std::uint64_t commits_ = 0;
  std::uint64_t covered_commits_ = 0;  // those before the last checkpoint began
  int pages_ = 0;
  int passive_at_;
  int restart_at_;
  int standstill_at_;
  CheckpointStatistics statistics_;
  std::thread thread_;
};

}  // namespace parley::store
