#include "account/api_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "account/account.hpp"
#include "account/origins.hpp"
#include "base/limits.hpp"
#include "base/secret.hpp"
#include "encoding/utf8.hpp"

namespace parley::account {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;
using store::Value;

/// Keys are told by their beginning where they turn up by mistake: in a public repository, say.
constexpr std::string_view key_prefix = "parley_";

/// 192 bits of chance: 32 characters of base64url without padding.
constexpr std::size_t key_random_bytes = 24;

constexpr std::array<std::string_view, 3> known_scopes = {"admin", "chat:read", "chat:write"};

const store::Sql insert_key(
    "INSERT INTO api_key (sid, key_id, name, scopes, hash, created_at, expires_at, revoked_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)");
const store::Sql select_keys(
    "SELECT key_id, name, scopes, created_at, expires_at, revoked_at FROM api_key WHERE sid = ?1 ORDER BY "
    "key_id");
const store::Sql update_revoked(
    "UPDATE api_key SET revoked_at = coalesce(revoked_at, ?3) WHERE sid = ?1 AND key_id = ?2");
const store::Sql select_grant(
    "SELECT k.hash, k.scopes, k.expires_at, k.revoked_at, a.origins, a.created_at, a.state, "
    "k.key_id "
    "FROM api_key k JOIN account a ON a.sid = k.sid WHERE k.sid = ?1 AND k.hash = ?2");

std::string_view bytes_of(const base::Sha256& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string join_scopes(const std::vector<std::string>& scopes) {
  return fmt::format("{}", fmt::join(scopes, ","));
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) scopes.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

Result<> check_scopes(const std::vector<std::string>& scopes) {
  if (scopes.empty()) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("a key takes at least one scope of {}", fmt::join(known_scopes, ", ")));
  }
  for (const std::string& scope : scopes) {
    if (is_scope(scope)) continue;
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("scope is '{}'; it takes one of {}",
                                  encoding::first_characters(scope, limits::echoed_value_characters),
                                  fmt::join(known_scopes, ", ")));
  }
  return {};
}

std::optional<base::Timestamp> optional_timestamp(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.timestamp(column));
}

}  // namespace

bool Grant::has(std::string_view scope) const noexcept {
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool is_scope(std::string_view text) noexcept {
  return std::ranges::find(known_scopes, text) != known_scopes.end();
}

Task<Result<std::string>> create_key(store::WriteUnit& unit, std::int64_t sid, ApiKey key) {
  PARLEY_CO_TRY(check_scopes(key.scopes));
  if (key.name.size() > limits::short_text_bytes) {
    co_return base::fail(ErrorCode::invalid_argument,
                         fmt::format("key name is {} bytes long; it takes at most {}", key.name.size(),
                                     limits::short_text_bytes));
  }
  if (key.expires_at && *key.expires_at <= unit.began_at()) {
    co_return base::fail(ErrorCode::invalid_argument,
                         "the key would have expired already; it takes a later date");
  }
  std::ranges::sort(key.scopes);
  const auto repeated = std::ranges::unique(key.scopes);
  key.scopes.erase(repeated.begin(), repeated.end());
  PARLEY_CO_TRY_ASSIGN(const std::int64_t key_id, co_await next_id(unit, sid, Counter::key));
  std::string text(key_prefix);
  text += base::random_token(key_random_bytes);
  const base::Sha256 digest = base::sha256(text);
  const std::string scopes = join_scopes(key.scopes);
  PARLEY_CO_TRY(co_await unit.execute(
      insert_key,
      bind(sid, key_id, key.name, scopes, Value::blob(bytes_of(digest)), unit.began_at(), key.expires_at)));
  co_return text;
}

Task<Result<std::vector<ApiKey>>> list_keys(store::Unit& unit, std::int64_t sid) {
  std::vector<ApiKey> keys;
  PARLEY_CO_TRY(co_await unit.query(select_keys, bind(sid), [&keys](const Row& row) {
    ApiKey& key = keys.emplace_back();
    key.key_id = row.integer(0);
    key.name = row.text(1);
    key.scopes = split_scopes(row.text(2));
    key.created_at = row.timestamp(3);
    key.expires_at = optional_timestamp(row, 4);
    key.revoked_at = optional_timestamp(row, 5);
  }));
  co_return keys;
}

Task<Result<>> revoke_key(store::WriteUnit& unit, std::int64_t sid, std::int64_t key_id) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t changed,
                       co_await unit.execute(update_revoked, bind(sid, key_id, unit.began_at())));
  if (changed == 0) {
    co_return base::fail(ErrorCode::not_found, fmt::format("account {} has no key {}", sid, key_id));
  }
  co_return Result<>{};
}

Task<Result<Grant>> check_key(store::Unit& unit, std::int64_t sid, std::string_view key,
                              base::Timestamp now) {
  const base::Sha256 digest = base::sha256(key);
  // Stands in for the row of a key that is not there, so that both cases do the same work.
  std::string stored_hash(digest.size(), '\0');
  Grant grant;
  grant.sid = sid;
  bool is_good = false;
  PARLEY_CO_TRY(
      co_await unit.query(select_grant, bind(sid, Value::blob(bytes_of(digest))), [&](const Row& row) {
        stored_hash = row.text(0);
        grant.scopes = split_scopes(row.text(1));
        grant.expires_at = optional_timestamp(row, 2);
        grant.origins = split_origins(row.text(4));
        grant.account_created_at = row.timestamp(5);
        grant.key_id = row.integer(7);
        is_good = row.is_null(3) && row.integer(6) == static_cast<int>(State::live);
      }));
  const bool is_same = base::constant_time_equal(stored_hash, bytes_of(digest));
  const bool is_expired = grant.expires_at && *grant.expires_at <= now;
  if (!is_same || !is_good || is_expired) {
    co_return base::fail(ErrorCode::unauthenticated, "the API key is not valid for this account");
  }
  co_return grant;
}

}  // namespace parley::account
