#include "store/side_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/store_files.hpp"

namespace parley::store {

namespace {

std::unexpected<base::Error> failed(std::string_view what, int number) {
  return base::fail(base::ErrorCode::unavailable, "the store is not available at the moment",
                    fmt::format("a side file cannot be {}: {}", what,
                                number == 0 ? "it ends early" : std::generic_category().message(number)));
}

/// Closes what it was given.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_;
};

base::Result<> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

SideFile::~SideFile() {
  ::close(descriptor_);
}

bool SideFile::reaches(std::uint64_t end) const noexcept {
  struct stat facts{};
  return ::fstat(descriptor_, &facts) == 0 && static_cast<std::uint64_t>(facts.st_size) >= end;
}

base::Result<> SideFile::read(std::string& out, std::uint64_t offset, std::size_t bytes) const {
  const std::size_t before = out.size();
  const std::size_t end = before + bytes;
  int error = 0;
  // GCC 12.2 tells the capacity where the size belongs.
  out.resize_and_overwrite(end, [&](char* data, std::size_t) {
    std::size_t at = before;
    while (at < end) {
      const ssize_t got =
          ::pread(descriptor_, data + at, end - at, static_cast<off_t>(offset + (at - before)));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) error = errno;
      if (got <= 0) return before;
      at += static_cast<std::size_t>(got);
    }
    return end;
  });
  if (out.size() == end) return {};
  return failed("read", error);
}

std::string SideFiles::path_of(const std::string& name) const {
  return folder_ + '/' + name;
}

std::shared_ptr<const SideFile> SideFiles::open(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto known = open_.find(name);
  if (known != open_.end()) {
    if (auto file = known->second.lock()) return file;
  }
  Descriptor descriptor(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0) return nullptr;
  // Whoever opens one forgets those that nobody reads any more.
  std::erase_if(open_, [](const auto& entry) { return entry.second.expired(); });
  auto file = std::make_shared<const SideFile>(descriptor.release());
  open_.insert_or_assign(name, file);
  return file;
}

base::Result<> SideFiles::append(const std::string& name, std::uint64_t begin,
                                 std::span<const std::string_view> parts) {
  PARLEY_TRY(make_private_directory(folder_));
  const Descriptor descriptor(
      ::open(path_of(name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (descriptor.number() < 0) return failed("opened", errno);
  struct stat facts{};
  if (::fstat(descriptor.number(), &facts) != 0) return failed("looked at", errno);
  if (static_cast<std::uint64_t>(facts.st_size) != begin) {
    return base::fail(base::ErrorCode::conflict, "the store is not available at the moment",
                      fmt::format("a side file ends at {}, not at {}", facts.st_size, begin));
  }
  for (const std::string_view part : parts) PARLEY_TRY(write_all(descriptor.number(), part));
  if (::fdatasync(descriptor.number()) != 0) return failed("written to the disk", errno);
  return {};
}

std::vector<SideFiles::Entry> SideFiles::list() const {
  std::vector<Entry> found;
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(folder_, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const auto bytes = at->file_size(error);
    if (!error) found.push_back({at->path().filename().string(), bytes});
    error.clear();
  }
  return found;
}

void SideFiles::remove(const std::string& name) noexcept {
  remove_file(path_of(name));
}

}  // namespace parley::store
