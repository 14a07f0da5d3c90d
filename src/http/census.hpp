#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace parley::http {

/// Counts the connections of all loops together, and each network's. From any thread.
class Census {
 public:
  enum class Verdict : std::uint8_t {
    welcome,
    refused,      ///< Over a limit: to be told so.
    turned_away,  ///< Over a limit, and too many are being told so: not counted, to be closed at once.
  };
  /// What a connection was counted as; it gives it back when it ends.
  struct Place {
    Verdict verdict = Verdict::turned_away;
    std::optional<std::uint64_t> network;  ///< As `counted_network` has it; none: of no network.
  };

  /// The most in all, and of one network.
  Census(std::size_t connections, std::size_t per_network) noexcept
      : connections_(connections), per_network_(per_network) {}

  [[nodiscard]] Place enter(std::optional<std::uint64_t> network);
  void leave(const Place& place);

  /// Waits until there is none, at most until `end`.
  void wait_for_none(std::chrono::steady_clock::time_point end);

 private:
  const std::size_t connections_;
  const std::size_t per_network_;
  std::mutex mutex_;
  std::condition_variable none_;
  // Guarded by mutex_:
  std::size_t welcome_ = 0;
  std::size_t refused_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> by_network_;  // Of the welcome ones.
};

}  // namespace parley::http
