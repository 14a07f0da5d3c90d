#include "http/gathering.hpp"

#include <algorithm>

namespace parley::http {

namespace {

std::size_t clamped(std::size_t bytes) noexcept {
  return std::clamp(bytes, limits::stream_chunk_bytes_least, limits::stream_chunk_bytes_most);
}

}  // namespace

std::size_t RunningStreams::share_of(std::size_t streams) noexcept {
  constexpr std::size_t reserve = 16;
  return clamped(limits::gathered_bytes / reserve / std::max<std::size_t>(streams, 1));
}

std::size_t next_wanted(std::size_t wanted, std::size_t bytes,
                        std::chrono::steady_clock::duration waited) noexcept {
  using Microseconds = std::chrono::duration<double, std::micro>;
  constexpr double gathered_for = 50'000;  // Microseconds.
  const double taken_in = Microseconds(waited).count();
  if (taken_in <= 0) return clamped(wanted * 2);
  const double pace = std::min(static_cast<double>(bytes) / taken_in, 1e6);
  return clamped(static_cast<std::size_t>(pace * gathered_for));
}

}  // namespace parley::http
