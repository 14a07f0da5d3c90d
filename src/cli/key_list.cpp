#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::string state_of(const account::ApiKey& key, base::Timestamp now) {
  if (key.revoked_at) return "revoked " + short_time(*key.revoked_at);
  if (!key.expires_at) return "good";
  return (*key.expires_at <= now ? "expired " : "good until ") + short_time(*key.expires_at);
}

base::Task<base::Result<std::vector<account::ApiKey>>> read_keys(store::Unit& unit, std::int64_t sid) {
  PARLEY_CO_TRY_ASSIGN(const auto found, co_await account::find(unit, sid));
  if (!found || found->state != account::State::live) co_return base::fail(no_account(sid));
  co_return co_await account::list_keys(unit, sid);
}

base::Result<> run(std::int64_t sid, app::CommandContext& context) {
  const auto read = [sid](store::Unit& unit) { return read_keys(unit, sid); };
  PARLEY_TRY_ASSIGN(const auto keys,
                    base::block_on(store::read_value<std::vector<account::ApiKey>>(context.database, read)));
  if (keys.empty()) context.note("There is no key yet; `parley key create` makes one.");
  if (!keys.empty())
    context.print(fmt::format("{:>5}  {:<16}  {:<24}  {:<28}  {}", "key", "made", "scopes", "state", "name"));
  const base::Timestamp now = base::SystemClock().now();
  for (const account::ApiKey& key : keys) {
    context.print(fmt::format("{:>5}  {:<16}  {:<24}  {:<28}  {}", key.key_id, short_time(key.created_at),
                              fmt::format("{}", fmt::join(key.scopes, ",")), state_of(key, now), key.name));
  }
  return {};
}

}  // namespace

Run define_key_list(CLI::App& parser) {
  const auto account = std::make_shared<std::int64_t>(0);
  add_account(parser, *account);
  return [account](app::CommandContext& context) { return run(*account, context); };
}

}  // namespace parley::cli
