#include <array>

#include "cli/command.hpp"

namespace parley::cli {

std::span<const Command> commands() {
  static constexpr std::array<Command, 15> table = {{
      {"", "serve", "Run the server", "parley serve --store sqlite:data --listen 127.0.0.1:8080",
       Work::serves, nullptr},
      {"", "import", "Put a bundle into an account, whole or not at all",
       "parley import --store sqlite:data conversations.ndjson.gz", Work::writes, define_import},
      {"", "export", "Write an account as a bundle",
       "parley export --store sqlite:data --account 1 account.ndjson.zst", Work::reads, define_export},
      {"key", "create", "Make an API key and print it, once",
       "parley key create --store sqlite:data --account 1 --scope chat:read --name warehouse --expires "
       "2027-12-31",
       Work::writes, define_key_create},
      {"key", "list", "List an account's API keys", "parley key list --store sqlite:data --account 1",
       Work::reads, define_key_list},
      {"key", "revoke", "End an API key", "parley key revoke --store sqlite:data --account 1 --key 2",
       Work::writes, define_key_revoke},
      {"account", "create", "Make an account and print its number",
       "parley account create --store sqlite:data --name \"Example AB\" --timezone Europe/Stockholm",
       Work::writes, define_account_create},
      {"account", "list", "List the accounts", "parley account list --store sqlite:data", Work::reads,
       define_account_list},
      {"account", "set", "Change an account's name, time zone or web origins",
       "parley account set --store sqlite:data --account 1 --origin https://app.example.org", Work::writes,
       define_account_set},
      {"account", "remove", "Remove an account with all its data",
       "parley account remove --store sqlite:data --account 1 --yes", Work::writes, define_account_remove},
      {"agent", "create", "Make an agent and print its number",
       "parley agent create --store sqlite:data --account 1 --name \"Jane Doe\" --email jane@example.org",
       Work::writes, define_agent_create},
      {"agent", "list", "List an account's agents", "parley agent list --store sqlite:data --account 1",
       Work::reads, define_agent_list},
      {"agent", "remove", "Remove an agent; its past chats keep its name",
       "parley agent remove --store sqlite:data --account 1 --agent 7", Work::writes, define_agent_remove},
      {"", "demo", "Make an account with an invented business's chats",
       "parley demo --store sqlite:data --conversations 100000", Work::writes, define_demo},
      {"", "check", "Verify everything that a store claims", "parley check --store sqlite:data", Work::reads,
       define_check},
  }};
  return table;
}

}  // namespace parley::cli
