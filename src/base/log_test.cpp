#include "base/log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.hpp"

namespace parley::base {
namespace {

/// Collects what is logged while it lives.
class Captured {
 public:
  Captured() {
    set_log_sink([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~Captured() {
    set_log_sink({});
    set_log_level(Level::info);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  /// The last line after its time, which differs each time.
  [[nodiscard]] std::string last() const { return lines_.empty() ? "" : lines_.back().substr(33); }

 private:
  std::vector<std::string> lines_;
};

TEST(Log, WritesOneJsonLineWithItsFieldsInOrder) {
  const Captured captured;
  log(Level::info, "started",
      {{"listen", "127.0.0.1:8080"},
       {"threads", 2},
       {"load", 0.5},
       {"ready", true},
       {"late", false},
       {"left", -7}});
  ASSERT_EQ(captured.lines().size(), 1U);
  EXPECT_EQ(captured.lines().front().substr(0, 11), R"({"time":"20)");
  EXPECT_EQ(captured.lines().front().substr(32, 2), R"(Z")");
  EXPECT_EQ(
      captured.last(),
      R"(","level":"info","event":"started","listen":"127.0.0.1:8080","threads":2,"load":0.5,"ready":true,"late":false,"left":-7})");
  log(Level::error, "stopped");
  EXPECT_EQ(captured.last(), R"(","level":"error","event":"stopped"})");
}

TEST(Log, DropsWhatIsBelowTheLevel) {
  const Captured captured;
  log(Level::debug, "not at the start");
  EXPECT_TRUE(captured.lines().empty());
  set_log_level(Level::error);
  log(Level::warning, "no more");
  EXPECT_TRUE(captured.lines().empty());
  log(Level::error, "still");
  set_log_level(Level::debug);
  log(Level::debug, "now");
  EXPECT_EQ(captured.lines().size(), 2U);
}

TEST(Log, StaysOneLineOfUtf8WhateverItIsGiven) {
  const Captured captured;
  log(Level::info, "x", {{"text", "a\"b\\c\nd\te\x01\x7Fäπ😀"}});
  EXPECT_EQ(captured.last(),
            R"(","level":"info","event":"x","text":"a\"b\\c\u000ad\u0009e\u0001\u007fäπ😀"})");
  log(Level::info, "x", {{"text", std::string_view("a\0b", 3)}});
  EXPECT_EQ(captured.last(), R"(","level":"info","event":"x","text":"a\u0000b"})");
  for (const std::string_view bad : {"\xFF", "\x80", "\xC0", "\xC1", "\xF5", "\xE0", "\xF0"}) {
    log(Level::info, "x", {{"text", bad}});
    EXPECT_EQ(captured.last(), R"(","level":"info","event":"x","text":"\ufffd"})");
  }
  log(Level::info, "x", {{"text", "\xED\xA0\x80"}});
  EXPECT_EQ(captured.last(), R"(","level":"info","event":"x","text":"\ufffd\ufffd\ufffd"})");
  log(Level::info, "x", {{"text", "\xF4\x90\x80\x80|\xE0\x80\x80|\xC3"}});
  EXPECT_EQ(captured.last(),
            R"(","level":"info","event":"x","text":"\ufffd\ufffd\ufffd\ufffd|\ufffd\ufffd\ufffd|\ufffd"})");
}

TEST(Log, FindsWhatIsToBeEscapedAtEveryPlace) {
  const Captured captured;
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, '~');
      text[place] = '"';
      const std::string escaped = text.substr(0, place) + "\\\"" + text.substr(place + 1);
      log(Level::info, "e", {{"text", std::string_view(text)}});
      EXPECT_TRUE(captured.last().ends_with(":\"" + escaped + "\"}")) << captured.last();
    }
  }
}

TEST(Log, WritesEveryByteSoThatItsLineStaysOne) {
  const Captured captured;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = std::string("abc ") + static_cast<char>(byte) + " xyz";
    std::string written(1, static_cast<char>(byte));
    if (byte == '"' || byte == '\\') written = std::string("\\") + static_cast<char>(byte);
    if (byte < 0x20 || byte == 0x7F) written = fmt::format("\\u{:04x}", byte);
    if (byte >= 0x80) written = "\\ufffd";
    log(Level::info, "e", {{"text", std::string_view(text)}});
    EXPECT_TRUE(captured.last().ends_with(":\"abc " + written + " xyz\"}")) << captured.last();
  }
}

TEST(Log, CutsLongTextsBetweenCharacters) {
  const Captured captured;
  const std::size_t most = limits::log_field_bytes;
  const auto text_of = [&captured](const std::string& text) {
    log(Level::info, "x", {{"t", text}});
    const std::string line = captured.last();
    const std::string intro = R"(","level":"info","event":"x","t":")";
    EXPECT_TRUE(line.starts_with(intro));
    return line.substr(intro.size(), line.size() - intro.size() - 2);
  };
  EXPECT_EQ(text_of(std::string(most - 1, 'a')), std::string(most - 1, 'a'));
  EXPECT_EQ(text_of(std::string(most, 'a')), std::string(most, 'a'));
  EXPECT_EQ(text_of(std::string(most + 1, 'a')), std::string(most, 'a') + "…");
  EXPECT_EQ(text_of(std::string(most - 1, 'a') + "ä"), std::string(most - 1, 'a') + "…");
  EXPECT_EQ(text_of(std::string(most - 2, 'a') + "ä"), std::string(most - 2, 'a') + "ä");
}

TEST(Log, WritesNumbersThatJsonLacksAsNull) {
  const Captured captured;
  log(Level::info, "x", {{"a", std::nan("")}, {"b", std::numeric_limits<double>::infinity()}, {"c", 1e300}});
  EXPECT_EQ(captured.last(), R"(","level":"info","event":"x","a":null,"b":null,"c":1e+300})");
}

TEST(Log, WritesTimesInMilliseconds) {
  using namespace std::chrono_literals;
  const Captured captured;
  log(Level::info, "x", {{"a", 0us}, {"b", 7us}, {"c", 137us}, {"d", 12'040us}, {"e", 61s}, {"f", -5us}});
  EXPECT_EQ(
      captured.last(),
      R"(","level":"info","event":"x","a":0.000,"b":0.007,"c":0.137,"d":12.040,"e":61000.000,"f":0.000})");
}

TEST(Log, GoesToStandardErrorWithoutASink) {
  testing::internal::CaptureStderr();
  log(Level::warning, "seen", {{"percent", "%s%d {} %v"}});
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(text.ends_with("\"level\":\"warning\",\"event\":\"seen\",\"percent\":\"%s%d {} %v\"}\n"))
      << text;
}

TEST(Log, LinesOfManyThreadsNeverMix) {
  const Captured captured;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int n = 0; n < 500; ++n) log(Level::info, "x", {{"thread", i}, {"n", n}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(captured.lines().size(), 2'000U);
  std::vector<int> next(4, 0);
  for (const std::string& line : captured.lines()) {
    const auto thread = static_cast<std::size_t>(line[line.find("\"thread\":") + 9] - '0');
    ASSERT_LT(thread, 4U);
    EXPECT_TRUE(line.ends_with("\"n\":" + std::to_string(next[thread]++) + "}")) << line;
  }
}

TEST(GatheredLog, WritesWhatItsThreadGatheredTogetherAndInOrder) {
  const Captured captured;
  int asked = 0;
  {
    GatheredLog gathered([&asked] { ++asked; });
    log(Level::info, "one");
    log(Level::debug, "dropped");
    log(Level::info, "two");
    EXPECT_TRUE(captured.lines().empty());
    EXPECT_EQ(asked, 1);
    std::thread([] { log(Level::info, "of another thread"); }).join();
    ASSERT_EQ(captured.lines().size(), 1U);

    gathered.flush();
    ASSERT_EQ(captured.lines().size(), 3U);
    EXPECT_TRUE(captured.lines()[1].ends_with("\"event\":\"one\"}"));
    EXPECT_TRUE(captured.lines()[2].ends_with("\"event\":\"two\"}"));
    gathered.flush();
    EXPECT_EQ(captured.lines().size(), 3U);

    log(Level::info, "three");
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(captured.lines().size(), 3U);
  }
  EXPECT_EQ(captured.lines().size(), 4U);
  log(Level::info, "four");
  EXPECT_EQ(captured.lines().size(), 5U);
}

TEST(GatheredLog, HoldsBackNoWarning) {
  const Captured captured;
  const GatheredLog gathered([] {});
  log(Level::info, "before");
  log(Level::warning, "look");
  ASSERT_EQ(captured.lines().size(), 2U);
  EXPECT_TRUE(captured.lines()[0].ends_with("\"before\"}"));
  EXPECT_TRUE(captured.lines()[1].ends_with("\"look\"}"));
}

TEST(GatheredLog, IsBounded) {
  const Captured captured;
  const GatheredLog gathered([] {});
  const std::string text(1'000, 'x');
  for (std::size_t i = 0; i < limits::log_gathered_bytes / text.size(); ++i) {
    log(Level::info, "x", {{"text", text}});
  }
  EXPECT_GE(captured.lines().size(), 60U);
}

}  // namespace
}  // namespace parley::base
