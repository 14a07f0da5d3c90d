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

}  // namespace

struct GzipWriter::Stream {
  z_stream z{};

  explicit Stream(int level) {
    PARLEY_CHECK(level >= 1 && level <= 9);
    // Fails only when memory does, which ends the program as every other allocation would.
    PARLEY_CHECK(deflateInit2(&z, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { deflateEnd(&z); }

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

GzipWriter::GzipWriter(int level) : stream_(std::make_unique<Stream>(level)) {}
GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;
GzipWriter& GzipWriter::operator=(GzipWriter&&) noexcept = default;
GzipWriter::~GzipWriter() = default;

void GzipWriter::write(std::string& out, std::string_view in) {
  stream_->run(out, in, Z_NO_FLUSH);
}
void GzipWriter::flush(std::string& out) {
  stream_->run(out, {}, Z_SYNC_FLUSH);
}
void GzipWriter::finish(std::string& out) {
  stream_->run(out, {}, Z_FINISH);
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
