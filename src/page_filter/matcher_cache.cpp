#include "page_filter/matcher_cache.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/limits.hpp"

namespace parley::page_filter {

namespace {

class Cache {
 public:
  base::Result<std::shared_ptr<const Matcher>> find_or_compile(MatchType type, std::string_view pattern) {
    const std::pair<MatchType, std::string> key(type, pattern);
    {
      const std::lock_guard lock(mutex_);
      const auto known = matchers_.find(key);
      if (known != matchers_.end()) return known->second;
    }
    // Compiled outside the lock: two threads may do it at once, and the second one's takes the place.
    PARLEY_TRY_ASSIGN(Matcher matcher, Matcher::compile(type, pattern));
    auto shared = std::make_shared<const Matcher>(std::move(matcher));
    const std::lock_guard lock(mutex_);
    if (matchers_.size() >= limits::compiled_page_filters) matchers_.clear();
    matchers_.insert_or_assign(key, shared);
    return shared;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<MatchType, std::string>, std::shared_ptr<const Matcher>> matchers_;
};

}  // namespace

base::Result<std::shared_ptr<const Matcher>> compiled_matcher(MatchType type, std::string_view pattern) {
  static Cache cache;
  return cache.find_or_compile(type, pattern);
}

}  // namespace parley::page_filter
