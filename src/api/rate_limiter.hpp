#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "account/api_key.hpp"

namespace parley::api {

/// What a key that has a limit may still do.
struct Allowance {
  bool is_granted = true;
  std::uint32_t limit = 0;            ///< Requests at once, and as many a second in the long run.
  std::uint32_t remaining = 0;        ///< Requests that would be granted now, one behind the other.
  std::chrono::nanoseconds reset{0};  ///< Until all of them are there again.
  std::chrono::nanoseconds retry{0};  ///< Until the next is granted; for one that is refused.
};

/// How many requests a second each key may make. Keys are counted by the generic cell rate algorithm: one
/// number each, and none for a key that has been silent for a second. Good keys only come here, so unknown
/// ones take no place. From any thread.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// `per_second`: 0 is no limit.
  explicit RateLimiter(std::uint32_t per_second = 0) noexcept : per_second_(per_second) {}
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  /// Takes effect with the next request.
  void set(std::uint32_t per_second) noexcept { per_second_.store(per_second, std::memory_order_relaxed); }
  [[nodiscard]] bool is_off() const noexcept { return per_second_.load(std::memory_order_relaxed) == 0; }

  /// Counts a request of the key, if it is granted. None where there is no limit.
  [[nodiscard]] std::optional<Allowance> take(const account::Grant& grant, Clock::time_point now);
  /// The same without counting: always granted.
  [[nodiscard]] std::optional<Allowance> look(const account::Grant& grant, Clock::time_point now);

  /// Keys that have a place now.
  [[nodiscard]] std::size_t size();

 private:
  using Key = std::pair<std::int64_t, std::int64_t>;  // Account and key.
  struct Hash {
    [[nodiscard]] std::size_t operator()(const Key& key) const noexcept;
  };
  /// When each key would have all its requests again; those for which that is past are not needed.
  struct Shard {
    std::mutex mutex;
    std::unordered_map<Key, Clock::time_point, Hash> full_at;  // Guarded by mutex.
  };

  [[nodiscard]] std::optional<Allowance> count(const account::Grant& grant, Clock::time_point now,
                                               bool takes);
  static void make_room(Shard& shard, Clock::time_point now);

  std::atomic<std::uint32_t> per_second_;
  static constexpr std::size_t shard_count = 16;
  std::array<Shard, shard_count> shards_;
};

}  // namespace parley::api
