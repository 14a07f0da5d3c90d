#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace parley::encoding {

/// Compresses a stream into one gzip member (RFC 1952) whose header holds no time, so equal input gives equal
/// bytes. Holds some 256 KB. On one thread at a time. Each function appends what is ready to `out`.
class GzipWriter {
 public:
  /// `level`: 1 (fast) to 9 (small).
  explicit GzipWriter(int level);
  GzipWriter(GzipWriter&&) noexcept;
  GzipWriter& operator=(GzipWriter&&) noexcept;
  ~GzipWriter();

  void write(std::string& out, std::string_view in);

  /// Puts out all that was written so far, so that a reader can have it now. Costs some compression.
  void flush(std::string& out);

  /// Ends the member. Nothing may be written after it.
  void finish(std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// The whole text as one gzip member.
[[nodiscard]] std::string gzip(std::string_view text, int level);

/// What one or more gzip members hold. Errors: `invalid_argument` when damaged, cut off or followed by
/// something else; `too_large` when it would be more than `maximum` bytes.
[[nodiscard]] base::Result<std::string> gunzip(std::string_view compressed, std::size_t maximum);

}  // namespace parley::encoding
