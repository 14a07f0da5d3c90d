#pragma once

#include <chrono>
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

  /// Waits for the next day, and until it was asked for `rest` ago: who asked is still being answered. Empty
  /// once the queue is closed.
  [[nodiscard]] std::optional<Entry> take(std::chrono::milliseconds rest = {});

  /// Lets `take` end; what waits is dropped.
  void close();

 private:
  struct Waiting {
    Entry entry;
    std::chrono::steady_clock::time_point asked_at;
  };

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  std::set<Entry> known_;        // likewise: what is in waiting_
  bool is_closed_ = false;       // likewise
};

}  // namespace parley::statistics
