#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite_connection.hpp"

namespace parley::store {

/// The read handles of a store: opened when more readers work at once than ever before, kept for the next. A
/// handle that rests may keep its snapshot for the next reader: to begin and end one takes longer than a
/// short answer's statements. Whoever writes or checkpoints ends those, so that none stands in the way. From
/// any thread.
class SqliteReadPool {
 public:
  /// What `Database::generation` tells.
  using Generation = std::optional<std::uint64_t>;

  /// A handle taken from the pool, with its read transaction; gives both back when it ends. Outlived by its
  /// pool.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(other.pool_), connection_(std::move(other.connection_)), generation_(other.generation_) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    ~Lease();

    [[nodiscard]] SqliteConnection& connection() const noexcept { return *connection_; }

   private:
    friend class SqliteReadPool;
    Lease(SqliteReadPool& pool, std::unique_ptr<SqliteConnection> connection, Generation generation) noexcept
        : pool_(pool), connection_(std::move(connection)), generation_(generation) {}

    SqliteReadPool& pool_;
    std::unique_ptr<SqliteConnection> connection_;
    Generation generation_;
  };

  SqliteReadPool(std::string path, std::string vfs) : path_(std::move(path)), vfs_(std::move(vfs)) {}
  /// Every lease has ended: a read unit that outlives its store is a fault of ours.
  ~SqliteReadPool();
  SqliteReadPool(const SqliteReadPool&) = delete;
  SqliteReadPool& operator=(const SqliteReadPool&) = delete;

  /// A handle with an open read transaction, whose snapshot is of this generation or later, and taken by the
  /// first statement at the latest. None: others may write, so no snapshot is kept. Errors: unavailable (more
  /// than limits::read_handles at once, or the system refuses another), internal (damaged).
  [[nodiscard]] base::Result<Lease> take(Generation generation = std::nullopt);

  /// Ends the snapshots of the handles that rest: after a commit nobody wants them.
  void end_snapshots();

  /// While it lives, no handle that rests has a snapshot.
  class WithoutSnapshots {
   public:
    explicit WithoutSnapshots(SqliteReadPool& pool);
    ~WithoutSnapshots();
    WithoutSnapshots(const WithoutSnapshots&) = delete;
    WithoutSnapshots& operator=(const WithoutSnapshots&) = delete;

   private:
    SqliteReadPool& pool_;
  };

  /// Closes the handles that rest in the pool.
  void close_idle();

  /// How many handles rest in the pool.
  [[nodiscard]] std::size_t idle() const;

 private:
  /// A handle that rests, and the generation of its snapshot where it has one.
  struct Resting {
    std::unique_ptr<SqliteConnection> connection;
    Generation generation;
  };

  [[nodiscard]] base::Result<Resting> idle_or_new();
  void give_back(std::unique_ptr<SqliteConnection> connection, Generation generation) noexcept;
  [[nodiscard]] bool keep(Resting& resting) noexcept;
  void end_snapshots_locked() noexcept;

  const std::string path_;
  const std::string vfs_;
  mutable std::mutex mutex_;
  std::vector<Resting> idle_;  // guarded by mutex_, as is what follows
  std::size_t taken_ = 0;
  int without_snapshots_ = 0;  // those who want none kept now
};

}  // namespace parley::store
