#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/serve.hpp"

namespace parley::cli {

/// A command line, read.
struct Parsed {
  const Command* command = nullptr;
  Run run;                                  ///< Null for the server,
  std::shared_ptr<const ServeWords> serve;  ///< which has this; else null.
  std::string store;
  /// The command again as plain words, its options from the environment and the configuration file written
  /// out, without the store: what the server that holds it gets.
  std::vector<std::string> words;
  std::string input_path;  ///< The FILE of a command that reads one, else empty.
};

/// Reads the words after the program's name, `PARLEY_…` in the environment and the file that `--config`
/// names: the command line counts more than the environment, and that more than the file. Empty when help was
/// asked for and `help` holds it. Errors: invalid_argument, naming the nearest known word for an unknown one,
/// in each of the three places.
[[nodiscard]] base::Result<std::optional<Parsed>> read_command_line(const std::vector<std::string>& words,
                                                                    std::string& help);

/// Carries out a command that came over the control socket as plain words.
[[nodiscard]] base::Result<> run_words(std::span<const std::string> words, app::CommandContext& context);

}  // namespace parley::cli
