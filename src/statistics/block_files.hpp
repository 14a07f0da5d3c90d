#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "statistics/block.hpp"
#include "store/database.hpp"
#include "store/side_files.hpp"

/// The files that hold the bytes of blocks: some for each account, so that they go with it.
namespace parley::statistics {

/// The name of one of an account's files.
[[nodiscard]] std::string block_file_name(std::int64_t sid, std::int64_t file);

/// Where the next blocks are written: a file of limits::statistics_file_bytes or a little more for each
/// account, begun anew in each run of the program. On one thread, and one of them in a store.
class BlockFileWriter {
 public:
  explicit BlockFileWriter(store::SideFiles& files) noexcept : files_(files) {}

  /// Writes the bytes of a block to the disk, and into its entry where they are. A file that does not end
  /// where this has left it is left for good: what stands there is no longer known. Error: unavailable.
  [[nodiscard]] base::Result<> write(std::int64_t sid, Block& block);

  /// Whether this is the file that an account's next block goes to.
  [[nodiscard]] bool is_open(std::int64_t sid, std::int64_t file) const noexcept;

  /// How many files were filled, of all accounts.
  [[nodiscard]] std::uint64_t filled() const noexcept { return filled_; }

 private:
  struct Open {
    std::int64_t sid = 0;
    std::int64_t file = 0;
    std::uint64_t end = 0;
  };

  [[nodiscard]] base::Result<> write_to(Open& open, Block& block);

  store::SideFiles& files_;
  std::vector<Open> open_;  // one of an account, few enough to be looked through
  std::uint64_t filled_ = 0;
};

/// Takes away the files that no day names any more. Forgets the days of files that are named for less than
/// half, and of the smallest where an account has more than limits::statistics_files, and takes those away
/// too. Leaves what `writer` writes to. On the writer's thread. Errors: those of the store.
base::Task<base::Result<>> tidy_files(store::Database& database, const BlockFileWriter& writer);

/// Takes away all files of an account that is gone.
void remove_files(store::SideFiles& files, std::int64_t sid);

}  // namespace parley::statistics
