#include "encoding/zstd.hpp"

#include <zstd.h>

#include <algorithm>

namespace parley::encoding {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

/// Windows as powers of two: 128 KB, and 16 KB where memory is short.
constexpr int usual_window = 17;
constexpr int thrifty_window = 14;
constexpr int thrifty_hash = 11;
/// Room made for output at a time.
constexpr std::size_t output_step = 16 * 1024;
/// The largest window that a receiver of HTTP must take (RFC 9659), as a power of two.
constexpr int http_window = 23;

struct Free {
  void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

}  // namespace

struct ZstdWriter::Stream {
  std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};

  void set(ZSTD_cParameter parameter, int value) const {
    PARLEY_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), parameter, value)));
  }

  void run(std::string& out, std::string_view in, ZSTD_EndDirective end) const {
    ZSTD_inBuffer input{.src = in.data(), .size = in.size(), .pos = 0};
    std::size_t left = 0;
    do {
      const std::size_t before = out.size();
      out.resize_and_overwrite(before + output_step, [&](char* data, std::size_t size) {
        ZSTD_outBuffer output{.dst = data, .size = size, .pos = before};
        left = ZSTD_compressStream2(context.get(), &output, &input, end);
        return output.pos;
      });
      // Fails only when memory does, which ends the program as every other allocation would.
      PARLEY_CHECK(!ZSTD_isError(left));
    } while (end == ZSTD_e_end ? left > 0 : input.pos < input.size);
  }
};

ZstdWriter::ZstdWriter(int level, Memory memory, Checksum checksum) : stream_(std::make_unique<Stream>()) {
  PARLEY_CHECK(level >= 1 && level <= 19 && stream_->context != nullptr);
  stream_->set(ZSTD_c_compressionLevel, level);
  if (checksum == Checksum::with) stream_->set(ZSTD_c_checksumFlag, 1);
  if (memory == Memory::ample) return;
  stream_->set(ZSTD_c_windowLog, memory == Memory::usual ? usual_window : thrifty_window);
  if (memory == Memory::thrifty) stream_->set(ZSTD_c_hashLog, thrifty_hash);
}
ZstdWriter::ZstdWriter(ZstdWriter&&) noexcept = default;
ZstdWriter& ZstdWriter::operator=(ZstdWriter&&) noexcept = default;
ZstdWriter::~ZstdWriter() = default;

void ZstdWriter::write(std::string& out, std::string_view in) {
  if (!in.empty()) stream_->run(out, in, ZSTD_e_continue);
}
void ZstdWriter::finish(std::string& out) {
  stream_->run(out, {}, ZSTD_e_end);
}

std::string zstd(std::string_view text, int level) {
  std::string out;
  out.resize_and_overwrite(ZSTD_compressBound(text.size()), [&](char* data, std::size_t size) {
    const std::size_t used = ZSTD_compress(data, size, text.data(), text.size(), level);
    PARLEY_CHECK(!ZSTD_isError(used));
    return used;
  });
  out.shrink_to_fit();
  return out;
}

Result<std::string> unzstd(std::string_view compressed, std::size_t maximum) {
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  PARLEY_CHECK(context != nullptr);
  PARLEY_CHECK(!ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, http_window)));
  ZSTD_inBuffer input{.src = compressed.data(), .size = compressed.size(), .pos = 0};
  std::string out;
  for (;;) {
    const std::size_t before = out.size();
    // One byte more than allowed is asked for, so that reaching the maximum and passing it differ.
    const std::size_t room = std::min(output_step, maximum - before) + 1;
    std::size_t left = 0;
    out.resize_and_overwrite(before + room, [&](char* data, std::size_t size) {
      ZSTD_outBuffer output{.dst = data, .size = size, .pos = before};
      left = ZSTD_decompressStream(context.get(), &output, &input);
      return output.pos;
    });
    if (out.size() > maximum) {
      return fail(ErrorCode::too_large, "unpacks to more than " + std::to_string(maximum) + " bytes");
    }
    const bool stuck = out.size() == before && input.pos == input.size;
    if (ZSTD_isError(left) || (left != 0 && stuck) || (left == 0 && input.pos != input.size)) {
      return fail(ErrorCode::invalid_argument, "is not whole zstd data");
    }
    if (left == 0) return out;
  }
}

}  // namespace parley::encoding
