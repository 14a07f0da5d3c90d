#include "app/block_keeper.hpp"

#include <sys/resource.h>

#include "base/log.hpp"
#include "base/task.hpp"
#include "statistics/day_builder.hpp"

namespace parley::app {

namespace {

/// How far below others this thread stands, of 19: exports that wait for nothing of it come first.
constexpr int niceness = 10;

}  // namespace

BlockKeeper::BlockKeeper(store::Database& database) : database_(database), thread_([this] { run(); }) {}

BlockKeeper::~BlockKeeper() {
  days_.close();
  thread_.join();
}

void BlockKeeper::run() {
  // On Linux of the calling thread alone. Where it is refused, the thread is merely less polite.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, niceness));
  while (const auto entry = days_.take()) {
    const auto built = base::block_on(statistics::build_day(database_, entry->sid, entry->day));
    if (built) continue;
    base::log(base::Level::warning, "the blocks of a day could not be made; its next reader asks again",
              {{"sid", entry->sid},
               {"day", statistics::day_number(entry->day)},
               {"code", base::name_of(built.error().code)},
               {"reason", built.error().log_text}});
  }
}

}  // namespace parley::app
