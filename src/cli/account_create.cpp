#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "account/account.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "cli/command.hpp"

namespace parley::cli {

namespace {

base::Task<base::Result<std::int64_t>> make_account(store::WriteUnit& unit, account::Account account) {
  if (account.sid == 0) {
    PARLEY_CO_TRY_ASSIGN(account.sid, co_await account::free_sid(unit));
  }
  PARLEY_CO_TRY(co_await account::create(unit, account));
  PARLEY_CO_TRY(co_await change::begin_log(unit, account.sid));
  co_return account.sid;
}

base::Result<> run(const account::Account& account, app::CommandContext& context) {
  const auto write = [&account](store::WriteUnit& unit) { return make_account(unit, account); };
  PARLEY_TRY_ASSIGN(const std::int64_t sid, base::block_on(store::write_value<std::int64_t>(
                                                context.database, store::Priority::ordinary, write)));
  context.print(std::to_string(sid));
  return {};
}

}  // namespace

Run define_account_create(CLI::App& parser) {
  const auto account = std::make_shared<account::Account>();
  parser.add_option("--account", account->sid, "The number to give it; the lowest free one by default")
      ->type_name("N");
  parser.add_option("--name", account->name, "The company's name")->required()->type_name("TEXT");
  parser
      .add_option("--timezone", account->timezone, "IANA time zone, such as Europe/Stockholm; UTC by default")
      ->type_name("ZONE");
  parser.add_option("--origin", account->origins, "A web origin whose pages may call the API; repeatable")
      ->type_name("URL");
  return [account](app::CommandContext& context) { return run(*account, context); };
}

}  // namespace parley::cli
