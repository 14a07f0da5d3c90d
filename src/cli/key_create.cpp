#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "account/account.hpp"
#include "account/api_key.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  std::vector<std::string> scopes;
  std::string name;
  std::string expires;
};

base::Task<base::Result<std::string>> make_key(store::WriteUnit& unit, std::int64_t sid,
                                               account::ApiKey key) {
  PARLEY_CO_TRY_ASSIGN(const auto found, co_await account::find(unit, sid));
  if (!found || found->state != account::State::live) co_return base::fail(no_account(sid));
  co_return co_await account::create_key(unit, sid, std::move(key));
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  account::ApiKey key;
  key.name = options.name;
  key.scopes = options.scopes;
  if (!options.expires.empty()) {
    PARLEY_TRY_ASSIGN(key.expires_at, read_expiry(options.expires));
  }
  const auto write = [&](store::WriteUnit& unit) { return make_key(unit, options.account, key); };
  PARLEY_TRY_ASSIGN(const std::string text, base::block_on(store::write_value<std::string>(
                                                context.database, store::Priority::ordinary, write)));
  context.print(text);
  context.note("Keep it now: it is stored only as a digest and never shown again.");
  return {};
}

}  // namespace

Run define_key_create(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser.add_option("--scope", options->scopes, "What the key opens: chat:read; several joined by commas")
      ->required()
      ->delimiter(',')
      ->type_name("SCOPE");
  parser.add_option("--name", options->name, "What the key is for, in your words")->type_name("TEXT");
  parser.add_option("--expires", options->expires, "The last day it is good (UTC), or a time with Z")
      ->type_name("DATE");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
