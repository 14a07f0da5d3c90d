#include "store/store_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace parley::store {

namespace {

std::unexpected<base::Error> refused(std::string_view what, const std::string& path, int error) {
  return base::fail(base::ErrorCode::unavailable,
                    fmt::format("{} cannot be {}: {}", path, what, std::system_category().message(error)));
}

base::Result<> sync_path(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return refused("opened", path, errno);
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed != 0) return refused("written to the disk", path, failed);
  return {};
}

/// Makes the directory's entries durable.
base::Result<> sync_directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return sync_path(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
}

}  // namespace

base::Result<> make_private_directory(const std::string& path) {
  std::filesystem::path made;
  for (const auto& part : std::filesystem::path(path)) {
    made /= part;
    const std::string here = made.string();
    // What stands already is not asked about: a directory above may be closed to us for writing.
    std::error_code ignored;
    if (std::filesystem::is_directory(made, ignored)) continue;
    if (::mkdir(here.c_str(), 0700) != 0 && errno != EEXIST) return refused("made", here, errno);
    if (!std::filesystem::is_directory(made, ignored)) return refused("made", here, ENOTDIR);
    PARLEY_TRY(sync_directory_of(here));
  }
  return {};
}

base::Result<> make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno == EEXIST) return {};
  if (descriptor < 0) return refused("made", path, errno);
  ::close(descriptor);
  return sync_directory_of(path);
}

base::Result<> sync_file(const std::string& path) {
  return sync_path(path, O_RDONLY);
}

base::Result<> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return refused("made", to, errno);
  return sync_directory_of(to);
}

void remove_file(const std::string& path) noexcept {
  static_cast<void>(::unlink(path.c_str()));
}

bool file_exists(const std::string& path) noexcept {
  return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace parley::store
