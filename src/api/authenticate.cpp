#include "api/authenticate.hpp"

#include <atomic>
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
using SharedGrant = Authenticator::SharedGrant;
using Answer = Task<Result<SharedGrant>>;
using SteadyClock = std::chrono::steady_clock;

std::atomic<std::uint64_t> authenticators_made{0};

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

bool is_fresh(SteadyClock::time_point checked_at) noexcept {
  return SteadyClock::now() - checked_at <= limits::key_cache_time;
}

/// The answer for a good key, unless its time has passed meanwhile.
Answer answer_with(SharedGrant grant) {
  const bool has_expired = grant->expires_at && *grant->expires_at <= base::SystemClock().now();
  if (has_expired) return Answer::ready(base::fail(ErrorCode::unauthenticated, {}));
  return Answer::ready(std::move(grant));
}

}  // namespace

Authenticator::Authenticator(store::Database& database) noexcept
    : database_(database), number_(++authenticators_made) {}

Authenticator::Last& Authenticator::last_here() {
  thread_local Last last;
  return last;
}

Task<Result<SharedGrant>> Authenticator::authenticate(const http::Request& request) {
  const auto sid = base::parse_id(request.target.segments[3]);
  const auto key = key_of(request);
  if (!sid || !key) return Answer::ready(base::fail(ErrorCode::unauthenticated, {}));
  Last& last = last_here();
  const bool is_last =
      last.authenticator == number_ && last.sid == *sid && base::constant_time_equal(last.key, *key);
  if (is_last && is_fresh(last.remembered.checked_at)) return answer_with(last.remembered.grant);
  const base::Sha256 digest = base::sha256(*key);
  std::string place;
  place.reserve(2 * digest.size());
  place.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  encoding::append_decimal(place, *sid);
  const auto remembered = recall(place);
  if (!remembered) return look_up(std::move(place), *sid, *key);
  last = {number_, *sid, std::string(*key), *remembered};
  return answer_with(remembered->grant);
}

Task<Result<SharedGrant>> Authenticator::look_up(std::string place, std::int64_t sid, std::string_view key) {
  const base::Timestamp now = base::SystemClock().now();
  const auto look = [&](store::Unit& unit) { return account::check_key(unit, sid, key, now); };
  PARLEY_CO_TRY_ASSIGN(account::Grant found, co_await store::read_value<account::Grant>(database_, look));
  const auto grant = std::make_shared<const account::Grant>(std::move(found));
  remember(place, {grant, SteadyClock::now()});
  co_return grant;
}

std::optional<Authenticator::Remembered> Authenticator::recall(const std::string& place) {
  const std::lock_guard lock(mutex_);
  const auto known = remembered_.find(place);
  if (known == remembered_.end()) return std::nullopt;
  if (is_fresh(known->second.checked_at)) return known->second;
  remembered_.erase(known);
  return std::nullopt;
}

void Authenticator::remember(const std::string& place, const Remembered& remembered) {
  const std::lock_guard lock(mutex_);
  // Only good keys come here, so the bound is met by a crowd of real ones at most: starting anew costs one
  // look each.
  if (remembered_.size() >= limits::key_cache_entries) remembered_.clear();
  remembered_[place] = remembered;
}

}  // namespace parley::api
