#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

#include "base/limits.hpp"

namespace parley::http {

/// The streamed answers that are on their way in all of a server's loops, and what each may hold. From any
/// thread.
class RunningStreams {
 public:
  void begin() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  void end() noexcept { count_.fetch_sub(1, std::memory_order_relaxed); }

  /// Bytes that each may gather, within the two limits of a chunk: so little that what all of them hold stays
  /// within limits::gathered_bytes also where each keeps what it was given while there were fewer, as slow
  /// readers do who come one after the other.
  [[nodiscard]] std::size_t share() const noexcept {
    return share_of(count_.load(std::memory_order_relaxed));
  }
  [[nodiscard]] static std::size_t share_of(std::size_t streams) noexcept;

  /// Whether there are so many that each should also compress with little memory.
  [[nodiscard]] bool is_crowded() const noexcept { return share() < limits::stream_chunk_bytes; }

 private:
  std::atomic<std::size_t> count_ = 0;
};

/// How much to gather for a reader that took `bytes`, gathered as `wanted`, in `waited`: twice as much when
/// it took them at once, else what it takes in a twentieth of a second. Within the two limits of a chunk.
[[nodiscard]] std::size_t next_wanted(std::size_t wanted, std::size_t bytes,
                                      std::chrono::steady_clock::duration waited) noexcept;

}  // namespace parley::http
