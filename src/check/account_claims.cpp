// Accounts: their own rows and keys, their counters and counts, and what must be unique in them.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "account/account.hpp"
#include "account/api_key.hpp"
#include "account/origins.hpp"
#include "base/limits.hpp"
#include "base/time.hpp"
#include "base/time_zone.hpp"
#include "check/parts.hpp"

namespace parley::check {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;
using store::Sql;

/// The next account after `?1` that has rows in a table: one seek each, whatever the table holds.
struct ForeignRows {
  std::string_view table;
  Sql sql;
};

const std::array foreign_rows = {
    ForeignRows{"api_key", Sql("SELECT min(sid) FROM api_key WHERE sid > ?1")},
    ForeignRows{"change_head", Sql("SELECT min(sid) FROM change_head WHERE sid > ?1")},
    ForeignRows{"change", Sql("SELECT min(sid) FROM change WHERE sid > ?1")},
    ForeignRows{"record_count", Sql("SELECT min(sid) FROM record_count WHERE sid > ?1")},
    ForeignRows{"agent", Sql("SELECT min(sid) FROM agent WHERE sid > ?1")},
    ForeignRows{"page_filter", Sql("SELECT min(sid) FROM page_filter WHERE sid > ?1")},
    ForeignRows{"page", Sql("SELECT min(sid) FROM page WHERE sid > ?1")},
    ForeignRows{"conversation_page", Sql("SELECT min(sid) FROM conversation_page WHERE sid > ?1")},
    ForeignRows{"page_filter_match", Sql("SELECT min(sid) FROM page_filter_match WHERE sid > ?1")},
    ForeignRows{"visitor", Sql("SELECT min(sid) FROM visitor WHERE sid > ?1")},
    ForeignRows{"tag", Sql("SELECT min(sid) FROM tag WHERE sid > ?1")},
    ForeignRows{"label", Sql("SELECT min(sid) FROM label WHERE sid > ?1")},
    ForeignRows{"card", Sql("SELECT min(sid) FROM card WHERE sid > ?1")},
    ForeignRows{"conversation", Sql("SELECT min(sid) FROM conversation WHERE sid > ?1")},
    ForeignRows{"message", Sql("SELECT min(sid) FROM message WHERE sid > ?1")},
    ForeignRows{"chat", Sql("SELECT min(sid) FROM chat WHERE sid > ?1")},
    ForeignRows{"chat_fact", Sql("SELECT min(sid) FROM chat_fact WHERE sid > ?1")},
    ForeignRows{"dictionary", Sql("SELECT min(sid) FROM dictionary WHERE sid > ?1")},
    ForeignRows{"statistics_day", Sql("SELECT min(sid) FROM statistics_day WHERE sid > ?1")},
    ForeignRows{"statistics_block", Sql("SELECT min(sid) FROM statistics_block WHERE sid > ?1")},
    ForeignRows{"statistics_head", Sql("SELECT min(sid) FROM statistics_head WHERE sid > ?1")},
};

const std::array claims_of_account = {
    SqlClaim{Claim::counters, "account",
             Sql("SELECT 'next_key_id' FROM account WHERE sid = ?1 "
                 "AND next_key_id <= (SELECT max(key_id) FROM api_key WHERE sid = ?1) "
                 "UNION ALL SELECT 'next_agent_id' FROM account WHERE sid = ?1 "
                 "AND next_agent_id <= (SELECT max(agent_id) FROM agent WHERE sid = ?1) "
                 "UNION ALL SELECT 'next_page_filter_id' FROM account WHERE sid = ?1 "
                 "AND next_page_filter_id <= (SELECT max(filter_id) FROM page_filter WHERE sid = ?1) "
                 "UNION ALL SELECT 'next_page_id' FROM account WHERE sid = ?1 "
                 "AND next_page_id <= (SELECT max(page_id) FROM page WHERE sid = ?1) "
                 "UNION ALL SELECT 'next_text_id' FROM account WHERE sid = ?1 "
                 "AND next_text_id <= (SELECT max(text_id) FROM dictionary WHERE sid = ?1) "
                 "UNION ALL SELECT 'next_message_id' FROM account WHERE sid = ?1 "
                 "AND next_message_id <= (SELECT max(message_id) FROM message WHERE sid = ?1) "
                 "UNION ALL SELECT 'next_chat_id' FROM account WHERE sid = ?1 "
                 "AND next_chat_id <= (SELECT max(chat_id) FROM chat WHERE sid = ?1)")},
    SqlClaim{Claim::api_key_row, "api_key",
             Sql("SELECT '' || key_id FROM api_key WHERE sid = ?1 AND (key_id < 1 OR length(hash) <> 32)")},
    SqlClaim{Claim::api_key_unique, "api_key",
             Sql("SELECT '' || max(key_id) FROM api_key WHERE sid = ?1 GROUP BY hash HAVING count(*) > 1")},
    SqlClaim{Claim::agent_row, "agent",
             Sql("SELECT '' || agent_id FROM agent WHERE sid = ?1 AND (agent_id NOT BETWEEN 1 AND "
                 "9007199254740991 "
                 "OR is_back_office NOT IN (0, 1) OR is_removed NOT IN (0, 1) "
                 "OR last_active_at NOT BETWEEN -62167219200000 AND 253402300799999)")},
    SqlClaim{
        Claim::message_unique, "message",
        Sql("SELECT '' || message_id FROM message WHERE sid = ?1 GROUP BY message_id HAVING count(*) > 1")},
    SqlClaim{Claim::dictionary_row, "dictionary",
             Sql("SELECT '' || text_id FROM dictionary WHERE sid = ?1 AND (text_id < 1 OR text = '')")},
    SqlClaim{
        Claim::dictionary_unique, "dictionary",
        Sql("SELECT '' || max(text_id) FROM dictionary WHERE sid = ?1 GROUP BY text HAVING count(*) > 1")},
    SqlClaim{Claim::page_row, "page",
             Sql("SELECT '' || page_id FROM page WHERE sid = ?1 AND (page_id < 1 OR url = '')")},
    SqlClaim{Claim::page_unique, "page",
             Sql("SELECT '' || max(page_id) FROM page WHERE sid = ?1 GROUP BY url HAVING count(*) > 1")},
    SqlClaim{Claim::statistics_head, "statistics_head",
             Sql("SELECT 'latest_started_at' WHERE (SELECT max(started_at) FROM chat_fact WHERE sid = ?1) > "
                 "coalesce((SELECT latest_started_at FROM statistics_head WHERE sid = ?1), "
                 "-9223372036854775807)")},
    // Removed agents are not counted; the numbers are change::Kind's.
    SqlClaim{
        Claim::record_count, "record_count",
        Sql("SELECT t.name FROM ("
            "SELECT 2 AS kind, 'agent' AS name, (SELECT count(*) FROM agent WHERE sid = ?1 AND is_removed = "
            "0) AS n "
            "UNION ALL SELECT 3, 'page_filter', (SELECT count(*) FROM page_filter WHERE sid = ?1) "
            "UNION ALL SELECT 4, 'conversation', (SELECT count(*) FROM conversation WHERE sid = ?1) "
            "UNION ALL SELECT 5, 'message', (SELECT count(*) FROM message WHERE sid = ?1) "
            "UNION ALL SELECT 6, 'visitor', (SELECT count(*) FROM visitor WHERE sid = ?1) "
            "UNION ALL SELECT 7, 'tag', (SELECT count(*) FROM tag WHERE sid = ?1) "
            "UNION ALL SELECT 8, 'label', (SELECT count(*) FROM label WHERE sid = ?1) "
            "UNION ALL SELECT 9, 'card', (SELECT count(*) FROM card WHERE sid = ?1) "
            "UNION ALL SELECT 10, 'chat', (SELECT count(*) FROM chat WHERE sid = ?1)) t "
            "LEFT JOIN record_count r ON r.sid = ?1 AND r.kind = t.kind WHERE coalesce(r.count, 0) <> t.n "
            "UNION ALL SELECT 'unknown kind ' || kind FROM record_count WHERE sid = ?1 AND kind NOT BETWEEN "
            "1 AND 10")},
};

std::string_view fault_of(const account::Account& account) {
  if (account.sid < 1 || account.sid >= limits::id_end) return "number";
  if (account.name.empty()) return "name";
  if (!base::TimeZone::find(account.timezone)) return "time zone";
  if (!account::check_origins(account.origins)) return "origins";
  if (account.state > account::State::removing) return "state";
  if (account.created_at < base::first_timestamp || account.created_at > base::last_timestamp) return "date";
  return {};
}

bool are_good_scopes(const std::vector<std::string>& scopes) {
  return !scopes.empty() && std::ranges::all_of(scopes, account::is_scope) &&
         std::ranges::adjacent_find(scopes, std::ranges::greater_equal()) == scopes.end();
}

}  // namespace

Task<Result<>> check_foreign_rows(store::Unit& unit, Report& report) {
  PARLEY_CO_TRY_ASSIGN(const auto accounts, co_await account::list(unit));
  for (const ForeignRows& rows : foreign_rows) {
    std::optional<std::int64_t> sid = -9'223'372'036'854'775'807;
    while (sid) {
      const std::int64_t after = *sid;
      PARLEY_CO_TRY(co_await unit.query(rows.sql, bind(after),
                                        [&sid](const Row& row) { sid = row.optional_integer(0); }));
      if (!sid || std::ranges::find(accounts, *sid, &account::Account::sid) != accounts.end()) continue;
      report.add(Claim::account_known, *sid, rows.table, {});
    }
  }
  co_return Result<>{};
}

Task<Result<>> check_account_row(store::Unit& unit, std::int64_t sid, Report& report) {
  PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, sid));
  // Removed since the list of accounts was read.
  if (!account) co_return Result<>{};
  const std::string_view fault = fault_of(*account);
  if (!fault.empty()) report.add(Claim::account_row, sid, "account", {}, fault);
  PARLEY_CO_TRY_ASSIGN(const auto keys, co_await account::list_keys(unit, sid));
  for (const account::ApiKey& key : keys) {
    if (!are_good_scopes(key.scopes))
      report.add(Claim::api_key_scopes, sid, "api_key", fmt::to_string(key.key_id));
  }
  co_return Result<>{};
}

std::span<const SqlClaim> account_claims() noexcept {
  return claims_of_account;
}

}  // namespace parley::check
