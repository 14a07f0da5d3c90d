#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "account/api_key.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "http/request.hpp"
#include "store/database.hpp"

namespace parley::api {

/// Turns a request's key and userId into what they open. Good keys are remembered for limits::key_cache_time,
/// so a revoked key stops within that time. From any thread.
class Authenticator {
 public:
  explicit Authenticator(store::Database& database) noexcept : database_(database) {}
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  /// The grant of `/message/<method>/<apiKey>/<userId>…`. Where the apiKey segment is `-`, the key is the
  /// Authorization header's (RFC 6750 section 2.1). Errors: unauthenticated, for every reason the same;
  /// unavailable.
  base::Task<base::Result<account::Grant>> authenticate(const http::Request& request);

 private:
  struct Remembered {
    account::Grant grant;
    std::chrono::steady_clock::time_point checked_at;
  };

  [[nodiscard]] bool recall(const std::string& place, account::Grant& grant);
  void remember(const std::string& place, const account::Grant& grant);

  store::Database& database_;
  std::mutex mutex_;
  std::unordered_map<std::string, Remembered>
      remembered_;  // by the key's digest and the sid; guarded by mutex_
};

}  // namespace parley::api
