#include "app/block_keeper.hpp"

#include <chrono>

#include "base/log.hpp"
#include "base/task.hpp"
#include "base/thread_priority.hpp"
#include "statistics/day_builder.hpp"

namespace parley::app {

namespace {

/// How far below others this thread stands, of 19: exports that wait for nothing of it come first.
constexpr int niceness = 10;

/// How long after its first read a day's blocks are begun: that answer, and others of the same client, are
/// still being made, of the same disk and processor.
constexpr std::chrono::milliseconds rest(1'000);

}  // namespace

BlockKeeper::BlockKeeper(store::Database& database) : database_(database), thread_([this] { run(); }) {}

BlockKeeper::~BlockKeeper() {
  days_.close();
  thread_.join();
}

void BlockKeeper::tidy(const statistics::BlockFileWriter& writer) {
  const auto tidied = base::block_on(statistics::tidy_files(database_, writer));
  if (tidied) return;
  base::log(base::Level::warning,
            "files of blocks that are of no use were not removed; it is tried again later",
            {{"code", base::name_of(tidied.error().code)}, {"reason", tidied.error().log_text}});
}

void BlockKeeper::run() {
  base::lower_priority(niceness);
  statistics::BlockFileWriter writer(database_.files());
  tidy(writer);
  std::uint64_t filled = writer.filled();
  while (const auto entry = days_.take(rest)) {
    const auto built = base::block_on(statistics::build_day(database_, writer, entry->sid, entry->day));
    if (writer.filled() != filled) tidy(writer);
    filled = writer.filled();
    if (built) continue;
    base::log(base::Level::warning, "the blocks of a day could not be made; its next reader asks again",
              {{"sid", entry->sid},
               {"day", statistics::day_number(entry->day)},
               {"code", base::name_of(built.error().code)},
               {"reason", built.error().log_text}});
  }
}

}  // namespace parley::app
