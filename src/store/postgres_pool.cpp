#include "store/postgres_pool.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace parley::store {

namespace {

using base::Result;
using base::Task;
using SteadyClock = std::chrono::steady_clock;

}  // namespace

/// One who waits for a connection. Held by the pool and by the asker's frame; the answer is looked at on the
/// asker's thread alone.
struct PostgresPool::Waiter {
  explicit Waiter(base::Scheduler* asking) noexcept : scheduler(asking) {}

  base::Scheduler* scheduler;
  std::coroutine_handle<> asker;
  std::unique_ptr<PostgresConnection> connection;
  base::Error error;
  bool is_gone = false;  ///< Touched on the asker's thread only.

  /// Brings the answer to the asker. Whoever is gone leaves the connection to the pool.
  static void answer(const std::shared_ptr<Waiter>& waiter, PostgresPool& pool) {
    waiter->scheduler->post([waiter, &pool] {
      if (!waiter->is_gone) return waiter->asker.resume();
      if (waiter->connection) pool.give_back(std::move(waiter->connection));
    });
  }
};

/// Holds a waiter in the asker's coroutine frame; gives it up when the frame is destroyed early.
struct PostgresPool::Waiting {
  std::shared_ptr<Waiter> waiter;
  std::unique_lock<std::mutex> lock;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> asker) {
    waiter->asker = asker;
    // From here on another thread may answer; the answer comes on this thread, so the frame is still there.
    lock.unlock();
  }
  void await_resume() const noexcept {}
};

PostgresPool::Lease& PostgresPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    end();
    pool_ = other.pool_;
    connection_ = std::move(other.connection_);
  }
  return *this;
}

void PostgresPool::Lease::end() noexcept {
  if (!connection_) return;
  connection_->rest();
  pool_->give_back(std::move(connection_));
}

PostgresPool::PostgresPool(std::string url, std::size_t most) : url_(std::move(url)), most_(most) {
  opener_ = std::thread([this] { run(); });
}

PostgresPool::~PostgresPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  opener_.join();
  PARLEY_CHECK(size_ == idle_.size());
}

Task<Result<PostgresPool::Lease>> PostgresPool::take() {
  struct Leaving {
    std::shared_ptr<Waiter> waiter;
    ~Leaving() { waiter->is_gone = true; }
  };
  std::unique_lock lock(mutex_);
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    co_return Lease(*this, std::move(connection));
  }
  if (is_lost_ && SteadyClock::now() < next_try_) {
    base::Error error = lost_;
    co_return base::fail(std::move(error));
  }
  if (waiting_.size() >= limits::postgres_waiting) {
    co_return base::fail(base::ErrorCode::unavailable,
                         "the store has too much to read at the moment; please try again",
                         "too many wait for a connection to PostgreSQL");
  }
  const Leaving leaving{std::make_shared<Waiter>(base::Scheduler::current())};
  Waiter& waiter = *leaving.waiter;
  PARLEY_CHECK(waiter.scheduler != nullptr);
  waiting_.push_back(leaving.waiter);
  changed_.notify_all();
  Waiting waiting{leaving.waiter, std::move(lock)};
  co_await waiting;
  if (waiter.connection) co_return Lease(*this, std::move(waiter.connection));
  co_return base::fail(std::move(waiter.error));
}

void PostgresPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || (!waiting_.empty() && size_ < most_); });
    if (closing_) return;
    if (is_lost_ && changed_.wait_until(lock, next_try_, [this] { return closing_; })) return;
    ++size_;
    lock.unlock();
    auto opened = PostgresConnection::open(url_);
    lock.lock();
    note_opened(std::move(opened));
  }
}

void PostgresPool::note_opened(Result<std::unique_ptr<PostgresConnection>> opened) {
  if (opened) {
    if (std::exchange(is_lost_, false)) base::log(base::Level::info, "postgres_back", {});
    pause_ = limits::postgres_first_pause;
    if (const auto waiter = next_waiter()) {
      waiter->connection = *std::move(opened);
      return Waiter::answer(waiter, *this);
    }
    idle_.push_back(*std::move(opened));
    return;
  }
  --size_;
  lost_ = std::move(opened).error();
  if (!std::exchange(is_lost_, true)) {
    pause_ = limits::postgres_first_pause;
    base::log(base::Level::error, "postgres_lost", {{"reason", std::string_view(lost_.log_text)}});
  }
  next_try_ = SteadyClock::now() + pause_;
  pause_ = std::min(pause_ * 2, std::chrono::milliseconds(limits::postgres_longest_pause));
  // With connections left, those who wait get one of them when it comes back.
  if (size_ > 0) return;
  while (const auto waiter = next_waiter()) {
    waiter->error = lost_;
    Waiter::answer(waiter, *this);
  }
}

std::shared_ptr<PostgresPool::Waiter> PostgresPool::next_waiter() {
  if (waiting_.empty()) return nullptr;
  auto waiter = std::move(waiting_.front());
  waiting_.pop_front();
  return waiter;
}

void PostgresPool::give_back(std::unique_ptr<PostgresConnection> connection) noexcept {
  const bool is_good = connection->is_usable();
  // Closed outside the lock: it may take a while.
  std::unique_ptr<PostgresConnection> closed;
  const std::lock_guard lock(mutex_);
  if (!is_good) {
    --size_;
    closed = std::move(connection);
    changed_.notify_all();
    return;
  }
  if (const auto waiter = next_waiter()) {
    waiter->connection = std::move(connection);
    return Waiter::answer(waiter, *this);
  }
  idle_.push_back(std::move(connection));
}

void PostgresPool::close_idle() {
  std::vector<std::unique_ptr<PostgresConnection>> closed;
  const std::lock_guard lock(mutex_);
  closed.swap(idle_);
  size_ -= closed.size();
  changed_.notify_all();
}

std::size_t PostgresPool::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

std::size_t PostgresPool::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace parley::store
