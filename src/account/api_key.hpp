#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

/// API keys: made once, shown once, stored as a SHA-256 only (a key holds 192 random bits, so a fast hash is
/// right).
namespace parley::account {

struct ApiKey {
  std::int64_t key_id = 0;
  std::string name;
  std::vector<std::string> scopes;  ///< e.g. `chat:read`; in byte order, once each.
  base::Timestamp created_at;
  std::optional<base::Timestamp> expires_at;
  std::optional<base::Timestamp> revoked_at;
};

/// What a good key lets its holder do.
struct Grant {
  std::int64_t sid = 0;
  std::int64_t key_id = 0;
  std::vector<std::string> scopes;
  std::vector<std::string> origins;  ///< The account's origins for CORS.
  base::Timestamp
      account_created_at;  ///< Tells an account from an earlier one of the same sid (entity tags).
  std::optional<base::Timestamp> expires_at;

  [[nodiscard]] bool has(std::string_view scope) const noexcept;
};

/// The scopes there are.
[[nodiscard]] bool is_scope(std::string_view text) noexcept;

/// Makes a key and returns its text: the only time it is seen. Errors: not_found (account), invalid_argument
/// (no scope, an unknown scope, a name over limits::short_text_bytes, an expiry in the past).
base::Task<base::Result<std::string>> create_key(store::WriteUnit& unit, std::int64_t sid, ApiKey key);

/// All keys of an account by id, revoked and expired ones too.
base::Task<base::Result<std::vector<ApiKey>>> list_keys(store::Unit& unit, std::int64_t sid);

/// Ends a key. A second time changes nothing. Error: not_found.
base::Task<base::Result<>> revoke_key(store::WriteUnit& unit, std::int64_t sid, std::int64_t key_id);

/// What the key opens, at `now`. Error: unauthenticated, one and the same for a key that is unknown, revoked,
/// expired or of another account, and for an account that is not live.
base::Task<base::Result<Grant>> check_key(store::Unit& unit, std::int64_t sid, std::string_view key,
                                          base::Timestamp now);

}  // namespace parley::account
