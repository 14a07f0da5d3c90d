#include "account/account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "account/origins.hpp"
#include "base/limits.hpp"
#include "base/time_zone.hpp"
#include "encoding/utf8.hpp"

namespace parley::account {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

constexpr std::size_t counter_count = 7;

/// The next id of every counter, in the order of `Counter`.
struct Counters {
  std::array<std::int64_t, counter_count> next{};
};

/// The accounts whose counters a unit has moved.
struct Moved {
  std::set<std::int64_t> sids;
};

/// The counters that units have used, by account.
struct KnownCounters {
  std::map<std::int64_t, Counters> accounts;
};

const store::Sql select_account(
    "SELECT sid, name, timezone, origins, state, created_at FROM account WHERE sid = ?1");
const store::Sql select_accounts(
    "SELECT sid, name, timezone, origins, state, created_at FROM account ORDER BY sid");
const store::Sql select_free_sid(
    "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM account WHERE sid = 1) THEN 1 "
    "ELSE (SELECT min(a.sid) + 1 FROM account a WHERE a.sid > 0 "
    "AND NOT EXISTS (SELECT 1 FROM account b WHERE b.sid = a.sid + 1)) END");
const store::Sql insert_account(
    "INSERT INTO account (sid, name, timezone, origins, state, created_at, next_key_id, next_agent_id, "
    "next_page_filter_id, next_page_id, next_text_id, next_message_id, next_chat_id) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 1, 1, 1, 1, 1, 1)");
const store::Sql update_account("UPDATE account SET name = ?2, timezone = ?3, origins = ?4 WHERE sid = ?1");
const store::Sql update_state("UPDATE account SET state = ?2 WHERE sid = ?1");
const store::Sql select_counters(
    "SELECT next_key_id, next_agent_id, next_page_filter_id, next_page_id, next_text_id, next_message_id, "
    "next_chat_id FROM account WHERE sid = ?1");
const store::Sql update_counters(
    "UPDATE account SET next_key_id = ?2, next_agent_id = ?3, next_page_filter_id = ?4, next_page_id = ?5, "
    "next_text_id = ?6, next_message_id = ?7, next_chat_id = ?8 WHERE sid = ?1");

std::unexpected<base::Error> no_account(std::int64_t sid) {
  return base::fail(ErrorCode::not_found, fmt::format("account {} does not exist", sid));
}

Result<> check_account(const Account& account) {
  if (account.sid < 1 || account.sid >= limits::id_end) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("account number is {}; it takes 1 to 2^53-1", account.sid));
  }
  if (account.name.empty() || account.name.size() > limits::short_text_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("account name is {} bytes long; it takes 1 to {}", account.name.size(),
                                  limits::short_text_bytes));
  }
  const auto zone = base::TimeZone::find(account.timezone);
  if (!zone) {
    // A system without its zone data is trouble of another kind than a bad name.
    if (zone.error().code != ErrorCode::invalid_argument) return base::fail(zone.error());
    return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("time zone is '{}'; it takes an IANA name such as Europe/Stockholm",
                    encoding::first_characters(account.timezone, limits::echoed_value_characters)));
  }
  return check_origins(account.origins);
}

Account read_account(const Row& row) {
  Account account;
  account.sid = row.integer(0);
  account.name = row.text(1);
  account.timezone = row.text(2);
  account.origins = split_origins(row.text(3));
  account.state = static_cast<State>(row.integer(4));
  account.created_at = row.timestamp(5);
  return account;
}

/// The account's counters, read at their first use.
Task<Result<Counters*>> counters_of(store::WriteUnit& unit, std::int64_t sid) {
  auto& accounts = unit.memory<KnownCounters>().accounts;
  const auto known = accounts.find(sid);
  if (known != accounts.end()) co_return &known->second;
  bool exists = false;
  Counters counters;
  PARLEY_CO_TRY(co_await unit.query(select_counters, bind(sid), [&](const Row& row) {
    exists = true;
    for (std::size_t i = 0; i < counter_count; ++i) counters.next[i] = row.integer(static_cast<int>(i));
  }));
  if (!exists) co_return no_account(sid);
  co_return &accounts.emplace(sid, counters).first->second;
}

}  // namespace

Task<Result<std::optional<Account>>> find(store::Unit& unit, std::int64_t sid) {
  std::optional<Account> found;
  PARLEY_CO_TRY(co_await unit.query(select_account, bind(sid),
                                    [&found](const Row& row) { found = read_account(row); }));
  co_return found;
}

Task<Result<std::vector<Account>>> list(store::Unit& unit) {
  std::vector<Account> found;
  PARLEY_CO_TRY(co_await unit.query(select_accounts, {},
                                    [&found](const Row& row) { found.push_back(read_account(row)); }));
  co_return found;
}

Task<Result<std::int64_t>> free_sid(store::Unit& unit) {
  std::int64_t sid = 0;
  PARLEY_CO_TRY(co_await unit.query(select_free_sid, {}, [&sid](const Row& row) { sid = row.integer(0); }));
  co_return sid;
}

Task<Result<>> create(store::WriteUnit& unit, Account account) {
  PARLEY_CO_TRY(check_account(account));
  PARLEY_CO_TRY_ASSIGN(const std::optional<Account> known, co_await find(unit, account.sid));
  if (known) {
    co_return base::fail(ErrorCode::already_exists, fmt::format("account {} exists already", account.sid));
  }
  const std::string origins = join_origins(account.origins);
  PARLEY_CO_TRY(
      co_await unit.execute(insert_account, bind(account.sid, account.name, account.timezone, origins,
                                                 static_cast<int>(account.state), unit.began_at())));
  // A number that was used before (removed, then made again) counts from 1 again.
  unit.memory<KnownCounters>().accounts.erase(account.sid);
  co_return Result<>{};
}

Task<Result<>> update(store::WriteUnit& unit, const Account& account) {
  PARLEY_CO_TRY(check_account(account));
  const std::string origins = join_origins(account.origins);
  PARLEY_CO_TRY_ASSIGN(
      const std::int64_t changed,
      co_await unit.execute(update_account, bind(account.sid, account.name, account.timezone, origins)));
  if (changed == 0) co_return no_account(account.sid);
  co_return Result<>{};
}

Task<Result<>> set_state(store::WriteUnit& unit, std::int64_t sid, State state) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t changed,
                       co_await unit.execute(update_state, bind(sid, static_cast<int>(state))));
  if (changed == 0) co_return no_account(sid);
  co_return Result<>{};
}

Task<Result<std::int64_t>> next_id(store::WriteUnit& unit, std::int64_t sid, Counter counter) {
  PARLEY_CO_TRY_ASSIGN(Counters * counters, co_await counters_of(unit, sid));
  std::int64_t& next = counters->next[static_cast<std::size_t>(counter)];
  if (next >= limits::id_end) {
    co_return base::fail(ErrorCode::too_large,
                         fmt::format("account {} has no more ids below 2^53 to give", sid));
  }
  unit.attachment<Moved>().sids.insert(sid);
  co_return next++;
}

Task<Result<>> keep_above(store::WriteUnit& unit, std::int64_t sid, Counter counter, std::int64_t id) {
  PARLEY_CO_TRY_ASSIGN(Counters * counters, co_await counters_of(unit, sid));
  std::int64_t& next = counters->next[static_cast<std::size_t>(counter)];
  if (id < next) co_return Result<>{};
  next = id + 1;
  unit.attachment<Moved>().sids.insert(sid);
  co_return Result<>{};
}

Task<Result<>> save_counters(store::WriteUnit& unit) {
  auto& accounts = unit.memory<KnownCounters>().accounts;
  for (const std::int64_t sid : std::exchange(unit.attachment<Moved>().sids, {})) {
    const auto known = accounts.find(sid);
    if (known == accounts.end()) continue;
    const auto& next = known->second.next;
    PARLEY_CO_TRY(co_await unit.leave_newest(
        update_counters, 1, bind(sid, next[0], next[1], next[2], next[3], next[4], next[5], next[6])));
  }
  if (accounts.size() > limits::known_change_numbers) accounts.clear();
  co_return Result<>{};
}

}  // namespace parley::account
