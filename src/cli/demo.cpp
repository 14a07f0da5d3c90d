#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "base/task.hpp"
#include "cli/command.hpp"
#include "transfer/demo.hpp"
#include "transfer/import.hpp"

namespace parley::cli {

namespace {

/// A demo is an account of its own: never poured into a company's.
base::Result<> refuse_existing(const transfer::DemoOptions& options, app::CommandContext& context) {
  const auto read = [&options](store::Unit& unit) { return account::find(unit, options.sid); };
  PARLEY_TRY_ASSIGN(const auto known, base::block_on(store::read_value<std::optional<account::Account>>(
                                          context.database, read)));
  if (!known) return {};
  return base::fail(base::ErrorCode::already_exists,
                    fmt::format("account {} exists; --account takes a number that is free", options.sid));
}

base::Result<> run(const transfer::DemoOptions& options, app::CommandContext& context) {
  PARLEY_TRY(refuse_existing(options, context));
  const auto began = std::chrono::steady_clock::now();
  const double expected = static_cast<double>(options.conversations) * 12;
  transfer::ImportOptions how;
  how.progress = [&](const transfer::Progress& progress) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    const double part = std::min(1.0, static_cast<double>(progress.records) / expected);
    context.progress(fmt::format("{} records, about {:.0f} %, {:.0f} a second", progress.records, part * 100,
                                 static_cast<double>(progress.records) / std::max(0.001, passed.count())));
  };
  auto generator = std::make_shared<transfer::DemoGenerator>(options);
  transfer::RecordSource source = [generator, &context]() -> base::Result<std::optional<transfer::Record>> {
    if (context.is_stopping())
      return base::fail(base::ErrorCode::unavailable, "the server stops; nothing was made");
    return (*generator)();
  };
  PARLEY_TRY_ASSIGN(const auto report, base::block_on(transfer::import_account(
                                           context.database, std::move(source), std::move(how))));
  context.note(
      fmt::format("Made the demo account {} with {} conversations, {} messages and {} chats in {:.1f} s.",
                  report.sid, report.counts.conversations.created, report.counts.messages.created,
                  report.counts.chats.created, report.seconds));
  return {};
}

}  // namespace

Run define_demo(CLI::App& parser) {
  const auto options = std::make_shared<transfer::DemoOptions>();
  parser.add_option("--account", options->sid, "The account to make; 1 by default")->type_name("N");
  parser
      .add_option("--conversations", options->conversations,
                  "How many conversations, each of about ten messages")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{limits::demo_conversations}))
      ->type_name("N")
      ->capture_default_str();
  parser.add_option("--seed", options->seed, "The same seed makes the same account on every machine")
      ->type_name("N")
      ->capture_default_str();
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
