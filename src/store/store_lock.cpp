#include "store/store_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "base/limits.hpp"

namespace parley::store {

namespace {

std::string lock_path(const std::string& directory) {
  return directory + "/lock";
}

std::string reason(int error) {
  return std::system_category().message(error);
}

/// The digits in the file; a stale or missing number only makes the message poorer.
std::string holder(int descriptor) {
  std::array<char, 20> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string digits;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') break;
    digits += c;
  }
  return digits.empty() ? "" : " " + digits;
}

bool lock_now(int descriptor) {
  int result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR) result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  return result == 0;
}

/// Tries for a moment: whoever asks `is_held` holds the lock while it asks.
bool lock_soon(int descriptor) {
  const auto end = std::chrono::steady_clock::now() + limits::store_lock_wait;
  while (!lock_now(descriptor)) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(limits::store_lock_wait / 20);
  }
  return true;
}

}  // namespace

base::Result<StoreLock> StoreLock::take(const std::string& directory) {
  const int descriptor = ::open(lock_path(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return base::fail(base::ErrorCode::unavailable,
                      fmt::format("the store in {} cannot be locked: {}", directory, reason(errno)));
  }
  StoreLock lock(descriptor);
  if (!lock_soon(descriptor)) {
    if (errno != EWOULDBLOCK) {
      return base::fail(base::ErrorCode::unavailable,
                        fmt::format("the store in {} cannot be locked: {}", directory, reason(errno)));
    }
    return base::fail(base::ErrorCode::conflict, fmt::format("the store in {} is in use by another process{}",
                                                             directory, holder(descriptor)));
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  const bool written = ::ftruncate(descriptor, 0) == 0 &&
                       ::pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  if (!written) {
    return base::fail(base::ErrorCode::unavailable,
                      fmt::format("the store in {} cannot be written to: {}", directory, reason(errno)));
  }
  return lock;
}

bool StoreLock::is_held(const std::string& directory) {
  const int descriptor = ::open(lock_path(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

StoreLock::StoreLock(StoreLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

StoreLock::~StoreLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace parley::store
