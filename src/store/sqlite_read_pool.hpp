#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite_connection.hpp"

namespace parley::store {

/// The read handles of a store: opened when more readers work at once than ever before, kept for the next.
/// From any thread.
class SqliteReadPool {
 public:
  /// A handle taken from the pool, with its read transaction; gives both back when it ends. Outlived by its
  /// pool.
  class Lease {
   public:
    Lease(Lease&& other) noexcept : pool_(other.pool_), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    ~Lease();

    [[nodiscard]] SqliteConnection& connection() const noexcept { return *connection_; }

   private:
    friend class SqliteReadPool;
    Lease(SqliteReadPool& pool, std::unique_ptr<SqliteConnection> connection) noexcept
        : pool_(pool), connection_(std::move(connection)) {}

    SqliteReadPool& pool_;
    std::unique_ptr<SqliteConnection> connection_;
  };

  SqliteReadPool(std::string path, std::string vfs) : path_(std::move(path)), vfs_(std::move(vfs)) {}
  /// Every lease has ended: a read unit that outlives its store is a fault of ours.
  ~SqliteReadPool();
  SqliteReadPool(const SqliteReadPool&) = delete;
  SqliteReadPool& operator=(const SqliteReadPool&) = delete;

  /// A handle with an open read transaction. Its snapshot is taken by the first statement. Errors:
  /// unavailable (more than limits::read_handles at once, or the system refuses another), internal (damaged).
  [[nodiscard]] base::Result<Lease> take();

  /// Closes the handles that rest in the pool.
  void close_idle();

  /// How many handles rest in the pool.
  [[nodiscard]] std::size_t idle() const;

 private:
  [[nodiscard]] base::Result<std::unique_ptr<SqliteConnection>> idle_or_new();
  void give_back(std::unique_ptr<SqliteConnection> connection) noexcept;

  const std::string path_;
  const std::string vfs_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_;
  std::size_t taken_ = 0;
};

}  // namespace parley::store
