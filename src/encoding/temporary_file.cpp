#include "encoding/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace parley::encoding {

namespace {

std::unexpected<base::Error> no_file(int number) {
  return base::fail(base::ErrorCode::unavailable, "a temporary file cannot be kept",
                    fmt::format("temporary file: {}", std::generic_category().message(number)));
}

}  // namespace

base::Result<TemporaryFile> TemporaryFile::create() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return no_file(error.value());
  std::string name = (folder / "parley-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return no_file(errno);
  ::unlink(name.c_str());
  return TemporaryFile(descriptor);
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string TemporaryFile::path() const {
  return fmt::format("/proc/self/fd/{}", descriptor_);
}

base::Result<std::uint64_t> TemporaryFile::size() const {
  struct stat facts{};
  if (::fstat(descriptor_, &facts) != 0) return no_file(errno);
  return static_cast<std::uint64_t>(facts.st_size);
}

base::Result<> TemporaryFile::read(std::string& out, std::uint64_t offset, std::size_t bytes) const {
  const std::size_t before = out.size();
  out.resize(before + bytes);
  ssize_t got = -1;
  do {
    got = ::pread(descriptor_, out.data() + before, bytes, static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  const int number = errno;
  out.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got < 0) return no_file(number);
  return {};
}

}  // namespace parley::encoding
