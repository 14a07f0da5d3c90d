#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/postgres_connection.hpp"

namespace parley::store {

/// The connections of a store on PostgreSQL, opened by a thread of their own when there are too few, kept for
/// the next. While the server cannot be reached, who asks is refused at once, one try after the other is made
/// with growing pauses, and the log says when it was lost and when it came back, once each. From any thread
/// that has a scheduler.
class PostgresPool {
 public:
  /// A connection taken from the pool; gives it back when it ends, on the thread that took it. Outlived by
  /// its pool.
  class Lease {
   public:
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    Lease(const Lease&) = delete;
    ~Lease() { end(); }

    [[nodiscard]] PostgresConnection& connection() const noexcept { return *connection_; }

   private:
    friend class PostgresPool;
    Lease(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection) noexcept
        : pool_(&pool), connection_(std::move(connection)) {}
    void end() noexcept;

    PostgresPool* pool_;
    std::unique_ptr<PostgresConnection> connection_;
  };

  /// Begins with no connection. `most` bounds them all.
  PostgresPool(std::string url, std::size_t most);
  /// Every lease has ended, and nobody waits.
  ~PostgresPool();
  PostgresPool(const PostgresPool&) = delete;
  PostgresPool& operator=(const PostgresPool&) = delete;

  /// A connection, waiting for one where all are taken. Error: unavailable when the server cannot be reached,
  /// or when limits::postgres_waiting wait already.
  [[nodiscard]] base::Task<base::Result<Lease>> take();

  /// Closes those that rest: the server has most likely left them all.
  void close_idle();

  /// How many there are, taken or resting; and how many rest.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t idle() const;

 private:
  struct Waiter;
  struct Waiting;

  void run();
  void note_opened(base::Result<std::unique_ptr<PostgresConnection>> opened);
  void give_back(std::unique_ptr<PostgresConnection> connection) noexcept;
  /// The longest waiting, taken from the queue; null if nobody waits.
  [[nodiscard]] std::shared_ptr<Waiter> next_waiter();

  const std::string url_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;  // guarded by mutex_, as is what follows
  std::deque<std::shared_ptr<Waiter>> waiting_;
  std::size_t size_ = 0;
  bool closing_ = false;
  bool is_lost_ = false;
  base::Error lost_;                    // why
  std::chrono::milliseconds pause_{0};  // before the next try
  std::chrono::steady_clock::time_point next_try_;
  std::thread opener_;
};

}  // namespace parley::store
