#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "agent/agent.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  std::int64_t agent = 0;
};

base::Result<> run(const Options& options, app::CommandContext& context) {
  const auto write = [&options](store::WriteUnit& unit) {
    return agent::remove(unit, options.account, options.agent);
  };
  PARLEY_TRY(base::block_on(context.database.write(store::Priority::ordinary, write)));
  context.note(fmt::format("Agent {} of account {} is removed; past messages and statistics keep the name.",
                           options.agent, options.account));
  return {};
}

}  // namespace

Run define_agent_remove(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser.add_option("--agent", options->agent, "The agent's number, as `parley agent list` shows it")
      ->required()
      ->type_name("N");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
