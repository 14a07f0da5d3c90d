#include "app/upkeep.hpp"

#include <vector>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/task.hpp"
#include "base/thread_priority.hpp"
#include "change/change.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::app {

namespace {

/// How far below others the thread stands, of 19: nobody waits for it.
constexpr int niceness = 10;

using base::Result;
using base::Task;

Task<Result<>> keep_up(store::Database& database, std::int64_t sid) {
  PARLEY_CO_TRY(co_await page_filter::build_all(database, sid));
  const base::Timestamp before = base::SystemClock().now() - limits::change_log_age;
  const auto trim = [sid, before](store::WriteUnit& unit) { return change::trim(unit, sid, before); };
  PARLEY_CO_TRY(co_await store::write_value<std::int64_t>(database, store::Priority::bulk, trim));
  co_return Result<>{};
}

Task<Result<>> keep_all_up(store::Database& database) {
  const auto list = [](store::Unit& unit) { return account::list(unit); };
  PARLEY_CO_TRY_ASSIGN(const auto accounts,
                       co_await store::read_value<std::vector<account::Account>>(database, list));
  for (const account::Account& account : accounts) {
    if (account.state != account::State::live) continue;
    PARLEY_CO_TRY(co_await keep_up(database, account.sid));
  }
  co_return Result<>{};
}

}  // namespace

Upkeep::Upkeep(store::Database& database) : database_(database), thread_([this] { run(); }) {}

Upkeep::~Upkeep() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

void Upkeep::run() {
  base::lower_priority(niceness);
  while (true) {
    work_once();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, limits::upkeep_interval, [this] { return is_stopping_; })) return;
  }
}

void Upkeep::work_once() {
  const auto done = base::block_on(keep_all_up(database_));
  if (done) return;
  base::log(base::Level::warning, "upkeep failed; it is tried again",
            {{"code", base::name_of(done.error().code)}, {"reason", done.error().log_text}});
}

}  // namespace parley::app
