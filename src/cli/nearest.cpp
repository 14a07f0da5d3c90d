#include "cli/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace parley::cli {

namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  // Longer names forgive more; past a third of it the guess would only confuse.
  std::size_t best_distance = (name.size() + 2) / 3 + 1;
  std::string best;
  for (const std::string& candidate : known) {
    const std::size_t found = distance(name, candidate);
    if (found < best_distance) {
      best_distance = found;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string found = nearest(name, known);
  return found.empty() ? std::string() : " (did you mean " + found + "?)";
}

}  // namespace parley::cli
