#include "api/rate_limiter.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace parley::api {

using namespace std::chrono_literals;

std::size_t RateLimiter::Hash::operator()(const Key& key) const noexcept {
  // Both are small numbers in a row: an odd factor spreads them.
  const std::uint64_t mixed = static_cast<std::uint64_t>(key.first) * 0x9e3779b97f4a7c15ULL +
                              static_cast<std::uint64_t>(key.second) * 0xc2b2ae3d27d4eb4fULL;
  return static_cast<std::size_t>(mixed ^ mixed >> 32U);
}

std::optional<Allowance> RateLimiter::take(const account::Grant& grant, Clock::time_point now) {
  return count(grant, now, true);
}

std::optional<Allowance> RateLimiter::look(const account::Grant& grant, Clock::time_point now) {
  return count(grant, now, false);
}

std::optional<Allowance> RateLimiter::count(const account::Grant& grant, Clock::time_point now, bool takes) {
  const std::uint32_t limit = per_second_.load(std::memory_order_relaxed);
  if (limit == 0) return std::nullopt;
  const Key key{grant.sid, grant.key_id};
  Shard& shard = shards_[Hash()(key) % shard_count];
  const std::chrono::nanoseconds each = std::chrono::nanoseconds(1s) / limit;
  const std::chrono::nanoseconds all = each * limit;

  const std::lock_guard lock(shard.mutex);
  const auto known = shard.full_at.find(key);
  Clock::time_point full_at = known == shard.full_at.end() ? now : std::max(known->second, now);
  Allowance allowance;
  allowance.limit = limit;
  const bool has_one = full_at + each <= now + all;
  if (takes && has_one) {
    full_at += each;
    if (known != shard.full_at.end()) {
      known->second = full_at;
    } else {
      make_room(shard, now);
      shard.full_at.emplace(key, full_at);
    }
  }
  allowance.is_granted = !takes || has_one;
  // A limit that was lowered leaves a key with less than nothing for a moment.
  const auto room = std::max(now + all - full_at, Clock::duration::zero());
  allowance.remaining = static_cast<std::uint32_t>(room / each);
  allowance.reset = full_at - now;
  if (!allowance.is_granted) allowance.retry = full_at + each - (now + all);
  return allowance;
}

void RateLimiter::make_room(Shard& shard, Clock::time_point now) {
  constexpr std::size_t most = limits::limited_keys / shard_count;
  if (shard.full_at.size() < most) return;
  std::erase_if(shard.full_at, [now](const auto& entry) { return entry.second <= now; });
  // More good keys than this in one second: they begin anew, and what bounds all keys together is elsewhere.
  if (shard.full_at.size() >= most) shard.full_at.clear();
}

std::size_t RateLimiter::size() {
  std::size_t size = 0;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    size += shard.full_at.size();
  }
  return size;
}

}  // namespace parley::api
