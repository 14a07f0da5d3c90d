#include "api/authenticate.hpp"

#include <optional>
#include <utility>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/secret.hpp"
#include "encoding/json_writer.hpp"
#include "encoding/utf8.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;

/// The key of a request: the path's, or the header's where the path has `-`.
std::optional<std::string_view> key_of(const http::Request& request) {
  const std::string& in_path = request.target.segments[2];
  if (in_path != "-") return in_path;
  constexpr std::string_view scheme = "bearer ";
  std::string_view header = request.header("authorization");
  if (header.size() <= scheme.size()) return std::nullopt;
  if (encoding::ascii_lower(header.substr(0, scheme.size())) != scheme) return std::nullopt;
  header.remove_prefix(scheme.size());
  while (header.starts_with(' ')) header.remove_prefix(1);
  return header;
}

}  // namespace

Task<Result<account::Grant>> Authenticator::authenticate(const http::Request& request) {
  const auto sid = base::parse_id(request.target.segments[3]);
  const auto key = key_of(request);
  if (!sid || !key) co_return base::fail(ErrorCode::unauthenticated, {});
  const base::Sha256 digest = base::sha256(*key);
  std::string place;
  place.reserve(2 * digest.size());
  place.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  encoding::append_decimal(place, *sid);
  account::Grant grant;
  if (recall(place, grant)) {
    const bool has_expired = grant.expires_at && *grant.expires_at <= base::SystemClock().now();
    if (has_expired) co_return base::fail(ErrorCode::unauthenticated, {});
    co_return grant;
  }
  const base::Timestamp now = base::SystemClock().now();
  const auto look = [&](store::Unit& unit) { return account::check_key(unit, *sid, *key, now); };
  PARLEY_CO_TRY_ASSIGN(grant, co_await store::read_value<account::Grant>(database_, look));
  remember(place, grant);
  co_return grant;
}

bool Authenticator::recall(const std::string& place, account::Grant& grant) {
  const std::lock_guard lock(mutex_);
  const auto known = remembered_.find(place);
  if (known == remembered_.end()) return false;
  if (std::chrono::steady_clock::now() - known->second.checked_at > limits::key_cache_time) {
    remembered_.erase(known);
    return false;
  }
  grant = known->second.grant;
  return true;
}

void Authenticator::remember(const std::string& place, const account::Grant& grant) {
  const std::lock_guard lock(mutex_);
  // Only good keys come here, so the bound is met by a crowd of real ones at most: starting anew costs one
  // look each.
  if (remembered_.size() >= limits::key_cache_entries) remembered_.clear();
  remembered_[place] = {grant, std::chrono::steady_clock::now()};
}

}  // namespace parley::api
