#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"
#include "check/check.hpp"
#include "store/database.hpp"

/// The parts a check is put together from, each in its file. All of them look at one snapshot and note what
/// they find.
namespace parley::check {

/// A claim as a statement that finds the rows that break it, each as one text: its key. `?1` is the account;
/// claims over a range of conversations have its first id as `?2` and the one after its last as `?3`.
struct SqlClaim {
  Claim claim;
  std::string_view table;
  store::Sql sql;
};

/// A run of conversation ids, `from` among them, `to` not.
struct Range {
  std::string from;
  std::string to;
};

/// SQLite's own look at the file, and its tables and indexes against the migrations.
[[nodiscard]] base::Result<> check_file(const store::Location& location, Report& report);

/// Rows of accounts that do not exist. Crosses accounts.
base::Task<base::Result<>> check_foreign_rows(store::Unit& unit, Report& report);

/// The account's own row and its keys.
base::Task<base::Result<>> check_account_row(store::Unit& unit, std::int64_t sid, Report& report);
/// Counters, counts, ids that are unique in the account, the dictionary, agents, pages.
[[nodiscard]] std::span<const SqlClaim> account_claims() noexcept;
/// The change log.
[[nodiscard]] std::span<const SqlClaim> change_claims() noexcept;

/// Conversations, visitors, messages, tags, labels, cards, and the pages they have seen.
[[nodiscard]] std::span<const SqlClaim> conversation_claims() noexcept;
/// Chats and facts, as far as SQL can tell.
[[nodiscard]] std::span<const SqlClaim> chat_claims() noexcept;
/// Facts computed anew, and their labels and tags.
base::Task<base::Result<>> check_facts(store::Unit& unit, std::int64_t sid, const Range& range,
                                       Report& report);
/// The pages that system messages name.
base::Task<base::Result<>> check_joined_pages(store::Unit& unit, std::int64_t sid, const Range& range,
                                              Report& report);

/// The account's filters themselves, and matches that answer nothing.
base::Task<base::Result<>> check_filters(store::Unit& unit, std::int64_t sid, Report& report);
/// Decides the matches of the next pages from number `from` on anew and moves `from` behind them. False at
/// the end.
base::Task<base::Result<bool>> check_matches(store::Unit& unit, std::int64_t sid, std::int64_t& from,
                                             Report& report);
/// Whether a conversation has seen each of the next pages from number `from` on; moves `from`. False at the
/// end.
base::Task<base::Result<bool>> check_used_pages(store::Unit& unit, std::int64_t sid, std::int64_t& from,
                                                Report& report);

/// The blocks of the next whole day from number `from` on against its facts; moves `from` behind it. False at
/// the end.
base::Task<base::Result<bool>> check_blocks(store::Unit& unit, store::SideFiles& files, std::int64_t sid,
                                            std::int64_t& from, Report& report);

}  // namespace parley::check
