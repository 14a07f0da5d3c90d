#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace parley::encoding {

/// A file that has no name and goes when it is closed, also when the program is killed. In $TMPDIR, else
/// /tmp. On one thread at a time.
class TemporaryFile {
 public:
  /// Error: unavailable, as where the disk is full.
  [[nodiscard]] static base::Result<TemporaryFile> create();

  TemporaryFile(TemporaryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  /// A path by which this process can open it while it lives.
  [[nodiscard]] std::string path() const;

  /// Its size in bytes. Error: unavailable.
  [[nodiscard]] base::Result<std::uint64_t> size() const;

  /// Appends up to `bytes` bytes from `offset` on; at the end none. Error: unavailable.
  [[nodiscard]] base::Result<> read(std::string& out, std::uint64_t offset, std::size_t bytes) const;

 private:
  explicit TemporaryFile(int descriptor) noexcept : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace parley::encoding
