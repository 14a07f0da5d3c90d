#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "base/task.hpp"
#include "store/database.hpp"

namespace parley::change {

/// The accounts' last change numbers, kept for as long as nothing is committed: every answer needs its
/// account's, and most come between two commits. From any thread.
class NumberMemory {
 public:
  explicit NumberMemory(store::Database& database) noexcept : database_(database) {}
  NumberMemory(const NumberMemory&) = delete;
  NumberMemory& operator=(const NumberMemory&) = delete;

  /// As `change::last_number`: no older than the last commit that anybody was told of. Errors: those of a
  /// read unit.
  base::Task<base::Result<std::int64_t>> last_number(std::int64_t sid);
  /// The same where it is known without a look at the store.
  [[nodiscard]] std::optional<std::int64_t> known_number(std::int64_t sid);

 private:
  struct Known {
    std::uint64_t generation = 0;
    std::int64_t number = 0;
  };

  base::Task<base::Result<std::int64_t>> look_up(std::int64_t sid);
  void remember(std::int64_t sid, Known known);

  store::Database& database_;
  std::mutex mutex_;
  std::unordered_map<std::int64_t, Known> known_;  // guarded by mutex_
};

}  // namespace parley::change
