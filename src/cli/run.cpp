#include "cli/run.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "app/control_client.hpp"
#include "app/open_store.hpp"
#include "app/serve.hpp"
#include "base/log.hpp"
#include "cli/command_line.hpp"
#include "cli/serve.hpp"
#include "cli/terminal.hpp"

namespace parley::cli {

namespace {

using base::ErrorCode;
using base::Result;

/// A command's input for the server that carries it out; closes it at the end.
class Input {
 public:
  ~Input() {
    if (is_own_) ::close(descriptor_);
  }
  Input() = default;
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  Result<> open(const std::string& path) {
    if (path.empty()) return {};
    // The reader knows why a file cannot be opened and says it in one way.
    if (path != "-") PARLEY_TRY(encoding::LineReader::open(path));
    descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    is_own_ = path != "-" && descriptor_ >= 0;
    return {};
  }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
  bool is_own_ = false;
};

Result<> ask(const Parsed& parsed, const store::Location& location, Terminal& terminal) {
  Input input;
  PARLEY_TRY(input.open(parsed.input_path));
  const app::ControlOutput output{[&](std::string_view line) { terminal.print(line); },
                                  [&](std::string_view line) { terminal.note(line); },
                                  [&](std::string_view text) { terminal.progress(text); }};
  return app::ask_server(location, parsed.words, input.descriptor(), parsed.input_path, output);
}

Result<> run_here(const Parsed& parsed, const store::Location& location, store::Access access,
                  Terminal& terminal) {
  PARLEY_TRY_ASSIGN(const auto database, app::open_store(location, access));
  app::CommandContext context{*database,
                              location,
                              [&](std::string_view line) { terminal.print(line); },
                              [&](std::string_view line) { terminal.note(line); },
                              [&](std::string_view text) { terminal.progress(text); },
                              [&] { return encoding::LineReader::open(parsed.input_path); },
                              [] { return false; }};
  return parsed.run(context);
}

/// Reads the options of `serve` again: the same words, and what the configuration file says now.
Result<app::ServeOptions> read_again(const std::vector<std::string>& words) {
  std::string help;
  PARLEY_TRY_ASSIGN(const auto parsed, read_command_line(words, help));
  if (!parsed || !parsed->serve) {
    return base::fail(ErrorCode::invalid_argument, "the configuration asks for help, not for a server");
  }
  PARLEY_TRY_ASSIGN(const store::Location location, store::parse_location(parsed->store));
  return read_serve_words(*parsed->serve, location);
}

Result<> serve(const std::vector<std::string>& words, const Parsed& parsed, const store::Location& location) {
  PARLEY_TRY_ASSIGN(const app::ServeOptions options, read_serve_words(*parsed.serve, location));
  const auto read = [&words] { return read_again(words); };
  return app::serve(options, run_words, read, [](std::string_view url) {
    std::printf("listening on %.*s\n", static_cast<int>(url.size()), url.data());
    std::fflush(stdout);
  });
}

Result<> carry_out(const std::vector<std::string>& words, const Parsed& parsed, Terminal& terminal) {
  PARLEY_TRY_ASSIGN(const store::Location location, store::parse_location(parsed.store));
  switch (parsed.command->work) {
    case Work::serves:
      return serve(words, parsed, location);
    case Work::reads:
      return run_here(parsed, location, store::Access::read_only, terminal);
    case Work::writes:
      break;
  }
  if (store::is_held(location)) return ask(parsed, location, terminal);
  return run_here(parsed, location, store::Access::read_write, terminal);
}

}  // namespace

int run(const std::vector<std::string>& words) {
  // Who reads our output may go; the write's own error says so.
  std::signal(SIGPIPE, SIG_IGN);
  std::string help;
  Terminal terminal;
  const auto parsed = read_command_line(words, help);
  if (!parsed) {
    terminal.note("parley: " + parsed.error().public_text);
    return 2;
  }
  if (!*parsed) {
    std::fputs(help.c_str(), stdout);
    return words.empty() ? 2 : 0;
  }
  const auto done = carry_out(words, **parsed, terminal);
  if (done) return 0;
  terminal.note("parley: " + done.error().public_text);
  if (!done.error().log_text.empty() && done.error().log_text != done.error().public_text) {
    terminal.note("        " + done.error().log_text);
  }
  return done.error().code == ErrorCode::invalid_argument || done.error().code == ErrorCode::missing_argument
             ? 2
             : 1;
}

}  // namespace parley::cli
