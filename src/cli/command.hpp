#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "app/command.hpp"
#include "base/error.hpp"

namespace CLI {
class App;
}

/// The command line. Each command is one file: a function that adds the command's options to a parser and
/// gives back what carries it out with the values read. docs/ARCHITECTURE.md says how to add one.
namespace parley::cli {

/// Carries a command out.
using Run = std::function<base::Result<>(app::CommandContext& context)>;

/// What a command does to the store, and so where it runs.
enum class Work : std::uint8_t {
  reads,   ///< In this process, beside a server too.
  writes,  ///< In this process, or in the server that holds the store.
  serves,  ///< Is the server.
};

/// One line of the table of commands.
struct Command {
  std::string_view group;  ///< `key` of `key create`; empty for a word that stands alone.
  std::string_view word;
  std::string_view summary;
  std::string_view example;
  Work work = Work::reads;
  /// Null for the server, whose options outlive the reading (cli/serve.hpp).
  Run (*define)(CLI::App& options);
};

/// All commands, in the order that `--help` shows them.
[[nodiscard]] std::span<const Command> commands();

// One of these per file.
Run define_import(CLI::App& options);
Run define_export(CLI::App& options);
Run define_key_create(CLI::App& options);
Run define_key_list(CLI::App& options);
Run define_key_revoke(CLI::App& options);
Run define_account_create(CLI::App& options);
Run define_account_list(CLI::App& options);
Run define_account_set(CLI::App& options);
Run define_account_remove(CLI::App& options);
Run define_agent_create(CLI::App& options);
Run define_agent_list(CLI::App& options);
Run define_agent_remove(CLI::App& options);
Run define_demo(CLI::App& options);
Run define_check(CLI::App& options);

}  // namespace parley::cli
