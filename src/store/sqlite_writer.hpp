#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/metrics.hpp"
#include "store/sqlite_checkpointer.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_read_pool.hpp"
#include "store/sqlite_unit.hpp"

namespace parley::store {

/// One write unit on its way from the asker's thread to the writer's and back.
struct PendingWrite {
  enum class State : std::uint8_t {
    waiting,   ///< In the queue.
    running,   ///< Its body runs: what the body touches must stay.
    ran,       ///< Its body has run; its commit is still to come.
    answered,  ///< Its completion is posted to the asker.
    dropped,   ///< Its asker has gone.
  };

  Priority priority = Priority::ordinary;
  WriteBody* body = nullptr;
  base::Scheduler* scheduler = nullptr;
  std::coroutine_handle<> asker;
  base::Result<> result;
  std::atomic<State> state = State::waiting;
  bool asker_gone = false;  ///< Touched on the asker's thread only.
};

/// The one thread that writes. What waits goes into one transaction (group commit), each unit whole or not at
/// all (`SqliteWriteUnit`); what units left is run before the next reads, or at the end; all are answered
/// after the commit is on the disk. Messages before ordinary units before bulk. Bulk units have a few
/// milliseconds in a group while nobody else waits; while somebody does, one unit in every few groups, so
/// that no import waits for ever.
class SqliteWriter {
 public:
  /// Takes a handle of role `writer` and starts the thread. `checkpointer` and `readers` outlive it.
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, SqliteCheckpointer& checkpointer,
               SqliteReadPool& readers);
  /// As `finish`.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  /// `Database::write`. A task destroyed before its body ran is not carried out; after that, it may or may
  /// not be.
  [[nodiscard]] base::Task<base::Result<>> write(Priority priority, WriteBody body);

  /// `Database::set_hooks`.
  void set_hooks(std::vector<Hook> hooks);

  /// Carries out what waits; what comes later is answered `unavailable`. Ends the thread and gives its handle
  /// back; null the second time.
  std::unique_ptr<SqliteConnection> finish();

  /// From any thread.
  [[nodiscard]] WriterStatistics statistics() const;

  /// `Database::generation`.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(); }

 private:
  using Job = std::shared_ptr<PendingWrite>;
  struct Submission;
  class Ticket;

  [[nodiscard]] base::Result<> submit(Job job);
  void run();
  [[nodiscard]] bool wait_for_group();
  void write_group();
  void run_due();
  void run_bulk();
  [[nodiscard]] Job next_bulk(bool first, std::chrono::steady_clock::duration spent);
  void run_unit(const Job& job);
  [[nodiscard]] base::Result<> run_body(WriteBody& body, bool is_message);
  void commit();
  void overwrite_refused_commit();
  void undo_group(const base::Error& reason);
  void answer_all();
  static int on_commit(void* writer, ::sqlite3* handle, const char* schema, int pages);

  std::unique_ptr<SqliteConnection> connection_;
  SqliteCheckpointer& checkpointer_;
  SqliteReadPool& readers_;
  std::vector<Hook> hooks_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::array<std::deque<Job>, 3> waiting_;  // by Priority
  bool closing_ = false;

  // The group being written; the writer's thread only.
  std::deque<Job> due_;
  std::vector<Job> ran_;
  int passed_over_ = 0;  // groups since bulk work waited and none was done
  bool lost_ = false;    // SQLite ended the group's transaction by itself
  SharedByUnits shared_;
  int careful_groups_ = 0;  // still to come, in which units leave nothing

  std::atomic<std::uint64_t> units_ = 0;
  std::atomic<std::uint64_t> failed_units_ = 0;
  std::atomic<std::uint64_t> groups_ = 0;
  std::atomic<std::uint64_t> failed_groups_ = 0;
  std::atomic<std::uint64_t> generation_ = 0;
  base::Histogram group_units_{base::group_bounds};
  base::Histogram commit_seconds_{base::seconds_bounds};
  std::thread thread_;
};

}  // namespace parley::store
