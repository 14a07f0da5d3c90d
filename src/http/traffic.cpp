#include "http/traffic.hpp"

namespace parley::http {

LoopTraffic::LoopTraffic(const Router& router) : by_route(router.size() + 1) {
  for (std::size_t i = 0; i < router.size(); ++i) by_route[i].name = router.at(i).name;
}

LoopTraffic& Traffic::open(const Router& router) {
  const std::lock_guard lock(mutex_);
  return *parts_.emplace_back(std::make_unique<LoopTraffic>(router));
}

}  // namespace parley::http
