#include <CLI/CLI.hpp>
#include <memory>

#include "account/account.hpp"
#include "agent/agent.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  agent::Agent agent;
};

base::Task<base::Result<std::int64_t>> make_agent(store::WriteUnit& unit, std::int64_t sid,
                                                  agent::Agent agent) {
  PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, sid));
  if (!account || account->state != account::State::live) co_return base::fail(no_account(sid));
  if (agent.agent_id == 0) {
    PARLEY_CO_TRY_ASSIGN(agent.agent_id, co_await account::next_id(unit, sid, account::Counter::agent));
  } else {
    PARLEY_CO_TRY_ASSIGN(const auto known, co_await agent::find(unit, sid, agent.agent_id));
    if (known) {
      co_return base::fail(
          base::ErrorCode::already_exists,
          "--agent " + std::to_string(agent.agent_id) + " exists; leave it out for the next free number");
    }
  }
  PARLEY_CO_TRY(co_await agent::put(unit, sid, agent));
  co_return agent.agent_id;
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  const auto write = [&options](store::WriteUnit& unit) {
    return make_agent(unit, options.account, options.agent);
  };
  PARLEY_TRY_ASSIGN(const std::int64_t agent_id, base::block_on(store::write_value<std::int64_t>(
                                                     context.database, store::Priority::ordinary, write)));
  context.print(std::to_string(agent_id));
  return {};
}

}  // namespace

Run define_agent_create(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser
      .add_option("--agent", options->agent.agent_id, "The number to give it; the next free one by default")
      ->type_name("N");
  parser.add_option("--name", options->agent.name, "The agent's name, as visitors see it")
      ->required()
      ->type_name("TEXT");
  parser.add_option("--email", options->agent.email, "The agent's e-mail address")
      ->required()
      ->type_name("ADDRESS");
  parser.add_option("--picture", options->agent.picture, "The address of a picture")->type_name("URL");
  parser.add_option("--department", options->agent.department, "The department")->type_name("TEXT");
  parser.add_option("--groups", options->agent.groups, "The names of the agent's groups, joined by commas")
      ->type_name("TEXT");
  parser.add_flag("--back-office", options->agent.is_back_office, "The agent is back office");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
