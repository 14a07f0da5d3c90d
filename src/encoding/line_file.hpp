#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace parley::encoding {

/// How a file of lines is packed.
enum class Compression { none, gzip, zstd };

/// What a file's name says: `.gz` and `.zst` at its end.
[[nodiscard]] Compression compression_of(std::string_view path) noexcept;

/// Reads a file line by line, unpacking on the way, in memory of about twice the longest line. On one thread
/// at a time.
class LineReader {
 public:
  /// Opens a file, packed as its name says; `-` is standard input, not packed.
  /// Errors: `not_found`, `permission_denied`, `invalid_argument` for a folder, `unavailable` for other
  /// trouble of the system.
  [[nodiscard]] static base::Result<LineReader> open(
      const std::string& path, std::size_t maximum_line_bytes = limits::bundle_line_bytes);

  /// Reads from an open descriptor, which the reader owns from now on and closes at its end.
  [[nodiscard]] static base::Result<LineReader> from_descriptor(
      int descriptor, Compression compression, std::size_t maximum_line_bytes = limits::bundle_line_bytes);

  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  /// The next line without its LF and a CR before that; nothing at the end of the file. What follows the last
  /// LF is a line too unless it is empty. The view lives until the next call. gzip members and zstd frames
  /// one after another are read on. Errors: `too_large` for a line over the maximum, with its number;
  /// `invalid_argument` for packed data that is damaged or cut off; `unavailable` when reading fails. After
  /// an error every call gives the same one.
  [[nodiscard]] base::Result<std::optional<std::string_view>> next();

  /// Bytes of the file taken so far, still packed: for progress.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept;

  /// The file's size, where it has one (not a pipe).
  [[nodiscard]] std::optional<std::uint64_t> total_bytes() const noexcept;

  /// The number of the line that `next` gave last, from 1; 0 before the first.
  [[nodiscard]] std::uint64_t line_number() const noexcept;

 private:
  struct State;
  explicit LineReader(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// Writes a file that appears whole or not at all: under a name of its own beside the target until `finish`,
/// readable by its owner only. Destroyed unfinished it takes its file away. On one thread at a time.
class LineWriter {
 public:
  /// Begins `PATH.partial-XXXXXX`, packed as `path` says. `-` is standard output, not packed; a device or
  /// pipe is written straight, a symbolic link is followed. The program must ignore SIGPIPE. Errors:
  /// `not_found` (no such folder), `permission_denied`, `invalid_argument` for a folder, `unavailable`.
  [[nodiscard]] static base::Result<LineWriter> create(const std::string& path);

  LineWriter(LineWriter&&) noexcept;
  LineWriter& operator=(LineWriter&&) noexcept;
  ~LineWriter();

  /// Appends lines as they are: each must have its LF. Error: `unavailable` (disk full, reader gone); the
  /// file is then lost.
  [[nodiscard]] base::Result<> write(std::string_view lines);

  /// Puts everything on the disk and gives the file its name, replacing an older one. Nothing may be written
  /// after it. Error: `unavailable`; the target is as before.
  [[nodiscard]] base::Result<> finish();

 private:
  struct State;
  explicit LineWriter(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace parley::encoding
