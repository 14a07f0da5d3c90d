#include "cli/command_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "cli/nearest.hpp"

namespace parley::cli {

namespace {

using base::ErrorCode;
using base::Result;

constexpr std::string_view environment_prefix = "PARLEY_";

/// Options that say how to reach the store, and so are not passed on to the server that holds it.
const std::set<std::string> local_options = {"--store", "--config", "--help"};

/// `--public-url` → `PARLEY_PUBLIC_URL`.
std::string environment_name(const std::string& option) {
  std::string name(environment_prefix);
  for (const char letter : option.substr(2)) {
    name.push_back(letter == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter))));
  }
  return name;
}

/// One command with its parser.
struct Defined {
  const Command* command;
  CLI::App* parser;
  Run run;
  std::shared_ptr<const ServeWords> serve;
  std::shared_ptr<std::string> store;
  std::shared_ptr<std::string> config;
};

/// The long names of a parser's options, `--store` and so on.
std::vector<std::string> option_names(const CLI::App& parser) {
  std::vector<std::string> names;
  for (const CLI::Option* option : parser.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// Whether the words begin with the command's own.
bool names(const std::vector<std::string>& words, const Command& command) {
  std::vector<std::string_view> own;
  if (!command.group.empty()) own.push_back(command.group);
  own.push_back(command.word);
  return words.size() >= own.size() && std::equal(own.begin(), own.end(), words.begin());
}

/// The grammar.
class Grammar {
 public:
  /// That of the command line: every command.
  Grammar() : Grammar(false) {
    for (const Command& command : commands()) define(command);
  }

  /// That of a server, for these words. Options that reach the store are left out: it has one. Nothing comes
  /// from the environment: it is not the caller's. And only the command that is named is there, as building
  /// them all takes longer than a small one's work; all of them where none is, so that it can be said.
  explicit Grammar(const std::vector<std::string>& words) : Grammar(true) {
    for (const Command& command : commands()) {
      if (!names(words, command)) continue;
      define(command);
      return;
    }
    for (const Command& command : commands()) define(command);
  }

  CLI::App& root() { return root_; }
  std::vector<Defined>& all() { return defined_; }

  /// The command that the words name, if they do.
  Defined* chosen() {
    for (Defined& defined : defined_) {
      if (defined.parser->parsed()) return &defined;
    }
    return nullptr;
  }

  /// Every option of every command.
  std::vector<std::string> known_options() const {
    std::set<std::string> names;
    for (const Defined& defined : defined_) {
      for (std::string& name : option_names(*defined.parser)) names.insert(std::move(name));
    }
    return {names.begin(), names.end()};
  }

 private:
  explicit Grammar(bool is_server)
      : root_("Parley: live chat that a company runs itself, with ImBox's Chat API.", "parley"),
        is_server_(is_server) {
    root_.require_subcommand(1);
    root_.set_version_flag("--version", "parley " PARLEY_VERSION);
    root_.set_help_flag("--help,-h", "Show this help");
    root_.footer(
        "Every option is also PARLEY_… in the environment (--public-url: PARLEY_PUBLIC_URL)\n"
        "and a line `name = value` in the file that --config names.\n"
        "`parley COMMAND --help` shows a command's options and an example.");
  }

  void define(const Command& command) {
    CLI::App* parent = &root_;
    if (!command.group.empty()) parent = group(std::string(command.group));
    CLI::App* parser = parent->add_subcommand(std::string(command.word), std::string(command.summary));
    parser->set_help_flag("--help,-h", "Show this help");
    Defined defined{
        &command, parser, {}, {}, std::make_shared<std::string>(), std::make_shared<std::string>()};
    if (!is_server_) {
      parser->add_option("--store", *defined.store, "The store: sqlite:DIR")->required()->type_name("STORE");
      parser->add_option("--config", *defined.config, "A file of lines `name = value`")->type_name("FILE");
    }
    if (command.work == Work::serves) {
      defined.serve = define_serve(*parser);
    } else {
      defined.run = command.define(*parser);
    }
    if (!is_server_) take_environment(*parser);
    parser->footer(fmt::format("Example:\n  {}", command.example));
    defined_.push_back(std::move(defined));
  }

  static void take_environment(CLI::App& parser) {
    for (CLI::Option* option : parser.get_options()) {
      if (option->get_lnames().empty() || option->get_lnames().front() == "help") continue;
      option->envname(environment_name("--" + option->get_lnames().front()));
    }
  }

  CLI::App* group(const std::string& name) {
    const auto known = groups_.find(name);
    if (known != groups_.end()) return known->second;
    CLI::App* made =
        root_.add_subcommand(name, fmt::format("Commands on {}s; `parley {} --help` lists them", name, name));
    made->set_help_flag("--help,-h", "Show this help");
    made->require_subcommand(1);
    groups_[name] = made;
    return made;
  }

  CLI::App root_;
  bool is_server_;
  std::map<std::string, CLI::App*> groups_;
  std::vector<Defined> defined_;
};

/// Walks the words to the command they name, as far as they do, and refuses what is unknown with the nearest
/// known word.
Result<const CLI::App*> refuse_unknown(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* parser = &root;
  std::size_t next = 0;
  while (next < words.size() && !parser->get_subcommands([](const CLI::App*) { return true; }).empty()) {
    const std::string& word = words[next];
    if (word.starts_with("-")) break;
    std::vector<std::string> known;
    const CLI::App* found = nullptr;
    for (const CLI::App* candidate : parser->get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(candidate->get_name());
      if (candidate->get_name() == word) found = candidate;
    }
    if (found == nullptr) {
      return base::fail(ErrorCode::invalid_argument,
                        fmt::format("there is no command '{}'{}; `parley --help` lists them", word,
                                    suggestion(word, known)));
    }
    parser = found;
    ++next;
  }
  std::vector<std::string> known = option_names(*parser);
  for (; next < words.size() && words[next] != "--"; ++next) {
    if (!words[next].starts_with("--")) continue;
    const std::string name = words[next].substr(0, words[next].find('='));
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("there is no option {}{}", name, suggestion(name, known)));
  }
  return parser;
}

/// Refuses `PARLEY_…` in the environment that is no option of any command.
Result<> check_environment(const std::vector<std::string>& known_options) {
  std::vector<std::string> known;
  for (const std::string& option : known_options) known.push_back(environment_name(option));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    if (!line.starts_with(environment_prefix)) continue;
    const std::string name(line.substr(0, line.find('=')));
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return base::fail(ErrorCode::invalid_argument, fmt::format("the environment has {}, which is no option{}",
                                                               name, suggestion(name, known)));
  }
  return {};
}

/// The path of the configuration file: the command line's, else the environment's.
std::string config_path(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--config" && i + 1 < words.size()) return words[i + 1];
    if (words[i].starts_with("--config=")) return words[i].substr(std::string_view("--config=").size());
  }
  const char* path = std::getenv("PARLEY_CONFIG");
  return path == nullptr ? std::string() : path;
}

bool is_given(const std::vector<std::string>& words, const std::string& option) {
  const std::string with_value = option + "=";
  for (const std::string& word : words) {
    if (word == option || word.starts_with(with_value)) return true;
  }
  return std::getenv(environment_name(option).c_str()) != nullptr;
}

/// Adds what the configuration file says and nobody else does to the words. A file may serve several
/// commands: a known option of another one is passed over.
Result<> add_config(const CLI::App& parser, const std::vector<std::string>& known_options,
                    std::vector<std::string>& words) {
  const std::string path = config_path(words);
  if (path.empty()) return {};
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_file(path);
  } catch (const CLI::Error& error) {
    return base::fail(ErrorCode::invalid_argument, fmt::format("--config: {} cannot be read", path),
                      error.what());
  }
  const std::vector<std::string> own = option_names(parser);
  std::vector<std::string> added;
  for (const CLI::ConfigItem& item : items) {
    if (!item.parents.empty()) {
      return base::fail(ErrorCode::invalid_argument,
                        fmt::format("{}: it takes lines `name = value` without sections", path));
    }
    const std::string option = "--" + item.name;
    if (option == "--config" ||
        std::find(known_options.begin(), known_options.end(), option) == known_options.end()) {
      return base::fail(
          ErrorCode::invalid_argument,
          fmt::format("{} has {}, which is no option{}", path, item.name, suggestion(option, known_options)));
    }
    if (std::find(own.begin(), own.end(), option) == own.end() || is_given(words, option)) continue;
    for (const std::string& value : item.inputs) added.push_back(option + "=" + value);
  }
  words.insert(words.end(), added.begin(), added.end());
  return {};
}

/// The command as plain words without what only this process needs.
std::vector<std::string> plain_words(const Defined& defined) {
  std::vector<std::string> words;
  if (!defined.command->group.empty()) words.emplace_back(defined.command->group);
  words.emplace_back(defined.command->word);
  std::vector<std::string> positionals;
  for (const CLI::Option* option : defined.parser->get_options()) {
    if (option->count() == 0) continue;
    if (option->get_lnames().empty()) {
      positionals = option->results();
      continue;
    }
    const std::string name = "--" + option->get_lnames().front();
    if (local_options.contains(name)) continue;
    for (const std::string& value : option->results()) words.push_back(name + "=" + value);
  }
  if (!positionals.empty()) words.emplace_back("--");
  words.insert(words.end(), positionals.begin(), positionals.end());
  return words;
}

std::string positional_of(const CLI::App& parser) {
  for (const CLI::Option* option : parser.get_options()) {
    if (option->get_lnames().empty() && option->count() > 0) return option->results().front();
  }
  return {};
}

/// Lets CLI11 read the words, which it takes from the last to the first. Help is no error: it lands in
/// `help`.
Result<> parse(Grammar& grammar, const std::vector<std::string>& words, std::string& help) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    grammar.root().parse(reversed);
  } catch (const CLI::CallForVersion&) {
    help = "parley " PARLEY_VERSION "\n";
  } catch (const CLI::Success&) {
    const CLI::App* asked = &grammar.root();
    while (!asked->get_subcommands().empty()) asked = asked->get_subcommands().front();
    help = asked->help();
  } catch (const CLI::ParseError& error) {
    return base::fail(ErrorCode::invalid_argument, error.what());
  }
  return {};
}

}  // namespace

Result<std::optional<Parsed>> read_command_line(const std::vector<std::string>& given, std::string& help) {
  Grammar grammar;
  if (given.empty()) {
    help = grammar.root().help();
    return std::nullopt;
  }
  std::vector<std::string> words = given;
  const std::vector<std::string> known = grammar.known_options();
  PARLEY_TRY_ASSIGN(const CLI::App* parser, refuse_unknown(grammar.root(), words));
  PARLEY_TRY(check_environment(known));
  PARLEY_TRY(add_config(*parser, known, words));
  PARLEY_TRY(parse(grammar, words, help));
  if (!help.empty()) return std::nullopt;
  Defined* chosen = grammar.chosen();
  if (chosen == nullptr)
    return base::fail(ErrorCode::invalid_argument, "a command is missing; `parley --help` lists them");
  return Parsed{chosen->command, std::move(chosen->run), chosen->serve,
                *chosen->store,  plain_words(*chosen),   positional_of(*chosen->parser)};
}

Result<> run_words(std::span<const std::string> words, app::CommandContext& context) {
  const std::vector<std::string> given(words.begin(), words.end());
  Grammar grammar(given);
  std::string help;
  PARLEY_TRY(refuse_unknown(grammar.root(), given));
  PARLEY_TRY(parse(grammar, given, help));
  Defined* chosen = grammar.chosen();
  if (chosen == nullptr || chosen->command->work != Work::writes) {
    return base::fail(ErrorCode::invalid_argument, "the server carries out only commands that write");
  }
  return chosen->run(context);
}

}  // namespace parley::cli
