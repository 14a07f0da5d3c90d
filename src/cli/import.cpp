#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "base/task.hpp"
#include "cli/command.hpp"
#include "transfer/import.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::string file;
  std::optional<std::int64_t> account;
};

/// `1,203,000 records, 41 % of the file, 61,000 a second, 12 s left`
std::string progress_line(const transfer::Progress& progress, double seconds) {
  std::string line = fmt::format("{} records", progress.records);
  if (seconds > 0.5)
    line += fmt::format(", {:.0f} a second", static_cast<double>(progress.records) / seconds);
  if (progress.total_bytes && *progress.total_bytes > 0 && progress.bytes > 0) {
    const double part = static_cast<double>(progress.bytes) / static_cast<double>(*progress.total_bytes);
    line += fmt::format(", {:.0f} % of the file", part * 100);
    if (seconds > 0.5) line += fmt::format(", {:.0f} s left", seconds / part - seconds);
  }
  return line;
}

void tell_tally(app::CommandContext& context, std::string_view what, const transfer::Tally& tally) {
  if (tally.created + tally.changed + tally.same == 0) return;
  context.note(fmt::format("  {:<14} {:>9} new {:>9} changed {:>9} as before", what, tally.created,
                           tally.changed, tally.same));
}

void tell_report(app::CommandContext& context, const transfer::ImportReport& report) {
  context.note(fmt::format("Imported {} records into {} account {} in {:.1f} s:", report.records,
                           report.is_new_account ? "the new" : "the", report.sid, report.seconds));
  const transfer::Counts& counts = report.counts;
  tell_tally(context, "agents", counts.agents);
  tell_tally(context, "page filters", counts.page_filters);
  tell_tally(context, "conversations", counts.conversations);
  tell_tally(context, "messages", counts.messages);
  tell_tally(context, "tags", counts.tags);
  tell_tally(context, "labels", counts.labels);
  tell_tally(context, "cards", counts.cards);
  tell_tally(context, "chats", counts.chats);
  if (report.agents_made > 0) {
    context.note(fmt::format("  {} agents were named but not in the bundle; they are kept as removed agents",
                             report.agents_made));
  }
  if (report.label_differences + report.tag_differences > 0) {
    context.note(
        fmt::format("  {} chats had other labels and {} other tags than their conversation, whose own hold",
                    report.label_differences, report.tag_differences));
  }
  if (report.dates_replaced > 0) {
    context.note(fmt::format("  {} dates were null or impossible; the conversation's date stands for them",
                             report.dates_replaced));
  }
  for (const auto& [key, count] : report.unknown_keys) {
    context.note(fmt::format("  the unknown key {} was left out {} times", key, count));
  }
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  PARLEY_TRY_ASSIGN(auto lines, context.open_input());
  const auto began = std::chrono::steady_clock::now();
  transfer::ImportOptions how;
  how.account = options.account;
  how.progress = [&](const transfer::Progress& progress) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    context.progress(progress_line(progress, passed.count()));
  };
  how.is_given_up = context.is_stopping;
  context.note(fmt::format("Reading {}", options.file));
  PARLEY_TRY_ASSIGN(const auto report, base::block_on(transfer::import_bundle(
                                           context.database, std::move(lines), std::move(how))));
  tell_report(context, report);
  return {};
}

}  // namespace

Run define_import(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  parser
      .add_option("FILE", options->file,
                  "The bundle: NDJSON, also packed as .gz or .zst; - is standard input")
      ->required();
  parser
      .add_option("--account", options->account,
                  "The account to put it in; the bundle's own number by default")
      ->type_name("N");
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
