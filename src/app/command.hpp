#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "encoding/line_file.hpp"
#include "store/database.hpp"
#include "store/open.hpp"

namespace parley::app {

/// What a command works with, wherever it is carried out: in the process that was called, or in the server
/// that holds the store and was asked over its control socket. Used on one thread.
struct CommandContext {
  store::Database& database;
  const store::Location& location;
  /// Writes a line to standard output: what other programs read.
  std::function<void(std::string_view line)> print;
  /// Writes a line to standard error: what people read.
  std::function<void(std::string_view line)> note;
  /// Shows how far long work has come, in place of what it showed before.
  std::function<void(std::string_view text)> progress;
  /// Opens the command's input file. Once.
  std::function<base::Result<encoding::LineReader>()> open_input;
  /// Whether the work should end early, because the server stops or the caller has gone.
  std::function<bool()> is_stopping;
};

/// Carries out a command given as its words (`key`, `create`, `--account`, `1`, …), without the store's
/// options.
using CommandRunner =
    std::function<base::Result<>(std::span<const std::string> words, CommandContext& context)>;

}  // namespace parley::app
