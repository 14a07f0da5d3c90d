#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the program counts while it works, and the text in which `/metrics` tells it.
namespace parley::base {

/// A number that one thread adds to and any thread reads. Adding costs a plain load and store: no lock, no
/// cache line that wanders between cores. Who has several threads gives each a count of its own and adds them
/// up when asked.
class Count {
 public:
  /// On the one thread that owns it.
  void add(std::uint64_t amount = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  /// From any thread.
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// A histogram as it is told: `counts[i]` values were at most `bounds[i]` and above the bound before; the
/// last of `counts` is what was above all bounds.
struct HistogramTotals {
  std::span<const double> bounds;
  std::vector<std::uint64_t> counts;
  double sum = 0;

  /// All values together.
  [[nodiscard]] std::uint64_t count() const noexcept;
};

/// How values are spread over fixed bounds. One thread adds, any thread reads; a reader may see a value in
/// its bucket that is not in the sum yet.
class Histogram {
 public:
  static constexpr std::size_t most_bounds = 20;

  /// `bounds` rise, are at most `most_bounds`, and live as long as the program.
  explicit Histogram(std::span<const double> bounds) noexcept;

  /// On the one thread that owns it. Takes no NaN.
  void add(double value) noexcept;

  /// Adds what there is to `totals`, which is empty or has the same bounds. From any thread.
  void add_to(HistogramTotals& totals) const;

 private:
  std::span<const double> bounds_;
  std::array<Count, most_bounds + 1> counts_;
  std::atomic<double> sum_ = 0;
};

/// Seconds, from a tenth of a millisecond to a minute: answers and commits alike.
inline constexpr std::array<double, 16> seconds_bounds{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60};

/// Things done together, from one to a thousand.
inline constexpr std::array<double, 10> group_bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 1024};

/// Writes the Prometheus text format, version 0.0.4: families, each with its help and type, then its samples.
/// On one thread.
class MetricsText {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  /// Begins a family. `help` is one line.
  void counter(std::string_view name, std::string_view help) { family(name, "counter", help); }
  void gauge(std::string_view name, std::string_view help) { family(name, "gauge", help); }
  void histogram(std::string_view name, std::string_view help) { family(name, "histogram", help); }

  /// One sample of the family that was begun last. Label values may be any text.
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {});
  void sample(const HistogramTotals& totals, Labels labels = {});

  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  void family(std::string_view name, std::string_view type, std::string_view help);
  void name_with(std::string_view suffix, Labels labels, std::string_view bound = {});

  std::string text_;
  std::string name_;
};

}  // namespace parley::base
