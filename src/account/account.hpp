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

/// Accounts: a company, its number (`sid`, the vendor's userId) and the counters its ids come from.
namespace parley::account {

/// The numbers are stored: never renumber.
enum class State : std::uint8_t {
  live = 0,
  filling = 1,   ///< An import into a new account; nobody sees it until its last transaction makes it live.
  removing = 2,  ///< Being removed in slices; nobody sees it any more.
};

struct Account {
  std::int64_t sid = 0;
  std::string name;
  std::string timezone = "UTC";      ///< IANA name.
  std::vector<std::string> origins;  ///< Web origins that CORS lets in, e.g. `https://example.org`.
  State state = State::live;
  base::Timestamp created_at;
};

/// Which counter an id comes from.
enum class Counter : std::uint8_t { key, agent, page_filter, page, text, message, chat };

/// The account, in whatever state; empty if there is none.
base::Task<base::Result<std::optional<Account>>> find(store::Unit& unit, std::int64_t sid);

/// All accounts by sid. Crosses accounts: for the administrator alone.
base::Task<base::Result<std::vector<Account>>> list(store::Unit& unit);

/// The lowest sid not in use, from 1. Crosses accounts, as `list`.
base::Task<base::Result<std::int64_t>> free_sid(store::Unit& unit);

/// Makes an account; `account.created_at` is set to the unit's time. Errors: already_exists; invalid_argument
/// for a sid outside 1…2^53-1, a name that is empty or over limits::short_text_bytes, an unknown time zone,
/// an origin that is no origin.
base::Task<base::Result<>> create(store::WriteUnit& unit, Account account);

/// Replaces name, time zone and origins. Errors: not_found, and those of `create`.
base::Task<base::Result<>> update(store::WriteUnit& unit, const Account& account);

/// Moves the account to another state.
base::Task<base::Result<>> set_state(store::WriteUnit& unit, std::int64_t sid, State state);

/// The next id of a counter, from 1.
base::Task<base::Result<std::int64_t>> next_id(store::WriteUnit& unit, std::int64_t sid, Counter counter);

/// Sees to it that `next_id` never gives `id` or less again, after an id came from outside.
base::Task<base::Result<>> keep_above(store::WriteUnit& unit, std::int64_t sid, Counter counter,
                                      std::int64_t id);

/// The hook: writes the counters that moved in this unit.
base::Task<base::Result<>> save_counters(store::WriteUnit& unit);

}  // namespace parley::account
