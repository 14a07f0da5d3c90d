#pragma once

#include <array>
#include <cstdint>

#include "base/metrics.hpp"

/// What a store has done since it was opened, and what waits in it now: for those who watch it.
namespace parley::store {

struct WriterStatistics {
  std::uint64_t units = 0;                    ///< Units whose body ran.
  std::uint64_t failed_units = 0;             ///< Of these, undone alone: their body or a hook failed.
  std::uint64_t groups = 0;                   ///< Transactions committed, each with one unit or more.
  std::uint64_t failed_groups = 0;            ///< Transactions that could not be begun or committed.
  std::array<std::uint64_t, 3> waiting = {};  ///< Units in the queue now, by Priority.
  base::HistogramTotals group_units;          ///< Units of each transaction committed.
  base::HistogramTotals commit_seconds;       ///< What each commit took, with its sync.
};

/// Of the write-ahead log.
struct CheckpointStatistics {
  std::uint64_t passive = 0;  ///< Checkpoints that took nobody's lock.
  std::uint64_t restart = 0;  ///< Checkpoints that held the writer for a moment, to begin the log anew.
  /// Checkpoints that could not do all they were to (a reader or the disk was in the way).
  std::uint64_t failed = 0;
  std::uint64_t log_pages = 0;  ///< Pages of the log after the last commit; 0 when it has been begun anew.
};

/// All zero for a store that was opened for reading only.
struct Statistics {
  WriterStatistics writer;
  CheckpointStatistics checkpoints;
};

class Database;

/// From any thread, while the store lives.
[[nodiscard]] Statistics statistics_of(const Database& database);

}  // namespace parley::store
