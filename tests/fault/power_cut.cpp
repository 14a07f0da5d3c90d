#include "tests/fault/power_cut.hpp"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace parley::fault {

namespace {

/// In memory where the system has such a place: the simulated disk needs no real one, and the runs are many.
std::filesystem::path scratch() {
  std::error_code ignored;
  const std::filesystem::path memory = "/dev/shm";
  const bool usable = std::filesystem::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0;
  return usable ? memory : std::filesystem::temp_directory_path();
}

class Directory {
 public:
  Directory() : path_((scratch() / "parley-fault-XXXXXX").string()) {
    PARLEY_CHECK(::mkdtemp(path_.data()) != nullptr);
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// One run with one fault; gives whether the fault was reached.
bool run_once(const Workload& workload, const Faults& faults, int disks, Outcome& outcome) {
  const Directory directory;
  if (workload.prepare) workload.prepare(directory.path());
  PowerCutVfs vfs(faults);
  Promises promises;
  workload.run({directory.path(), std::nullopt, vfs.name()}, vfs, promises);
  const std::uint64_t at = faults.cut_at + faults.fail_at;
  const bool reached = vfs.steps() >= at;
  vfs.cut();
  if (faults.fail_at == 0) promises.refused.clear();
  outcome.steps += reached ? 1 : 0;
  for (int i = 0; i < disks; ++i) {
    const std::uint64_t seed = at * 1'000 + static_cast<std::uint64_t>(i);
    const Directory disk;
    vfs.write_disk(disk.path(), seed);
    ++outcome.disks;
    for (std::string& broken : workload.verify(disk.path(), promises)) {
      outcome.violations.push_back("step " + std::to_string(at) + ", disk " + std::to_string(seed) + ": " +
                                   broken);
    }
  }
  return reached;
}

}  // namespace

Outcome cut_at_every_step(const Workload& workload, int disks_per_cut, std::uint64_t stride,
                          bool lying_sync) {
  Outcome outcome;
  Faults faults{.cut_at = 1, .lying_sync = lying_sync};
  while (run_once(workload, faults, disks_per_cut, outcome)) faults.cut_at += stride;
  return outcome;
}

Outcome fail_at_every_step(const Workload& workload, int disks_per_failure, std::uint64_t stride) {
  Outcome outcome;
  Faults faults{.fail_at = 1};
  while (run_once(workload, faults, disks_per_failure, outcome)) faults.fail_at += stride;
  return outcome;
}

}  // namespace parley::fault
