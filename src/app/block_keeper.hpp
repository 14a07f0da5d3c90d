#pragma once

#include <thread>

#include "statistics/block_files.hpp"
#include "statistics/day_queue.hpp"
#include "store/database.hpp"

namespace parley::app {

/// Makes the blocks of the days that exports met without, one day after the other, on a thread of its own
/// that lets all others go first, and takes away files of blocks that are of no use any more: at its start,
/// and whenever one is full. Ends when destroyed.
class BlockKeeper {
 public:
  explicit BlockKeeper(store::Database& database);
  ~BlockKeeper();
  BlockKeeper(const BlockKeeper&) = delete;
  BlockKeeper& operator=(const BlockKeeper&) = delete;

  /// Where exports ask.
  [[nodiscard]] statistics::DayQueue& days() noexcept { return days_; }

 private:
  void run();
  void tidy(const statistics::BlockFileWriter& writer);

  store::Database& database_;
  statistics::DayQueue days_;
  std::thread thread_;
};

}  // namespace parley::app
