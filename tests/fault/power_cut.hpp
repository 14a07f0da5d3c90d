#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "store/open.hpp"
#include "tests/fault/power_cut_vfs.hpp"

namespace parley::fault {

/// What a workload was told about its units, each under a number of its own.
struct Promises {
  std::set<std::int64_t> kept;     ///< Acknowledged: must be there, whole, whatever happens.
  std::set<std::int64_t> refused;  ///< Answered with an error while the power was on: must not be there.
};

/// Something done to a store, and what must hold of the disk that is found after.
struct Workload {
  /// Makes what stands in the directory before anything goes wrong. May be empty.
  std::function<void(const std::string& directory)> prepare;
  /// Works on the store at `location`, which names the faulty VFS; notes what it was promised. Ends by itself
  /// whatever fails. May cut the power itself.
  std::function<void(const store::Location& location, PowerCutVfs& disk, Promises& promises)> run;
  /// Looks at the store in `directory` with the program's own code and the system's VFS; gives one sentence
  /// for each promise that was broken.
  std::function<std::vector<std::string>(const std::string& directory, const Promises& promises)> verify;
};

/// What came of it.
struct Outcome {
  std::uint64_t steps = 0;  ///< Steps of the run at which something went wrong.
  std::uint64_t disks = 0;  ///< Disks looked at.
  std::vector<std::string> violations;
};

/// Runs the workload again and again, cutting the power at its first, second, … step (`stride` apart) until
/// one run ends before its cut; looks at `disks_per_cut` of the disks each cut may leave.
[[nodiscard]] Outcome cut_at_every_step(const Workload& workload, int disks_per_cut, std::uint64_t stride = 1,
                                        bool lying_sync = false);

/// Runs the workload again and again, letting its first, second, … step fail alone (disk full, sync refused);
/// then cuts the power and looks at the disks. Here what was refused must be gone.
[[nodiscard]] Outcome fail_at_every_step(const Workload& workload, int disks_per_failure,
                                         std::uint64_t stride = 1);

}  // namespace parley::fault
