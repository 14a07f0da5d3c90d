#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "account/api_key.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  std::int64_t key = 0;
};

base::Result<> run(const Options& options, app::CommandContext& context) {
  const auto write = [&options](store::WriteUnit& unit) {
    return account::revoke_key(unit, options.account, options.key);
  };
  PARLEY_TRY(base::block_on(context.database.write(store::Priority::ordinary, write)));
  context.note(fmt::format("Key {} of account {} is revoked; it stops within a second.", options.key,
                           options.account));
  return {};
}

}  // namespace

Run define_key_revoke(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser.add_option("--key", options->key, "The key's number, as `parley key list` shows it")
      ->required()
      ->type_name("N");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
