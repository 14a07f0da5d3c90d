#include "app/descriptors.hpp"

#include <sys/resource.h>

#include <cstdint>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace parley::app {

namespace {

/// Descriptors beside those of connections: the store's files with its kept handles, commands, temporary
/// files.
constexpr std::size_t other_descriptors = 3 * limits::idle_read_handles + 4 * limits::control_commands + 64;

}  // namespace

void allow_descriptors(std::size_t connections) {
  rlimit allowed{};
  if (::getrlimit(RLIMIT_NOFILE, &allowed) != 0) return;
  if (allowed.rlim_cur < allowed.rlim_max) {
    rlimit most = allowed;
    most.rlim_cur = most.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &most) == 0) allowed = most;
  }
  const std::size_t wanted = connections + limits::refused_connections + other_descriptors;
  if (allowed.rlim_cur == RLIM_INFINITY || allowed.rlim_cur >= wanted) return;
  base::log(base::Level::warning, "few descriptors",
            {{"allowed", static_cast<std::int64_t>(allowed.rlim_cur)},
             {"wanted", static_cast<std::int64_t>(wanted)},
             {"connections", static_cast<std::int64_t>(connections)},
             {"what to do", std::string_view("raise the hard limit (ulimit -Hn, LimitNOFILE=) or lower "
                                             "--connections; until then some wait to be accepted")}});
}

}  // namespace parley::app
