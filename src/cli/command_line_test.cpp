#include "cli/command_line.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store/store_test_support.hpp"

namespace parley::cli {
namespace {

using Words = std::vector<std::string>;

/// A variable of the environment for one test.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
};

/// A configuration file for one test.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text)
      : path_((std::filesystem::temp_directory_path() / "parley-config-XXXXXX").string()) {
    const int descriptor = ::mkstemp(path_.data());
    EXPECT_GE(descriptor, 0);
    std::ofstream(path_) << text;
    ::close(descriptor);
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The words as the server would get them, or the refusal.
Words read(const Words& words) {
  std::string help;
  auto parsed = read_command_line(words, help);
  if (!parsed) return {"refused", parsed.error().public_text};
  if (!*parsed) return {"help", help};
  return (*parsed)->words;
}

TEST(CommandLine, WritesOptionsOutWithoutTheStore) {
  EXPECT_EQ(
      read({"key", "create", "--store", "sqlite:x", "--account", "1", "--scope", "chat:read,chat:write"}),
      (Words{"key", "create", "--account=1", "--scope=chat:read", "--scope=chat:write"}));
  EXPECT_EQ(read({"import", "--store=sqlite:x", "file.ndjson"}), (Words{"import", "--", "file.ndjson"}));
  EXPECT_EQ(read({"account", "remove", "--store=sqlite:x", "--account=2", "--yes"}),
            (Words{"account", "remove", "--account=2", "--yes=true"}));
}

TEST(CommandLine, RefusesTheUnknownWithTheNearestName) {
  const auto refusal = [](const Words& words) { return read(words).back(); };
  EXPECT_EQ(refusal({"sreve"}),
            "there is no command 'sreve' (did you mean serve?); `parley --help` lists them");
  EXPECT_EQ(refusal({"key", "revok"}),
            "there is no command 'revok' (did you mean revoke?); `parley --help` lists them");
  EXPECT_EQ(refusal({"check", "--stroe", "sqlite:x"}), "there is no option --stroe (did you mean --store?)");
  EXPECT_EQ(read({"check"}).front(), "refused");
  EXPECT_EQ(read({"key"}).front(), "refused");
}

TEST(CommandLine, TakesOptionsFromTheEnvironment) {
  const Variable store("PARLEY_STORE", "sqlite:x");
  const Variable account("PARLEY_ACCOUNT", "7");
  EXPECT_EQ(read({"key", "list"}), (Words{"key", "list", "--account=7"}));
  EXPECT_EQ(read({"key", "list", "--account", "8"}), (Words{"key", "list", "--account=8"}));
}

TEST(CommandLine, RefusesAnUnknownVariable) {
  const Variable typo("PARLEY_STROE", "sqlite:x");
  EXPECT_EQ(read({"check", "--store", "sqlite:x"}).back(),
            "the environment has PARLEY_STROE, which is no option (did you mean PARLEY_STORE?)");
}

TEST(CommandLine, TakesOptionsFromAFileThatSeveralCommandsShare) {
  const ConfigFile file("store = \"sqlite:x\"\nlisten = \"127.0.0.1:1\"\naccount = 3\n");
  EXPECT_EQ(read({"key", "list", "--config", file.path()}), (Words{"key", "list", "--account=3"}));
  const Variable account("PARLEY_ACCOUNT", "7");
  EXPECT_EQ(read({"key", "list", "--config=" + file.path()}), (Words{"key", "list", "--account=7"}));
}

TEST(CommandLine, RefusesAnUnknownLineOrSectionOfTheFile) {
  const ConfigFile typo("stroe = \"sqlite:x\"\n");
  EXPECT_NE(read({"check", "--config", typo.path()})
                .back()
                .find("stroe, which is no option (did you mean --store?)"),
            std::string::npos);
  const ConfigFile section("[serve]\nstore = \"sqlite:x\"\n");
  EXPECT_NE(read({"check", "--config", section.path()}).back().find("without sections"), std::string::npos);
  EXPECT_NE(read({"check", "--config", "/nowhere/at/all"}).back().find("cannot be read"), std::string::npos);
}

TEST(CommandLine, ShowsHelpWithAnExampleForEveryCommand) {
  EXPECT_EQ(read({"--help"}).front(), "help");
  for (const Command& command : commands()) {
    Words words;
    if (!command.group.empty()) words.emplace_back(command.group);
    words.emplace_back(command.word);
    words.emplace_back("--help");
    const Words answer = read(words);
    ASSERT_EQ(answer.front(), "help") << command.word;
    EXPECT_NE(answer.back().find(command.example), std::string::npos) << command.word;
  }
}

TEST(CommandLine, EveryExampleCanBeRead) {
  for (const Command& command : commands()) {
    std::string example(command.example);
    // The shell's quoting is not ours to read.
    for (std::size_t at = example.find('"'); at != std::string::npos; at = example.find('"')) {
      const std::size_t end = example.find('"', at + 1);
      example.replace(at, end - at + 1, "quoted");
    }
    Words words;
    std::size_t begin = example.find(' ') + 1;
    while (begin < example.size()) {
      const std::size_t end = std::min(example.find(' ', begin), example.size());
      words.push_back(example.substr(begin, end - begin));
      begin = end + 1;
    }
    EXPECT_NE(read(words).front(), "refused") << command.example << ": " << read(words).back();
  }
}

/// What a server says to the words when it refuses them; empty when it does not.
std::string server_refusal(const Words& words) {
  const store::testing::TemporaryDirectory directory;
  const auto opened = store::testing::open_store(directory.path(), false);
  const store::Location location{directory.path(), std::nullopt, ""};
  app::CommandContext context{*opened.database, location, {}, {}, {}, {}, [] { return false; }};
  const auto done = run_words(words, context);
  return done ? std::string() : done.error().public_text;
}

TEST(CommandLine, AServerRefusesWhatItCannotCarryOut) {
  EXPECT_EQ(server_refusal({"improt"}),
            "there is no command 'improt' (did you mean import?); `parley --help` lists them");
  EXPECT_EQ(server_refusal({"key"}), "A subcommand is required");
  EXPECT_EQ(server_refusal({"key", "crate"}),
            "there is no command 'crate' (did you mean create?); `parley --help` lists them");
  EXPECT_EQ(server_refusal({"key", "list", "--account=1"}),
            "the server carries out only commands that write");
  EXPECT_EQ(server_refusal({"import", "--acount=1"}),
            "there is no option --acount (did you mean --account?)");
  EXPECT_EQ(server_refusal({}), "A subcommand is required");
}

TEST(CommandLine, AServersOwnEnvironmentIsNotItsCallers) {
  const Variable account("PARLEY_ACCOUNT", "1");
  EXPECT_EQ(server_refusal({"account", "remove", "--yes=true"}), "--account is required");
}

}  // namespace
}  // namespace parley::cli
