#include "base/metrics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace parley::base {
namespace {

constexpr std::array<double, 3> bounds{1, 2, 5};

TEST(Metrics, CountAddsUp) {
  Count count;
  count.add();
  count.add(41);
  EXPECT_EQ(count.value(), 42U);
}

TEST(Metrics, AValueAtABoundBelongsToIt) {
  Histogram histogram(bounds);
  for (const double value : {0.5, 1.0, 1.5, 2.0, 5.0, 5.1, 100.0}) histogram.add(value);
  HistogramTotals totals;
  histogram.add_to(totals);
  EXPECT_EQ(totals.counts, (std::vector<std::uint64_t>{2, 2, 1, 2}));
  EXPECT_EQ(totals.count(), 7U);
  EXPECT_DOUBLE_EQ(totals.sum, 115.1);
}

TEST(Metrics, ShardsAreAddedUp) {
  Histogram one(bounds);
  Histogram other(bounds);
  one.add(1);
  other.add(1);
  other.add(9);
  HistogramTotals totals;
  one.add_to(totals);
  other.add_to(totals);
  EXPECT_EQ(totals.counts, (std::vector<std::uint64_t>{2, 0, 0, 1}));
}

TEST(Metrics, IsReadWhileItIsCounted) {
  Count count;
  Histogram histogram(bounds);
  std::thread counting([&] {
    for (int i = 0; i < 10'000; ++i) {
      count.add();
      histogram.add(i % 7);
    }
  });
  std::uint64_t before = 0;
  while (before < 10'000) {
    const std::uint64_t now = count.value();
    EXPECT_GE(now, before);
    before = now;
    HistogramTotals totals;
    histogram.add_to(totals);
    EXPECT_LE(totals.count(), 10'000U);
  }
  counting.join();
}

TEST(Metrics, TextHasHelpTypeAndSamples) {
  MetricsText text;
  text.counter("parley_things_total", "Things.");
  text.sample(std::uint64_t{18'446'744'073'709'551'615ULL}, {{"kind", "a\\b\"c\nd"}, {"more", "é"}});
  text.gauge("parley_level", "A level.");
  text.sample(0.25);
  Histogram histogram(bounds);
  histogram.add(1.5);
  histogram.add(7);
  HistogramTotals totals;
  histogram.add_to(totals);
  text.histogram("parley_seconds", "Time.");
  text.sample(totals, {{"method", "x"}});
  EXPECT_EQ(std::move(text).take(),
            "# HELP parley_things_total Things.\n"
            "# TYPE parley_things_total counter\n"
            "parley_things_total{kind=\"a\\\\b\\\"c\\nd\",more=\"é\"} 18446744073709551615\n"
            "# HELP parley_level A level.\n"
            "# TYPE parley_level gauge\n"
            "parley_level 0.25\n"
            "# HELP parley_seconds Time.\n"
            "# TYPE parley_seconds histogram\n"
            "parley_seconds_bucket{method=\"x\",le=\"1\"} 0\n"
            "parley_seconds_bucket{method=\"x\",le=\"2\"} 1\n"
            "parley_seconds_bucket{method=\"x\",le=\"5\"} 1\n"
            "parley_seconds_bucket{method=\"x\",le=\"+Inf\"} 2\n"
            "parley_seconds_sum{method=\"x\"} 8.5\n"
            "parley_seconds_count{method=\"x\"} 2\n");
}

TEST(Metrics, AnEmptyHistogramIsWhole) {
  MetricsText text;
  text.histogram("parley_seconds", "Time.");
  HistogramTotals totals;
  Histogram(bounds).add_to(totals);
  text.sample(totals);
  EXPECT_NE(std::move(text).take().find("parley_seconds_bucket{le=\"+Inf\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace parley::base
