#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "account/account.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "transfer/remove.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  bool yes = false;
};

struct Loss {
  std::string name;
  std::int64_t conversations = 0;
  std::int64_t messages = 0;
};

base::Task<base::Result<Loss>> weigh(store::Unit& unit, std::int64_t sid) {
  PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, sid));
  if (!account || account->state != account::State::live) co_return base::fail(no_account(sid));
  Loss loss{account->name, 0, 0};
  PARLEY_CO_TRY_ASSIGN(loss.conversations, co_await change::count_of(unit, sid, change::Kind::conversation));
  PARLEY_CO_TRY_ASSIGN(loss.messages, co_await change::count_of(unit, sid, change::Kind::message));
  co_return loss;
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  const auto read = [&options](store::Unit& unit) { return weigh(unit, options.account); };
  PARLEY_TRY_ASSIGN(const Loss loss, base::block_on(store::read_value<Loss>(context.database, read)));
  const std::string what = fmt::format("account {} ({}) with {} conversations and {} messages",
                                       options.account, loss.name, loss.conversations, loss.messages);
  if (!options.yes) {
    return base::fail(
        base::ErrorCode::conflict,
        fmt::format("this would remove {} for good. `parley export` keeps a copy; add --yes to remove it",
                    what));
  }
  PARLEY_TRY(base::block_on(transfer::remove_account(context.database, options.account)));
  context.note(fmt::format("Removed {}.", what));
  return {};
}

}  // namespace

Run define_account_remove(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser.add_flag("--yes", options->yes, "Yes, remove it with all its data");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
