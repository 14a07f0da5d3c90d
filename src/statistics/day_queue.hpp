#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "statistics/block.hpp"

namespace parley::statistics {

/// Days that were read and have no blocks yet, in the order asked for, each once. Bounded by
/// limits::statistics_days_waiting: what is beyond is dropped, and asked for again by its next reader. Every
/// function from any thread.
class DayQueue {
 public:
  struct Entry {
    std::int64_t sid = 0;
    Day day;

    auto operator<=>(const Entry&) const = default;
  };

  /// Asks for a day's blocks.
  void ask(std::int64_t sid, Day day);

  /// Waits for the next day; empty once the queue is closed.
  [[nodiscard]] std::optional<Entry> take();

  /// Lets `take` end; what waits is dropped.
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> waiting_;  // guarded by mutex_
  std::set<Entry> known_;      // likewise: what is in waiting_
  bool is_closed_ = false;     // likewise
};

}  // namespace parley::statistics
