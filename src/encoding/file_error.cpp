#include "encoding/file_error.hpp"

#include <poll.h>

#include <cerrno>
#include <system_error>

namespace parley::encoding {

std::unexpected<base::Error> file_error(int number, const std::string& subject) {
  const std::string reason = std::generic_category().message(number);
  if (number == ENOENT || number == ENOTDIR) {
    return base::fail(base::ErrorCode::not_found, subject + " does not exist", reason);
  }
  if (number == EACCES || number == EPERM || number == EROFS) {
    return base::fail(base::ErrorCode::permission_denied, subject + " may not be used: " + reason, reason);
  }
  if (number == EISDIR) {
    return base::fail(base::ErrorCode::invalid_argument, subject + " is a folder, not a file", reason);
  }
  return base::fail(base::ErrorCode::unavailable, subject + " cannot be used: " + reason, reason);
}

void wait_for(int descriptor, short events) noexcept {
  pollfd waiting{.fd = descriptor, .events = events, .revents = 0};
  // An interrupted wait only means one more try by the caller.
  static_cast<void>(poll(&waiting, 1, -1));
}

}  // namespace parley::encoding
