#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "base/task.hpp"
#include "change/change.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "encoding/line_file.hpp"
#include "transfer/export.hpp"

namespace parley::cli {

namespace {

struct Options {
  std::int64_t account = 0;
  std::string file;
};

/// About how many lines the bundle will have.
base::Task<base::Result<std::int64_t>> count_records(store::Unit& unit, std::int64_t sid) {
  std::int64_t records = 0;
  for (const auto kind :
       {change::Kind::agent, change::Kind::page_filter, change::Kind::conversation, change::Kind::message,
        change::Kind::tag, change::Kind::label, change::Kind::card, change::Kind::chat}) {
    PARLEY_CO_TRY_ASSIGN(const std::int64_t count, co_await change::count_of(unit, sid, kind));
    records += count;
  }
  co_return records;
}

std::string progress_line(std::uint64_t records, std::int64_t expected, double seconds) {
  std::string line = fmt::format("{} of about {} records", records, expected);
  if (seconds < 0.5 || records == 0) return line;
  const double rate = static_cast<double>(records) / seconds;
  const double left = std::max(0.0, static_cast<double>(expected) - static_cast<double>(records));
  return line + fmt::format(", {:.0f} a second, {:.0f} s left", rate, left / rate);
}

base::Result<> run(const Options& options, app::CommandContext& context) {
  const auto read = [&options](store::Unit& unit) { return count_records(unit, options.account); };
  PARLEY_TRY_ASSIGN(const std::int64_t expected,
                    base::block_on(store::read_value<std::int64_t>(context.database, read)));
  PARLEY_TRY_ASSIGN(auto out, encoding::LineWriter::create(options.file));
  const auto began = std::chrono::steady_clock::now();
  const auto show = [&](const transfer::Progress& progress) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    context.progress(progress_line(progress.records, expected, passed.count()));
  };
  PARLEY_TRY_ASSIGN(const auto report,
                    base::block_on(transfer::export_account(context.database, options.account, out, show)));
  PARLEY_TRY(out.finish());
  context.note(fmt::format("Exported {} records of account {} to {} in {:.1f} s.", report.records,
                           options.account, options.file, report.seconds));
  for (const std::string& left_out : report.left_out) context.note(fmt::format("  left out: {}", left_out));
  return {};
}

}  // namespace

Run define_export(CLI::App& parser) {
  const auto options = std::make_shared<Options>();
  add_account(parser, options->account);
  parser
      .add_option("FILE", options->file,
                  "Where to write: packed if it ends in .gz or .zst; - is standard output")
      ->required();
  return [options](app::CommandContext& context) { return run(*options, context); };
}

}  // namespace parley::cli
