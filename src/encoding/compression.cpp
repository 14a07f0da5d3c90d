#include "encoding/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::encoding {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

/// 15 bits of window (32 KB), 16 for gzip's header and trailer in place of zlib's.
constexpr int gzip_window = 15 + 16;
/// A negative window is zlib's word for deflate without header and trailer.
constexpr int raw_window = -15;
constexpr int usual_memory_level = 8;
/// 8 KB of window and 32 KB for the rest.
constexpr int thrifty_window = -13;
constexpr int thrifty_memory_level = 5;
/// Text between two pieces up to this size is stored as it is: a compressor would cost more than it saves.
constexpr std::size_t stored_bytes = 512;
/// Room made for zlib's output at a time.
constexpr std::size_t output_step = 16 * 1024;

/// zlib reads through a pointer to non-const but does not write there (its ZLIB_CONST would say so).
Bytef* input_of(std::string_view text) noexcept {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
}

/// Lets zlib, by way of `step(stream)`, write behind what `out` holds; gives its answer.
template <typename Step>
int append_step(std::string& out, std::size_t room, z_stream& stream, Step step) {
  const std::size_t before = out.size();
  int answer = Z_OK;
  out.resize_and_overwrite(before + room, [&](char* data, std::size_t) {
    stream.next_out = reinterpret_cast<Bytef*>(data + before);
    stream.avail_out = static_cast<uInt>(room);
    answer = step(stream);
    return before + room - stream.avail_out;
  });
  return answer;
}

/// The lowest `bytes` bytes of a number, the lowest first.
void append_little_endian(std::string& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i, number >>= 8U) out.push_back(static_cast<char>(number & 0xffU));
}

}  // namespace

struct GzipWriter::Stream {
  z_stream z{};
  int level;
  Memory memory;
  uLong checksum = crc32(0, nullptr, 0);
  std::uint64_t length = 0;
  bool begun = false;      ///< The header is out.
  bool open = false;       ///< `z` lives.
  bool has_piece = false;  ///< A piece came; then short texts are stored.

  Stream(int its_level, Memory its_memory) : level(its_level), memory(its_memory) {
    PARLEY_CHECK(level >= 1 && level <= 9);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { close(); }

  void begin(std::string& out) {
    if (std::exchange(begun, true)) return;
    // RFC 1952 section 2.3: no name, no time; the compressor's effort; Unix.
    const char effort = level == 9 ? '\2' : level == 1 ? '\4' : '\0';
    out.append("\x1f\x8b\x08\0\0\0\0\0", 8);
    out.push_back(effort);
    out.push_back('\3');
  }

  void ensure_open() {
    if (std::exchange(open, true)) return;
    const bool thrifty = memory == Memory::thrifty;
    z = z_stream{};
    // Fails only when memory does, which ends the program as every other allocation would.
    PARLEY_CHECK(deflateInit2(&z, level, Z_DEFLATED, thrifty ? thrifty_window : raw_window,
                              thrifty ? thrifty_memory_level : usual_memory_level,
                              Z_DEFAULT_STRATEGY) == Z_OK);
  }

  void close() noexcept {
    if (std::exchange(open, false)) deflateEnd(&z);
  }

  void count(std::string_view in) {
    checksum = crc32_z(checksum, input_of(in), in.size());
    length += in.size();
  }

  /// A block of text as it is (RFC 1951 section 3.2.4), at a byte's border.
  void store(std::string& out, std::string_view in) {
    const auto size = static_cast<std::uint16_t>(in.size());
    out.push_back('\0');
    append_little_endian(out, size, 2);
    append_little_endian(out, static_cast<std::uint16_t>(~size), 2);
    out += in;
  }

  void run(std::string& out, std::string_view in, int flush) {
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    do {
      const std::string_view part = in.substr(0, most);
      in.remove_prefix(part.size());
      z.next_in = input_of(part);
      z.avail_in = static_cast<uInt>(part.size());
      do {
        const int answer = append_step(out, output_step, z, [&](z_stream& stream) {
          return deflate(&stream, in.empty() ? flush : Z_NO_FLUSH);
        });
        PARLEY_CHECK(answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR);
      } while (z.avail_out == 0);
    } while (!in.empty());
  }
};

GzipWriter::GzipWriter(int level, Memory memory) : stream_(std::make_unique<Stream>(level, memory)) {}
GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;
GzipWriter& GzipWriter::operator=(GzipWriter&&) noexcept = default;
GzipWriter::~GzipWriter() = default;

void GzipWriter::write(std::string& out, std::string_view in) {
  if (in.empty()) return;
  stream_->begin(out);
  stream_->count(in);
  if (stream_->has_piece && !stream_->open && in.size() <= stored_bytes) {
    stream_->store(out, in);
    return;
  }
  stream_->ensure_open();
  stream_->run(out, in, Z_NO_FLUSH);
}

void GzipWriter::append_deflated(std::string& out, const DeflatedPiece& piece) {
  stream_->begin(out);
  // Ends at a byte's border; a compressor that begins anew afterwards refers to nothing before it.
  if (stream_->open) stream_->run(out, {}, Z_FULL_FLUSH);
  stream_->close();
  stream_->has_piece = true;
  out += piece.bytes;
  const auto size = static_cast<z_off_t>(piece.length);
  stream_->checksum = crc32_combine(stream_->checksum, piece.crc32, size);
  stream_->length += piece.length;
}

void GzipWriter::flush(std::string& out) {
  stream_->begin(out);
  if (stream_->open) stream_->run(out, {}, Z_SYNC_FLUSH);
}

void GzipWriter::finish(std::string& out) {
  stream_->begin(out);
  if (!stream_->has_piece) stream_->ensure_open();
  if (stream_->open) {
    stream_->run(out, {}, Z_FINISH);
  } else {
    out.append("\3\0", 2);  // A last block, of fixed codes and without text.
  }
  stream_->close();
  append_little_endian(out, stream_->checksum, 4);
  append_little_endian(out, stream_->length, 4);
}

std::uint32_t deflate_piece(std::string& out, std::string_view text, int level) {
  GzipWriter::Stream stream(level, Memory::usual);
  stream.count(text);
  if (!text.empty()) {
    stream.ensure_open();
    stream.run(out, text, Z_FULL_FLUSH);
  }
  return static_cast<std::uint32_t>(stream.checksum);
}

std::string gzip(std::string_view text, int level) {
  GzipWriter writer(level);
  std::string out;
  writer.write(out, text);
  writer.finish(out);
  return out;
}

Result<std::string> gunzip(std::string_view compressed, std::size_t maximum) {
  z_stream stream{};
  PARLEY_CHECK(inflateInit2(&stream, gzip_window) == Z_OK);
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, inflateEnd);
  constexpr std::size_t most = std::numeric_limits<uInt>::max();
  std::string out;
  bool between_members = true;
  do {
    if (between_members) inflateReset(&stream);
    const std::size_t given = std::min(compressed.size(), most);
    stream.next_in = input_of(compressed);
    stream.avail_in = static_cast<uInt>(given);
    // One byte more than allowed is asked for, so that reaching the maximum and passing it differ.
    const std::size_t room = std::min(output_step, maximum - out.size()) + 1;
    const int answer = append_step(out, room, stream, [](z_stream& z) { return inflate(&z, Z_NO_FLUSH); });
    compressed.remove_prefix(given - stream.avail_in);
    if (out.size() > maximum) {
      return fail(ErrorCode::too_large, "unpacks to more than " + std::to_string(maximum) + " bytes");
    }
    if (answer != Z_OK && answer != Z_STREAM_END) {
      return fail(ErrorCode::invalid_argument, "is not whole gzip data");
    }
    between_members = answer == Z_STREAM_END;
  } while (!between_members || !compressed.empty());
  return out;
}

}  // namespace parley::encoding
