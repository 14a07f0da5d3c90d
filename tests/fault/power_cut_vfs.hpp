#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace parley::fault {

/// What goes wrong with the disk. Every write, truncation, sync and deletion is a step, counted from 1.
struct Faults {
  std::uint64_t cut_at = 0;  ///< The step at which the power goes: it and all after it fail. 0: never.
  std::uint64_t fail_at =
      0;  ///< The one step that fails (disk full, sync refused) while all others work. 0: none.
  bool lying_sync = false;  ///< Syncs answer at once and do nothing: the negative control.
};

/// A VFS under SQLite (https://sqlite.org/vfs.html) that remembers what would be on the disk if the power
/// went now. It sits on the system's VFS, which keeps the files, locks and shared memory of the living
/// process; beside it stands, for each file, what was synced and what was only written since. From any
/// thread.
class PowerCutVfs {
 public:
  /// Registers itself under a name of its own. Outlives every handle opened with it.
  explicit PowerCutVfs(const Faults& faults);
  ~PowerCutVfs();
  PowerCutVfs(const PowerCutVfs&) = delete;
  PowerCutVfs& operator=(const PowerCutVfs&) = delete;

  /// The name to open databases with.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Cuts the power now.
  void cut();
  [[nodiscard]] bool is_cut() const;
  [[nodiscard]] std::uint64_t steps() const;

  /// Puts into `directory` one of the disks that may be found after the power came back: what was synced, and
  /// of the rest any part, in sectors of 512 bytes, whole, torn, garbled or not at all; and of files made or
  /// removed without a sync of their directory, either state. `seed` chooses.
  void write_disk(const std::string& directory, std::uint64_t seed) const;

 private:
  struct Change {
    std::int64_t offset;  // of a write; the new size of a truncation
    std::string bytes;
    bool is_truncation;
  };
  /// A file's content as the disk has it, whatever it is called.
  struct Inode {
    std::string synced;
    std::vector<Change> unsynced;
  };
  struct File;
  enum class Step : std::uint8_t { works, fails, cut_now, is_dead };

  static File& file_of(sqlite3_file* file);
  static PowerCutVfs& self_of(sqlite3_vfs* vfs);
  [[nodiscard]] Step step();
  Inode* inode_for(const std::string& path, bool exists, bool creates);
  static void apply(std::string& content, const Change& change);
  [[nodiscard]] static std::string after_loss(const Inode& inode, std::mt19937_64& random);
  static void apply_some(std::string& content, const Change& change, int mode, std::mt19937_64& random);

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags);
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory);
  static int close(sqlite3_file* file);
  static int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset);
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);
  static const sqlite3_io_methods& methods();

  const Faults faults_;
  std::string name_;
  sqlite3_vfs* system_;
  sqlite3_vfs vfs_{};

  mutable std::mutex mutex_;
  std::uint64_t steps_ = 0;
  bool cut_ = false;
  std::vector<std::unique_ptr<Inode>> inodes_;
  // The directory by file name: as the process sees it, and as it was last synced.
  std::map<std::string, Inode*> entries_;
  std::map<std::string, Inode*> synced_entries_;
};

}  // namespace parley::fault
