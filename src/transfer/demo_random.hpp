#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.hpp"

namespace parley::transfer::demo {

/// SplitMix64's step (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
/// turns any number into a well-spread one.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) noexcept {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

/// Random numbers that are the same on every machine and compiler: SplitMix64, whole numbers only, because
/// the standard library's distributions and the functions of <cmath> may differ from one to the next. Not for
/// secrets. On one thread.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

  /// 0 … `end` - 1; `end` is at least 1.
  [[nodiscard]] constexpr std::uint32_t below(std::uint32_t end) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32U) * end) >> 32U);
  }

  /// `first` … `last`, both ends included; the span stays below 2^32.
  [[nodiscard]] constexpr std::int64_t between(std::int64_t first, std::int64_t last) noexcept {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint32_t>(last - first + 1)));
  }

  /// True `per_mille` times in a thousand.
  [[nodiscard]] constexpr bool chance(std::uint32_t per_mille) noexcept { return below(1'000) < per_mille; }

  /// One of a list that is not empty. The reference is the list's own.
  template <typename List>
  [[nodiscard]] constexpr const auto& pick(const List& list) noexcept {
    return list[below(static_cast<std::uint32_t>(std::size(list)))];
  }

  /// An index into `weights`, each as likely as its weight; their sum is above 0 and below 2^32.
  [[nodiscard]] constexpr std::size_t weighted(std::span<const std::uint32_t> weights) noexcept {
    std::uint32_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    std::uint32_t place = below(sum);
    for (std::size_t index = 0; index < weights.size(); ++index) {
      if (place < weights[index]) return index;
      place -= weights[index];
    }
    PARLEY_CHECK(false);
  }

  /// A value from a distribution given by its quantiles at equal distances, straight lines between them.
  [[nodiscard]] constexpr std::int64_t from_quantiles(std::span<const std::int64_t> quantiles) noexcept {
    const std::size_t step = below(static_cast<std::uint32_t>(quantiles.size() - 1));
    return between(quantiles[step], quantiles[step + 1]);
  }

 private:
  [[nodiscard]] constexpr std::uint64_t next() noexcept {
    const std::uint64_t value = mix(state_);
    state_ += 0x9E3779B97F4A7C15U;
    return value;
  }

  std::uint64_t state_;
};

}  // namespace parley::transfer::demo
