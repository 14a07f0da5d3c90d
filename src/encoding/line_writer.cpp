#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "encoding/compression.hpp"
#include "encoding/file_error.hpp"
#include "encoding/line_file.hpp"
#include "encoding/zstd.hpp"

namespace parley::encoding {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

/// zlib's and zstd's own defaults: the usual bargain between time and size.
constexpr int gzip_level = 6;
constexpr int zstd_level = 3;

Result<> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(descriptor, bytes.data(), bytes.size());
    if (done >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(done));
    } else if (errno == EAGAIN) {
      wait_for(descriptor, POLLOUT);
    } else if (errno != EINTR) {
      const int number = errno;
      return fail(ErrorCode::unavailable, file_error(number, "the file").error().public_text);
    }
  }
  return {};
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Makes a new name last: a rename is only on the disk when its folder is.
Result<> sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return file_error(errno, "the folder '" + folder + "'");
  const bool synced = fsync(descriptor) == 0;
  const int number = errno;
  close(descriptor);
  // Some file systems cannot sync a folder and say so; nothing more can be done there.
  if (!synced && number != EINVAL) return file_error(number, "the folder '" + folder + "'");
  return {};
}

}  // namespace

struct LineWriter::State {
  std::string target;
  std::string partial;  ///< Empty where the target is written straight.
  int descriptor = -1;
  bool owned = true;
  std::optional<GzipWriter> gzip;
  std::optional<ZstdWriter> zstd;
  std::string pending;
  bool finished = false;
  std::optional<base::Error> failure;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { abandon(); }

  Result<> open_target();
  Result<> write(std::string_view lines);
  Result<> finish();

  /// Closes and takes the unfinished file away.
  void abandon() noexcept {
    if (owned && descriptor >= 0) close(descriptor);
    descriptor = -1;
    if (!partial.empty()) unlink(partial.c_str());
    partial.clear();
  }
};

Result<> LineWriter::State::open_target() {
  struct stat about{};
  const bool exists = stat(target.c_str(), &about) == 0;
  if (exists && S_ISDIR(about.st_mode)) return file_error(EISDIR, "'" + target + "'");
  if (exists && !S_ISREG(about.st_mode)) {
    // A device or pipe must not be replaced by a file of its name.
    descriptor = open(target.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return file_error(errno, "'" + target + "'");
    return {};
  }
  if (lstat(target.c_str(), &about) == 0 && S_ISLNK(about.st_mode)) {
    char* const resolved = realpath(target.c_str(), nullptr);
    if (resolved == nullptr) return file_error(errno, "what '" + target + "' links to");
    target = resolved;
    std::free(resolved);
  }
  partial = target + ".partial-XXXXXX";
  descriptor = mkostemp(partial.data(), O_CLOEXEC);
  if (descriptor >= 0) return {};
  const int number = errno;
  partial.clear();
  return file_error(number, "the folder '" + folder_of(target) + "'");
}

Result<> LineWriter::State::write(std::string_view lines) {
  if (gzip) {
    gzip->write(pending, lines);
  } else if (zstd) {
    zstd->write(pending, lines);
  } else {
    pending.append(lines);
  }
  if (pending.size() < limits::file_block_bytes) return {};
  auto written = write_all(descriptor, pending);
  pending.clear();
  return written;
}

Result<> LineWriter::State::finish() {
  if (gzip) gzip->finish(pending);
  if (zstd) zstd->finish(pending);
  PARLEY_TRY(write_all(descriptor, pending));
  pending.clear();
  if (partial.empty()) {
    // The last trouble of a device or network file shows when it is closed.
    if (owned && close(std::exchange(descriptor, -1)) != 0) return file_error(errno, "'" + target + "'");
    return {};
  }
  if (fsync(descriptor) != 0) return file_error(errno, "'" + target + "'");
  if (close(std::exchange(descriptor, -1)) != 0) return file_error(errno, "'" + target + "'");
  if (rename(partial.c_str(), target.c_str()) != 0) return file_error(errno, "'" + target + "'");
  partial.clear();
  return sync_folder(folder_of(target));
}

Result<LineWriter> LineWriter::create(const std::string& path) {
  auto state = std::make_unique<State>();
  state->target = path;
  if (path == "-") {
    state->descriptor = STDOUT_FILENO;
    state->owned = false;
    return LineWriter(std::move(state));
  }
  PARLEY_TRY(state->open_target());
  switch (compression_of(path)) {
    case Compression::none:
      break;
    case Compression::gzip:
      state->gzip.emplace(gzip_level);
      break;
    case Compression::zstd:
      state->zstd.emplace(zstd_level, Memory::ample, Checksum::with);
      break;
  }
  return LineWriter(std::move(state));
}

LineWriter::LineWriter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
LineWriter::LineWriter(LineWriter&&) noexcept = default;
LineWriter& LineWriter::operator=(LineWriter&&) noexcept = default;
LineWriter::~LineWriter() = default;

Result<> LineWriter::write(std::string_view lines) {
  PARLEY_CHECK(!state_->finished);
  if (state_->failure) return fail(*state_->failure);
  auto written = state_->write(lines);
  if (!written) {
    state_->failure = written.error();
    state_->abandon();
  }
  return written;
}

Result<> LineWriter::finish() {
  PARLEY_CHECK(!state_->finished);
  if (state_->failure) return fail(*state_->failure);
  auto done = state_->finish();
  if (!done) {
    state_->failure = done.error();
    state_->abandon();
    return done;
  }
  state_->finished = true;
  return done;
}

}  // namespace parley::encoding
