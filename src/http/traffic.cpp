#include "http/traffic.hpp"

namespace parley::http {

LoopTraffic& Traffic::open(std::size_t routes) {
  const std::lock_guard lock(mutex_);
  return *parts_.emplace_back(std::make_unique<LoopTraffic>(routes));
}

}  // namespace parley::http
