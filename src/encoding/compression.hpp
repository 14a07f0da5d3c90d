#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace parley::encoding {

/// How much memory a compressor may take while it lives.
enum class Memory : std::uint8_t {
  ample,    ///< What the method takes by itself: for a file.
  usual,    ///< Up to half a megabyte: for one answer of some.
  thrifty,  ///< Some 50 KB: for one of very many.
};

/// A piece of a text that was compressed before: blocks of raw deflate (RFC 1951) that refer to nothing
/// outside the piece, none of them the last of a stream, ended by a full flush, so at a whole byte.
struct DeflatedPiece {
  std::string_view bytes;    ///< As compressed.
  std::uint32_t crc32 = 0;   ///< Of the text (the checksum of RFC 1952).
  std::uint64_t length = 0;  ///< Bytes of the text.
};

/// Compresses a text so that it can be a `DeflatedPiece`: appends to `out`, gives the text's checksum.
/// `level`: 1 (fast) to 9 (small).
[[nodiscard]] std::uint32_t deflate_piece(std::string& out, std::string_view text, int level);

/// Compresses a stream into one gzip member (RFC 1952) whose header holds no time, so equal input gives equal
/// bytes. Pieces compressed before can stand anywhere in it. On one thread at a time. Each function appends
/// what is ready to `out`.
class GzipWriter {
 public:
  /// `level`: 1 (fast) to 9 (small). Memory is taken when there is something to compress.
  explicit GzipWriter(int level, Memory memory = Memory::usual);
  GzipWriter(GzipWriter&&) noexcept;
  GzipWriter& operator=(GzipWriter&&) noexcept;
  ~GzipWriter();

  void write(std::string& out, std::string_view in);

  /// Puts a piece behind what was written, as it is. The compressor's memory is given back until the next
  /// `write` of more than a few bytes.
  void append_deflated(std::string& out, const DeflatedPiece& piece);

  /// Puts out all that was written so far, so that a reader can have it now. Costs some compression.
  void flush(std::string& out);

  /// Ends the member. Nothing may be written after it.
  void finish(std::string& out);

 private:
  friend std::uint32_t deflate_piece(std::string& out, std::string_view text, int level);
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// The whole text as one gzip member.
[[nodiscard]] std::string gzip(std::string_view text, int level);

/// What one or more gzip members hold. Errors: `invalid_argument` when damaged, cut off or followed by
/// something else; `too_large` when it would be more than `maximum` bytes.
[[nodiscard]] base::Result<std::string> gunzip(std::string_view compressed, std::size_t maximum);

}  // namespace parley::encoding
