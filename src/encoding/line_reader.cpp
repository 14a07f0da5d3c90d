#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "encoding/file_error.hpp"
#include "encoding/line_file.hpp"

namespace parley::encoding {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

/// 15 bits of window (32 KB), 16 for gzip's header and trailer in place of zlib's.
constexpr int gzip_window = 15 + 16;

/// What one step of unpacking did.
struct Unpacked {
  std::size_t taken = 0;
  std::size_t made = 0;
};

std::unexpected<base::Error> damaged(std::string_view format) {
  return fail(ErrorCode::invalid_argument, "the file's " + std::string(format) + " data is damaged");
}

/// The unpacking of one file: none, gzip or zstd.
class Unpacker {
 public:
  explicit Unpacker(Compression compression) : compression_(compression) {
    if (compression == Compression::gzip) PARLEY_CHECK(inflateInit2(&gzip_, gzip_window) == Z_OK);
    if (compression == Compression::zstd) {
      zstd_ = ZSTD_createDCtx();
      PARLEY_CHECK(zstd_ != nullptr);
      const std::size_t set = ZSTD_DCtx_setParameter(zstd_, ZSTD_d_windowLogMax, limits::zstd_window_log);
      PARLEY_CHECK(!ZSTD_isError(set));
    }
  }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  ~Unpacker() {
    if (compression_ == Compression::gzip) inflateEnd(&gzip_);
    ZSTD_freeDCtx(zstd_);
  }

  [[nodiscard]] std::string_view name() const noexcept {
    return compression_ == Compression::zstd ? "zstd" : "gzip";
  }

  /// Whether the file may not end here: inside a member or frame, or before the first.
  [[nodiscard]] bool inside() const noexcept { return inside_; }

  Result<Unpacked> step(std::string_view in, char* out, std::size_t room) {
    return compression_ == Compression::zstd ? step_zstd(in, out, room) : step_gzip(in, out, room);
  }

 private:
  Result<Unpacked> step_gzip(std::string_view in, char* out, std::size_t room) {
    if (!inside_) inflateReset(&gzip_);
    // zlib does not write to its input; the blocks we pass fit its 32-bit sizes.
    gzip_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    gzip_.avail_in = static_cast<uInt>(in.size());
    gzip_.next_out = reinterpret_cast<Bytef*>(out);
    gzip_.avail_out = static_cast<uInt>(room);
    const int answer = inflate(&gzip_, Z_NO_FLUSH);
    if (answer == Z_MEM_ERROR) return fail(ErrorCode::unavailable, "memory is short");
    if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR) return damaged(name());
    inside_ = answer != Z_STREAM_END;
    return Unpacked{.taken = in.size() - gzip_.avail_in, .made = room - gzip_.avail_out};
  }

  Result<Unpacked> step_zstd(std::string_view in, char* out, std::size_t room) {
    ZSTD_inBuffer input{.src = in.data(), .size = in.size(), .pos = 0};
    ZSTD_outBuffer output{.dst = out, .size = room, .pos = 0};
    const std::size_t answer = ZSTD_decompressStream(zstd_, &output, &input);
    if (ZSTD_isError(answer)) {
      const ZSTD_ErrorCode code = ZSTD_getErrorCode(answer);
      if (code == ZSTD_error_memory_allocation) return fail(ErrorCode::unavailable, "memory is short");
      if (code != ZSTD_error_frameParameter_windowTooLarge) return damaged(name());
      return fail(ErrorCode::too_large, "the file's zstd window is larger than 2^" +
                                            std::to_string(limits::zstd_window_log) + " bytes");
    }
    inside_ = answer != 0;
    return Unpacked{.taken = input.pos, .made = output.pos};
  }

  Compression compression_;
  z_stream gzip_{};
  ZSTD_DCtx* zstd_ = nullptr;
  // A packed file has at least one member: an empty one was cut off.
  bool inside_ = true;
};

}  // namespace

struct LineReader::State {
  int descriptor;
  bool owned;
  Compression compression;
  std::size_t maximum;
  Unpacker unpacker;

  // Packed bytes that wait to be unpacked: [packed_begin, packed_end).
  std::vector<char> packed;
  std::size_t packed_begin = 0;
  std::size_t packed_end = 0;
  bool file_ended = false;

  // Unpacked bytes that wait to be given: [begin, end); no LF before `searched`.
  std::vector<char> text;
  std::size_t begin = 0;
  std::size_t searched = 0;
  std::size_t end = 0;

  std::uint64_t taken = 0;
  std::optional<std::uint64_t> total;
  std::uint64_t lines = 0;
  std::optional<base::Error> failure;

  State(int from, bool own, Compression how, std::size_t most)
      : descriptor(from), owned(own), compression(how), maximum(most), unpacker(how) {
    text.resize(limits::file_block_bytes);
    if (how != Compression::none) packed.resize(limits::file_block_bytes);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (owned) close(descriptor);
  }

  Result<std::optional<std::string_view>> next_line();

 private:
  Result<std::size_t> read_some(char* to, std::size_t room);
  Result<std::size_t> unpack_some(char* to, std::size_t room);
  void make_room();
  Result<std::optional<std::string_view>> give(std::size_t size, bool ended_by_line_feed);
};

/// Bytes from the descriptor; 0 at the end of the file.
Result<std::size_t> LineReader::State::read_some(char* to, std::size_t room) {
  for (;;) {
    const ssize_t got = read(descriptor, to, room);
    if (got >= 0) {
      taken += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (errno == EAGAIN) {
      wait_for(descriptor, POLLIN);
    } else if (errno != EINTR) {
      return file_error(errno, "the file");
    }
  }
}

/// Unpacked bytes; 0 at the end of the file.
Result<std::size_t> LineReader::State::unpack_some(char* to, std::size_t room) {
  if (compression == Compression::none) return read_some(to, room);
  for (;;) {
    if (packed_begin == packed_end && !file_ended) {
      PARLEY_TRY_ASSIGN(packed_end, read_some(packed.data(), packed.size()));
      packed_begin = 0;
      file_ended = packed_end == 0;
    }
    const bool exhausted = packed_begin == packed_end;
    if (exhausted && !unpacker.inside()) return std::size_t{0};
    const std::string_view in(packed.data() + packed_begin, packed_end - packed_begin);
    PARLEY_TRY_ASSIGN(const Unpacked done, unpacker.step(in, to, room));
    packed_begin += done.taken;
    if (done.made > 0) return done.made;
    if (exhausted && unpacker.inside()) {
      return fail(ErrorCode::invalid_argument,
                  "the file ends in the middle of its " + std::string(unpacker.name()) + " data");
    }
  }
}

/// Makes room behind the text: moves what waits to the front, or grows when one line fills all.
void LineReader::State::make_room() {
  if (begin > 0) {
    std::memmove(text.data(), text.data() + begin, end - begin);
    searched -= begin;
    end -= begin;
    begin = 0;
  }
  // The longest line with CR and one byte more, by which its excess shows.
  if (end == text.size()) text.resize(std::min(2 * text.size(), std::max(maximum + 2, text.size() + 1)));
}

/// Gives the `size` bytes at `begin` as a line.
Result<std::optional<std::string_view>> LineReader::State::give(std::size_t size, bool ended_by_line_feed) {
  std::string_view line(text.data() + begin, size);
  begin = searched = begin + size + (ended_by_line_feed ? 1 : 0);
  ++lines;
  if (ended_by_line_feed && line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > maximum) {
    return fail(ErrorCode::too_large,
                "line " + std::to_string(lines) + " is longer than " + std::to_string(maximum) + " bytes");
  }
  return line;
}

Result<std::optional<std::string_view>> LineReader::State::next_line() {
  for (;;) {
    const void* found = nullptr;
    if (searched < end) found = std::memchr(text.data() + searched, '\n', end - searched);
    if (found != nullptr) {
      const auto place = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
      return give(place - begin, true);
    }
    searched = end;
    if (end - begin > maximum + 1) return give(end - begin, false);
    make_room();
    PARLEY_TRY_ASSIGN(const std::size_t got, unpack_some(text.data() + end, text.size() - end));
    end += got;
    if (got > 0) continue;
    if (begin == end) return std::nullopt;
    return give(end - begin, false);
  }
}

Compression compression_of(std::string_view path) noexcept {
  if (path.ends_with(".gz")) return Compression::gzip;
  if (path.ends_with(".zst")) return Compression::zstd;
  return Compression::none;
}

Result<LineReader> LineReader::open(const std::string& path, std::size_t maximum_line_bytes) {
  if (path == "-") {
    return LineReader(std::make_unique<State>(STDIN_FILENO, false, Compression::none, maximum_line_bytes));
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_error(errno, "the file '" + path + "'");
  return from_descriptor(descriptor, compression_of(path), maximum_line_bytes);
}

Result<LineReader> LineReader::from_descriptor(int descriptor, Compression compression,
                                               std::size_t maximum_line_bytes) {
  auto state = std::make_unique<State>(descriptor, true, compression, maximum_line_bytes);
  struct stat about{};
  if (fstat(descriptor, &about) != 0) return file_error(errno, "the file");
  if (S_ISDIR(about.st_mode)) return file_error(EISDIR, "what was named");
  if (S_ISREG(about.st_mode)) state->total = static_cast<std::uint64_t>(about.st_size);
  return LineReader(std::move(state));
}

LineReader::LineReader(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<std::optional<std::string_view>> LineReader::next() {
  if (state_->failure) return fail(*state_->failure);
  auto line = state_->next_line();
  if (!line) state_->failure = line.error();
  return line;
}

std::uint64_t LineReader::bytes_read() const noexcept {
  return state_->taken;
}
std::optional<std::uint64_t> LineReader::total_bytes() const noexcept {
  return state_->total;
}
std::uint64_t LineReader::line_number() const noexcept {
  return state_->lines;
}

}  // namespace parley::encoding
