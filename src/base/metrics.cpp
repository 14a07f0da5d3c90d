#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/error.hpp"

namespace parley::base {

namespace {

/// A label's value: backslash, quote and line end are escaped, the rest stands as it is.
void append_escaped(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace

std::uint64_t HistogramTotals::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

Histogram::Histogram(std::span<const double> bounds) noexcept : bounds_(bounds) {
  PARLEY_CHECK(bounds.size() <= most_bounds && std::ranges::is_sorted(bounds));
}

void Histogram::add(double value) noexcept {
  const auto place = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(place)].add();
  sum_.store(sum_.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

void Histogram::add_to(HistogramTotals& totals) const {
  totals.bounds = bounds_;
  totals.counts.resize(bounds_.size() + 1);
  for (std::size_t i = 0; i < totals.counts.size(); ++i) totals.counts[i] += counts_[i].value();
  totals.sum += sum_.load(std::memory_order_relaxed);
}

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void MetricsText::name_with(std::string_view suffix, Labels labels, std::string_view bound) {
  text_.append(name_).append(suffix);
  char before = '{';
  const auto add = [&](std::string_view name, std::string_view value) {
    text_.push_back(before);
    text_.append(name).append("=\"");
    append_escaped(text_, value);
    text_.push_back('"');
    before = ',';
  };
  for (const auto& [name, value] : labels) add(name, value);
  if (!bound.empty()) add("le", bound);
  text_.append(before == '{' ? " " : "} ");
}

void MetricsText::sample(double value, Labels labels) {
  name_with({}, labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void MetricsText::sample(std::uint64_t value, Labels labels) {
  name_with({}, labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void MetricsText::sample(const HistogramTotals& totals, Labels labels) {
  const auto line = [this](auto value) { fmt::format_to(std::back_inserter(text_), "{}\n", value); };
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < totals.bounds.size(); ++i) {
    so_far += totals.counts.empty() ? 0 : totals.counts[i];
    name_with("_bucket", labels, fmt::format("{}", totals.bounds[i]));
    line(so_far);
  }
  name_with("_bucket", labels, "+Inf");
  line(totals.count());
  name_with("_sum", labels);
  line(totals.sum);
  name_with("_count", labels);
  line(totals.count());
}

}  // namespace parley::base
