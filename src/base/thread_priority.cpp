#include "base/thread_priority.hpp"

#include <sys/resource.h>

namespace parley::base {

void lower_priority(int niceness) noexcept {
  // On Linux, 0 is the calling thread alone, not its process (setpriority(2), "C library/kernel
  // differences").
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, niceness));
}

}  // namespace parley::base
