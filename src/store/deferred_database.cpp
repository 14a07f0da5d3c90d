#include "store/deferred_database.hpp"

#include <algorithm>
#include <coroutine>
#include <random>

namespace parley::store {

/// Lives on its scheduler's thread. Each that waits posts one job, and each job lets a random one of them go
/// on.
class DeferredDatabase::Turns : public std::enable_shared_from_this<Turns> {
 public:
  Turns(base::Scheduler& scheduler, std::uint64_t seed) : scheduler_(scheduler), random_(seed) {}

  void wait(std::coroutine_handle<> asker) {
    waiting_.push_back(asker);
    scheduler_.post([self = shared_from_this()] { self->turn(); });
  }

  /// For one that is destroyed while it waits.
  void leave(std::coroutine_handle<> asker) noexcept { std::erase(waiting_, asker); }

 private:
  void turn() {
    if (waiting_.empty()) return;
    // Sometimes nobody goes, so that even one alone waits for more than one turn.
    if (random_() % 4 == 0) {
      scheduler_.post([self = shared_from_this()] { self->turn(); });
      return;
    }
    const auto index = static_cast<std::size_t>(random_() % waiting_.size());
    const std::coroutine_handle<> chosen = waiting_[index];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
    chosen.resume();
  }

  base::Scheduler& scheduler_;
  std::mt19937_64 random_;
  std::vector<std::coroutine_handle<>> waiting_;
};

namespace {

using Turns = DeferredDatabase::Turns;

/// `co_await`: goes on on a later turn.
class LaterTurn {
 public:
  explicit LaterTurn(std::shared_ptr<Turns> turns) noexcept : turns_(std::move(turns)) {}
  LaterTurn(const LaterTurn&) = delete;
  LaterTurn& operator=(const LaterTurn&) = delete;
  ~LaterTurn() {
    if (waiting_) turns_->leave(asker_);
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> asker) {
    asker_ = asker;
    waiting_ = true;
    turns_->wait(asker);
  }
  void await_resume() noexcept { waiting_ = false; }

 private:
  std::shared_ptr<Turns> turns_;
  std::coroutine_handle<> asker_;
  bool waiting_ = false;
};

class DeferredReadUnit final : public Unit {
 public:
  DeferredReadUnit(Unit& inner, std::shared_ptr<Turns> turns) : inner_(inner), turns_(std::move(turns)) {}

  base::Task<base::Result<>> query(const Sql& sql, Values values, RowSink sink) override {
    LaterTurn before(turns_);
    co_await before;
    auto result = co_await inner_.query(sql, values, sink);
    LaterTurn after(turns_);
    co_await after;
    co_return result;
  }

 private:
  Unit& inner_;
  std::shared_ptr<Turns> turns_;
};

}  // namespace

DeferredDatabase::DeferredDatabase(std::unique_ptr<Database> inner, std::uint64_t seed)
    : inner_(std::move(inner)), seed_(seed) {}

DeferredDatabase::~DeferredDatabase() = default;

std::shared_ptr<DeferredDatabase::Turns> DeferredDatabase::turns() {
  base::Scheduler* const scheduler = base::Scheduler::current();
  PARLEY_CHECK(scheduler != nullptr);
  const std::lock_guard lock(mutex_);
  auto& found = turns_[scheduler];
  if (!found) found = std::make_shared<Turns>(*scheduler, seed_);
  return found;
}

base::Task<base::Result<>> DeferredDatabase::read(ReadBody body) {
  const auto mine = turns();
  LaterTurn before(mine);
  co_await before;
  auto deferred = [&body, &mine](Unit& inner) -> base::Task<base::Result<>> {
    DeferredReadUnit unit(inner, mine);
    auto result = co_await body(unit);
    co_return result;
  };
  auto result = co_await inner_->read(std::ref(deferred));
  LaterTurn after(mine);
  co_await after;
  co_return result;
}

base::Task<base::Result<>> DeferredDatabase::write(Priority priority, WriteBody body) {
  const auto mine = turns();
  LaterTurn before(mine);
  co_await before;
  auto result = co_await inner_->write(priority, std::move(body));
  LaterTurn after(mine);
  co_await after;
  co_return result;
}

void DeferredDatabase::set_hooks(std::vector<Hook> hooks) {
  inner_->set_hooks(std::move(hooks));
}

}  // namespace parley::store
