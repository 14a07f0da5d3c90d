#include "statistics/day_queue.hpp"

#include "base/limits.hpp"

namespace parley::statistics {

void DayQueue::ask(std::int64_t sid, Day day) {
  const std::lock_guard lock(mutex_);
  if (is_closed_ || waiting_.size() >= limits::statistics_days_waiting) return;
  const Entry entry{sid, day};
  if (!known_.insert(entry).second) return;
  waiting_.push_back({entry, std::chrono::steady_clock::now()});
  wake_.notify_one();
}

std::optional<DayQueue::Entry> DayQueue::take(std::chrono::milliseconds rest) {
  const auto is_closed = [this] { return is_closed_; };
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return is_closed_ || !waiting_.empty(); });
    if (is_closed_) return std::nullopt;
    const auto due = waiting_.front().asked_at + rest;
    if (due <= std::chrono::steady_clock::now()) break;
    wake_.wait_until(lock, due, is_closed);
  }
  const Entry entry = waiting_.front().entry;
  waiting_.pop_front();
  known_.erase(entry);
  return entry;
}

void DayQueue::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  wake_.notify_all();
}

}  // namespace parley::statistics
