#include "check/check.hpp"

#include <limits>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "check/parts.hpp"

namespace parley::check {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

/// Above every conversation id, damaged ones too: no UTF-8 text has a first byte of more than 0xF4.
constexpr std::string_view after_all_ids = "\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF";

constexpr auto first_id = std::numeric_limits<std::int64_t>::min();

const store::Sql select_range_end(
    "SELECT conversation_id FROM conversation WHERE sid = ?1 AND conversation_id >= ?2 "
    "ORDER BY conversation_id LIMIT 1 OFFSET ?3");
const store::Sql count_range(
    "SELECT (SELECT count(*) FROM conversation WHERE sid = ?1 AND conversation_id >= ?2 AND conversation_id "
    "< ?3), "
    "(SELECT count(*) FROM message WHERE sid = ?1 AND conversation_id >= ?2 AND conversation_id < ?3)");

/// What a check carries through its batches.
struct Course {
  store::Database& database;
  const std::function<void(const Progress&)>& progress;
  Report report;

  void tell(std::string_view step, std::int64_t sid) const {
    if (progress) progress({step, sid, report.conversations});
  }
};

Task<Result<>> run_claims(store::Unit& unit, std::span<const SqlClaim> claims, store::Values values,
                          std::int64_t sid, Report& report) {
  for (const SqlClaim& claim : claims) {
    PARLEY_CO_TRY(co_await unit.query(
        claim.sql, values, [&](const Row& row) { report.add(claim.claim, sid, claim.table, row.text(0)); }));
  }
  co_return Result<>{};
}

Task<Result<>> check_whole_account(store::Unit& unit, std::int64_t sid, Report& report) {
  PARLEY_CO_TRY(co_await check_account_row(unit, sid, report));
  const auto values = bind(sid);
  PARLEY_CO_TRY(co_await run_claims(unit, account_claims(), values, sid, report));
  PARLEY_CO_TRY(co_await run_claims(unit, change_claims(), values, sid, report));
  co_return co_await check_filters(unit, sid, report);
}

/// Checks the conversations from `range.from` on, as many as one snapshot takes, and sets `range.to` behind
/// them.
Task<Result<>> check_range(store::Unit& unit, std::int64_t sid, Range& range, Report& report) {
  range.to = after_all_ids;
  PARLEY_CO_TRY(co_await unit.query(select_range_end, bind(sid, range.from, limits::check_conversations),
                                    [&range](const Row& row) { range.to = row.text(0); }));
  const auto values = bind(sid, range.from, range.to);
  PARLEY_CO_TRY(co_await run_claims(unit, conversation_claims(), values, sid, report));
  PARLEY_CO_TRY(co_await run_claims(unit, chat_claims(), values, sid, report));
  PARLEY_CO_TRY(co_await check_facts(unit, sid, range, report));
  PARLEY_CO_TRY(co_await check_joined_pages(unit, sid, range, report));
  PARLEY_CO_TRY(co_await unit.query(count_range, values, [&report](const Row& row) {
    report.conversations += row.integer(0);
    report.messages += row.integer(1);
  }));
  co_return Result<>{};
}

Task<Result<>> check_ranges(Course& course, std::int64_t sid) {
  Range range;
  while (range.from != after_all_ids) {
    course.tell("conversations", sid);
    auto body = [&](store::Unit& unit) { return check_range(unit, sid, range, course.report); };
    PARLEY_CO_TRY(co_await course.database.read(body));
    range.from = range.to;
  }
  co_return Result<>{};
}

/// A part that goes by numbers, of pages or days.
using NumberedPart = std::function<Task<Result<bool>>(store::Unit&, std::int64_t, std::int64_t&, Report&)>;

Task<Result<>> check_numbered(Course& course, std::string_view step, std::int64_t sid, NumberedPart part) {
  std::int64_t from = first_id;
  bool is_more = true;
  while (is_more) {
    course.tell(step, sid);
    auto body = [&](store::Unit& unit) { return part(unit, sid, from, course.report); };
    PARLEY_CO_TRY_ASSIGN(is_more, co_await store::read_value<bool>(course.database, body));
  }
  co_return Result<>{};
}

Task<Result<>> check_account(Course& course, std::int64_t sid) {
  course.tell("account", sid);
  auto body = [&](store::Unit& unit) { return check_whole_account(unit, sid, course.report); };
  PARLEY_CO_TRY(co_await course.database.read(body));
  PARLEY_CO_TRY(co_await check_ranges(course, sid));
  PARLEY_CO_TRY(co_await check_numbered(course, "pages", sid, &check_matches));
  PARLEY_CO_TRY(co_await check_numbered(course, "pages", sid, &check_used_pages));
  const auto blocks = [&course](store::Unit& unit, std::int64_t account, std::int64_t& from, Report& report) {
    return check_blocks(unit, course.database.files(), account, from, report);
  };
  PARLEY_CO_TRY(co_await check_numbered(course, "blocks", sid, blocks));
  ++course.report.accounts;
  co_return Result<>{};
}

Task<Result<std::vector<account::Account>>> list_accounts(store::Database& database) {
  auto body = [](store::Unit& unit) { return account::list(unit); };
  co_return co_await store::read_value<std::vector<account::Account>>(database, body);
}

}  // namespace

Task<Result<Report>> check_store(store::Database& database, const store::Location& location,
                                 const std::function<void(const Progress&)>& progress) {
  Course course{database, progress, {}};
  course.tell("file", 0);
  PARLEY_CO_TRY(check_file(location, course.report));
  auto foreign = [&](store::Unit& unit) { return check_foreign_rows(unit, course.report); };
  PARLEY_CO_TRY(co_await database.read(foreign));
  PARLEY_CO_TRY_ASSIGN(const auto accounts, co_await list_accounts(database));
  for (const account::Account& one : accounts) {
    // Half of an account is in no order yet, or no more; nobody sees it.
    if (one.state == account::State::filling || one.state == account::State::removing) {
      const bool is_filling = one.state == account::State::filling;
      course.report.add(Claim::account_unfinished, one.sid, "account", {}, is_filling ? "import" : "removal");
      continue;
    }
    PARLEY_CO_TRY(co_await check_account(course, one.sid));
  }
  co_return std::move(course.report);
}

}  // namespace parley::check
