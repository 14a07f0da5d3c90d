#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "account/account.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Listed {
  account::Account account;
  std::int64_t conversations = 0;
  std::int64_t messages = 0;
};

base::Task<base::Result<std::vector<Listed>>> read_accounts(store::Unit& unit) {
  PARLEY_CO_TRY_ASSIGN(const auto accounts, co_await account::list(unit));
  std::vector<Listed> listed;
  for (const account::Account& account : accounts) {
    if (account.state != account::State::live) continue;
    Listed& row = listed.emplace_back();
    row.account = account;
    PARLEY_CO_TRY_ASSIGN(row.conversations,
                         co_await change::count_of(unit, account.sid, change::Kind::conversation));
    PARLEY_CO_TRY_ASSIGN(row.messages, co_await change::count_of(unit, account.sid, change::Kind::message));
  }
  co_return listed;
}

base::Result<> run(app::CommandContext& context) {
  PARLEY_TRY_ASSIGN(const auto accounts,
                    base::block_on(store::read_value<std::vector<Listed>>(context.database, read_accounts)));
  if (accounts.empty())
    context.note("There is no account yet; `parley account create`, `import` or `demo` makes one.");
  if (!accounts.empty()) {
    context.print(fmt::format("{:>8}  {:<16}  {:>13}  {:>10}  {:<20}  {}", "account", "made", "conversations",
                              "messages", "timezone", "name"));
  }
  for (const Listed& row : accounts) {
    context.print(fmt::format("{:>8}  {:<16}  {:>13}  {:>10}  {:<20}  {}", row.account.sid,
                              short_time(row.account.created_at), row.conversations, row.messages,
                              row.account.timezone, row.account.name));
  }
  return {};
}

}  // namespace

Run define_account_list(CLI::App&) {
  return run;
}

}  // namespace parley::cli
