#include "transfer/remove.hpp"

#include "account/account.hpp"
#include "base/limits.hpp"
#include "statistics/block_files.hpp"
#include "transfer/account_tables.hpp"

namespace parley::transfer {
namespace {

using base::Result;
using base::Task;
using store::bind;

const store::Sql delete_account("DELETE FROM account WHERE sid = ?1 AND state = ?2");

/// Removes one slice of one table. True while there may be more.
Task<Result<bool>> remove_slice(store::WriteUnit& unit, const AccountTable& table, std::int64_t sid) {
  const std::int64_t rows = limits::remove_slice_rows;
  PARLEY_CO_TRY_ASSIGN(const std::int64_t gone, co_await unit.execute(table.delete_slice, bind(sid, rows)));
  co_return gone > 0;
}

Task<Result<>> remove_rows(store::Database& database, const AccountTable& table, std::int64_t sid) {
  bool is_more = true;
  while (is_more) {
    auto slice = [&table, sid](store::WriteUnit& unit) { return remove_slice(unit, table, sid); };
    PARLEY_CO_TRY_ASSIGN(is_more, co_await store::write_value<bool>(database, store::Priority::bulk, slice));
  }
  co_return Result<>{};
}

Task<Result<>> remove_row(store::WriteUnit& unit, std::int64_t sid) {
  PARLEY_CO_TRY(co_await unit.execute(delete_account, bind(sid, static_cast<int>(account::State::removing))));
  co_return Result<>{};
}

}  // namespace

Task<Result<>> remove_account(store::Database& database, std::int64_t sid) {
  auto hide = [sid](store::WriteUnit& unit) {
    return account::set_state(unit, sid, account::State::removing);
  };
  PARLEY_CO_TRY(co_await database.write(store::Priority::bulk, hide));
  for (const AccountTable& table : account_tables()) {
    PARLEY_CO_TRY(co_await remove_rows(database, table, sid));
  }
  statistics::remove_files(database.files(), sid);
  auto last = [sid](store::WriteUnit& unit) { return remove_row(unit, sid); };
  PARLEY_CO_TRY(co_await database.write(store::Priority::bulk, last));
  co_return Result<>{};
}

Task<Result<std::vector<std::int64_t>>> remove_unfinished(store::Database& database) {
  auto list = [](store::Unit& unit) { return account::list(unit); };
  PARLEY_CO_TRY_ASSIGN(const auto accounts,
                       co_await store::read_value<std::vector<account::Account>>(database, list));
  std::vector<std::int64_t> removed;
  for (const account::Account& account : accounts) {
    if (account.state == account::State::live) continue;
    PARLEY_CO_TRY(co_await remove_account(database, account.sid));
    removed.push_back(account.sid);
  }
  co_return removed;
}

}  // namespace parley::transfer
