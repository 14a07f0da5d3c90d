#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace parley::store {

/// A file of `SideFiles`, open for reading. What has once been written stays as it is, also when the file is
/// removed meanwhile. From any thread.
class SideFile {
 public:
  /// Takes the descriptor.
  explicit SideFile(int descriptor) noexcept : descriptor_(descriptor) {}
  ~SideFile();
  SideFile(const SideFile&) = delete;
  SideFile& operator=(const SideFile&) = delete;

  /// Whether it reaches so far. One that was cut short elsewhere, as by a copy, does not.
  [[nodiscard]] bool reaches(std::uint64_t end) const noexcept;

  /// Appends the `bytes` bytes from `offset` on. Error: unavailable when they cannot be read or are not
  /// there; then `out` is as before.
  [[nodiscard]] base::Result<> read(std::string& out, std::uint64_t offset, std::size_t bytes) const;

 private:
  int descriptor_;
};

/// Files beside the store, for large bytes that can be made anew: read past the database, straight into an
/// answer. Only ever appended to, and a name is never used again, so what the store says of a place in a file
/// holds as long as the file is there; whoever finds it gone or too short does without. All functions from
/// any thread, `append` from one at a time for each name.
class SideFiles {
 public:
  /// `folder` is made at the first `append`.
  explicit SideFiles(std::string folder) noexcept : folder_(std::move(folder)) {}

  /// The file, shared by all who read it at this time. Null if it cannot be opened.
  [[nodiscard]] std::shared_ptr<const SideFile> open(const std::string& name);

  /// Writes the parts one behind the other to the end of the file, which is at `begin`, and to the disk; at 0
  /// the file is made. A failure may leave a piece of them there. Errors: conflict, and nothing is written,
  /// when the file does not end there; unavailable.
  [[nodiscard]] base::Result<> append(const std::string& name, std::uint64_t begin,
                                      std::span<const std::string_view> parts);

  struct Entry {
    std::string name;
    std::uint64_t bytes = 0;
  };
  /// What there is, in no order.
  [[nodiscard]] std::vector<Entry> list() const;

  /// Takes the file away if it is there; who reads it goes on.
  void remove(const std::string& name) noexcept;

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const;

  const std::string folder_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const SideFile>> open_;  // guarded by mutex_
};

}  // namespace parley::store
