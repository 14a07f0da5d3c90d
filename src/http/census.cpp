#include "http/census.hpp"

#include "base/limits.hpp"

namespace parley::http {

Census::Place Census::enter(std::optional<std::uint64_t> network) {
  const std::lock_guard lock(mutex_);
  const auto known = network ? by_network_.find(*network) : by_network_.end();
  const std::size_t of_network = known == by_network_.end() ? 0 : known->second;
  if (welcome_ < connections_ && of_network < per_network_) {
    ++welcome_;
    if (network) ++by_network_[*network];
    return {Verdict::welcome, network};
  }
  if (refused_ >= limits::refused_connections) return {Verdict::turned_away, network};
  ++refused_;
  return {Verdict::refused, network};
}

void Census::leave(const Place& place) {
  const std::lock_guard lock(mutex_);
  if (place.verdict == Verdict::refused) --refused_;
  if (place.verdict == Verdict::welcome) {
    --welcome_;
    if (place.network) {
      const auto found = by_network_.find(*place.network);
      if (--found->second == 0) by_network_.erase(found);
    }
  }
  if (welcome_ + refused_ == 0) none_.notify_all();
}

void Census::wait_for_none(std::chrono::steady_clock::time_point end) {
  std::unique_lock lock(mutex_);
  none_.wait_until(lock, end, [this] { return welcome_ + refused_ == 0; });
}

}  // namespace parley::http
