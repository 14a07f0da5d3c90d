#pragma once

#include <string>

#include "base/error.hpp"

namespace parley::encoding {

/// What a failed system call on a file means: `not_found`, `permission_denied`, or `unavailable` with the
/// system's word in the log text. `number` is errno; `subject` names the file for the public text. For this
/// module only.
[[nodiscard]] std::unexpected<base::Error> file_error(int number, const std::string& subject);

/// Waits until a descriptor that somebody made non-blocking can be read (`POLLIN`) or written (`POLLOUT`)
/// again. For this module only.
void wait_for(int descriptor, short events) noexcept;

}  // namespace parley::encoding
