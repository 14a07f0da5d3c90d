#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "account/account.hpp"
#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  bool removed = false;
};

base::Task<base::Result<std::vector<agent::Agent>>> read_agents(store::Unit& unit, std::int64_t sid,
                                                                std::int64_t after_id) {
  PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, sid));
  if (!account || account->state != account::State::live) co_return base::fail(no_account(sid));
  co_return co_await agent::list(unit, sid, after_id, limits::rows_per_batch);
}

void print_agent(const agent::Agent& agent, app::CommandContext& context) {
  context.print(fmt::format("{:>8}  {:<24}  {:<32}  {:<16}  {}{}", agent.agent_id, agent.name, agent.email,
                            agent.department, agent.groups, agent.is_removed ? "  (removed)" : ""));
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  std::int64_t after_id = 0;
  context.print(
      fmt::format("{:>8}  {:<24}  {:<32}  {:<16}  {}", "agent", "name", "e-mail", "department", "groups"));
  while (true) {
    const auto read = [&](store::Unit& unit) { return read_agents(unit, options.account, after_id); };
    PARLEY_TRY_ASSIGN(const auto agents,
                      base::block_on(store::read_value<std::vector<agent::Agent>>(context.database, read)));
    if (agents.empty()) return {};
    for (const agent::Agent& agent : agents) {
      if (!agent.is_removed || options.removed) print_agent(agent, context);
    }
    after_id = agents.back().agent_id;
  }
}

}  // namespace

Run define_agent_list(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser.add_flag("--removed", options->removed, "Show removed agents as well");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
