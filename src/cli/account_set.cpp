#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "account/account.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  std::optional<std::string> name;
  std::optional<std::string> timezone;
  std::vector<std::string> origins;
  bool no_origins = false;
};

base::Task<base::Result<>> change_account(store::WriteUnit& unit, const Options& options) {
  PARLEY_CO_TRY_ASSIGN(auto account, co_await account::find(unit, options.account));
  if (!account || account->state != account::State::live) co_return base::fail(no_account(options.account));
  if (options.name) account->name = *options.name;
  if (options.timezone) account->timezone = *options.timezone;
  if (!options.origins.empty() || options.no_origins) account->origins = options.origins;
  co_return co_await account::update(unit, *account);
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  if (!options.name && !options.timezone && options.origins.empty() && !options.no_origins) {
    return base::fail(base::ErrorCode::missing_argument,
                      "nothing to change: give --name, --timezone, --origin or --no-origins");
  }
  const auto write = [&options](store::WriteUnit& unit) { return change_account(unit, options); };
  PARLEY_TRY(base::block_on(context.database.write(store::Priority::ordinary, write)));
  context.note(fmt::format("Account {} is changed.", options.account));
  return {};
}

}  // namespace

Run define_account_set(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser.add_option("--name", options->name, "The company's name")->type_name("TEXT");
  parser.add_option("--timezone", options->timezone, "IANA time zone, such as Europe/Stockholm")
      ->type_name("ZONE");
  CLI::Option* origin = parser.add_option(
      "--origin", options->origins, "A web origin whose pages may call the API; repeatable, replaces all");
  origin->type_name("URL");
  parser.add_flag("--no-origins", options->no_origins, "Let no web page call the API")->excludes(origin);
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
