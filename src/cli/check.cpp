#include "check/check.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/task.hpp"
#include "cli/command.hpp"

namespace parley::cli {

namespace {

base::Result<> run(app::CommandContext& context) {
  const auto show = [&context](const check::Progress& progress) {
    context.progress(fmt::format("{} of account {}, {} conversations so far", progress.step, progress.sid,
                                 progress.conversations));
  };
  PARLEY_TRY_ASSIGN(const check::Report report,
                    base::block_on(check::check_store(context.database, context.location, show)));
  std::string text = report.text();
  while (text.ends_with('\n')) text.pop_back();
  context.print(text);
  if (report.is_clean()) return {};
  return base::fail(base::ErrorCode::internal, "the store is damaged, as listed above");
}

}  // namespace

Run define_check(CLI::App&) {
  return run;
}

}  // namespace parley::cli
