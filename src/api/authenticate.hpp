#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
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
  using SharedGrant = std::shared_ptr<const account::Grant>;

  explicit Authenticator(store::Database& database) noexcept;
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  /// The grant of `/message/<method>/<apiKey>/<userId>…`. Where the apiKey segment is `-`, the key is the
  /// Authorization header's (RFC 6750 section 2.1). Errors: unauthenticated, for every reason the same;
  /// unavailable.
  base::Task<base::Result<SharedGrant>> authenticate(const http::Request& request);

 private:
  struct Remembered {
    SharedGrant grant;
    std::chrono::steady_clock::time_point checked_at;
  };

  /// The last good key that this thread was shown: to compare it takes less than to digest it.
  struct Last {
    std::uint64_t authenticator = 0;
    std::int64_t sid = 0;
    std::string key;
    Remembered remembered;
  };
  static Last& last_here();

  /// None where it is not remembered, or too long ago.
  [[nodiscard]] std::optional<Remembered> recall(const std::string& place);
  void remember(const std::string& place, const Remembered& remembered);
  base::Task<base::Result<SharedGrant>> look_up(std::string place, std::int64_t sid, std::string_view key);

  store::Database& database_;
  const std::uint64_t number_;  // tells it from every other of this process
  std::mutex mutex_;
  std::unordered_map<std::string, Remembered>
      remembered_;  // by the key's digest and the sid; guarded by mutex_
};

}  // namespace parley::api
