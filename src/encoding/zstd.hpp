#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "encoding/compression.hpp"

namespace parley::encoding {

enum class Checksum : std::uint8_t { without, with };

/// Compresses a stream into one zstd frame (RFC 8878). The window stays far below the 8 MB that HTTP allows
/// (RFC 9659), whatever the memory. On one thread at a time. Each function appends what is ready to `out`.
class ZstdWriter {
 public:
  /// `level`: 1 (fast) to 19 (small); those above 5 only with ample memory.
  explicit ZstdWriter(int level, Memory memory = Memory::usual, Checksum checksum = Checksum::without);
  ZstdWriter(ZstdWriter&&) noexcept;
  ZstdWriter& operator=(ZstdWriter&&) noexcept;
  ~ZstdWriter();

  void write(std::string& out, std::string_view in);

  /// Ends the frame. Nothing may be written after it.
  void finish(std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// The whole text as one zstd frame that tells its size.
[[nodiscard]] std::string zstd(std::string_view text, int level);

/// What one zstd frame holds. Errors: as of `gunzip`; a window of more than 8 MB is damage too.
[[nodiscard]] base::Result<std::string> unzstd(std::string_view compressed, std::size_t maximum);

}  // namespace parley::encoding
