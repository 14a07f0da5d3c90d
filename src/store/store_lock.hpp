#pragma once

#include <string>

#include "base/error.hpp"

namespace parley::store {

/// The lock that lets one process at a time write to a store: flock(2) on the file `lock` in its folder, with
/// the holder's process id in it. The system lets go of it when the process ends, however it ends.
class StoreLock {
 public:
  /// Takes the lock of the store in `directory`, which exists. Errors: conflict, naming the holder's process
  /// id; unavailable if the file cannot be made.
  [[nodiscard]] static base::Result<StoreLock> take(const std::string& directory);

  /// Whether anybody, this process too, holds the lock of the store in `directory`.
  [[nodiscard]] static bool is_held(const std::string& directory);

  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&& other) noexcept;
  StoreLock(const StoreLock&) = delete;
  ~StoreLock();

 private:
  explicit StoreLock(int descriptor) noexcept : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace parley::store
