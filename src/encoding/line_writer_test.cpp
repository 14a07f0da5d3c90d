#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>

#include "encoding/line_file_test.hpp"

namespace parley::encoding {
namespace {

using base::ErrorCode;

/// Puts another descriptor in the place of a standard one while it lives.
class Redirected {
 public:
  Redirected(int standard, int other) : standard_(standard), kept_(dup(standard)) { dup2(other, standard); }
  ~Redirected() {
    dup2(kept_, standard_);
    close(kept_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int standard_;
  int kept_;
};

TEST_F(LineFile, StandardInputAndOutputMayBeSlowAndNotBlock) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0);
  const std::string text(500'000, 'a');
  std::fflush(stdout);
  bool written = false;
  std::thread writer([&text, &written, to = ends[1]] {
    const Redirected output(STDOUT_FILENO, to);
    close(to);
    auto file = LineWriter::create("-");
    written = file.has_value() && file->write(text + "\n") && file->write("last\n") && file->finish();
  });
  Read read;
  {
    const Redirected input(STDIN_FILENO, ends[0]);
    close(ends[0]);
    auto reader = LineReader::open("-");
    if (reader) read = read_all(*reader);
  }
  writer.join();
  EXPECT_TRUE(written);
  EXPECT_FALSE(read.error.has_value());
  EXPECT_TRUE(read.lines == Lines({text, "last"}));
}

TEST_F(LineFile, StandardOutputStaysOpen) {
  put("out", "");
  const int file = ::open(path("out").c_str(), O_WRONLY);
  ASSERT_GE(file, 0);
  std::fflush(stdout);
  bool written = true;
  {
    const Redirected output(STDOUT_FILENO, file);
    for (const std::string_view line : {"one\n", "two\n"}) {
      auto writer = LineWriter::create("-");
      written = written && writer && writer->write(line) && writer->finish();
    }
  }
  close(file);
  EXPECT_TRUE(written);
  EXPECT_EQ(get("out"), "one\ntwo\n");
}

TEST_F(LineFile, AFileAppearsWholeWhenItIsFinished) {
  for (const auto* name : {"a", "a.gz", "a.zst"}) {
    std::string text;
    {
      auto writer = LineWriter::create(path(name));
      ASSERT_TRUE(writer.has_value());
      for (int i = 0; i < 50'000; ++i) {
        const std::string line = "line " + std::to_string(i) + "\n";
        text += line;
        ASSERT_TRUE(writer->write(line).has_value());
      }
      EXPECT_FALSE(fs::exists(path(name)));
      EXPECT_EQ(files(), 1U);
      ASSERT_TRUE(writer->finish().has_value());
      EXPECT_TRUE(fs::exists(path(name)));
    }
    EXPECT_EQ(files(), 1U);
    const Read read = read_file(path(name));
    EXPECT_FALSE(read.error.has_value());
    EXPECT_EQ(read.lines.size(), 50'000U);
    EXPECT_EQ(read.lines.back(), "line 49999");
    EXPECT_EQ(fs::status(path(name)).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    if (std::string(name) == "a") {
      EXPECT_EQ(get(name), text);
    }
    if (std::string(name) != "a") {
      EXPECT_LT(fs::file_size(path(name)), text.size() / 2);
    }
    fs::remove(path(name));
  }
}

TEST_F(LineFile, AnEmptyFileIsWholeInEachPacking) {
  for (const auto* name : {"a", "a.gz", "a.zst"}) {
    auto writer = LineWriter::create(path(name));
    ASSERT_TRUE(writer.has_value());
    ASSERT_TRUE(writer->finish().has_value());
    const Read read = read_file(path(name));
    EXPECT_FALSE(read.error.has_value()) << name;
    EXPECT_EQ(read.lines, Lines());
  }
}

TEST_F(LineFile, UnfinishedItLeavesNothingBehind) {
  put("a", "old");
  {
    auto writer = LineWriter::create(path("a"));
    ASSERT_TRUE(writer.has_value());
    ASSERT_TRUE(writer->write(std::string(1'000'000, 'x')).has_value());
    LineWriter moved = std::move(*writer);
    ASSERT_TRUE(moved.write("more\n").has_value());
    EXPECT_EQ(files(), 2U);
  }
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(get("a"), "old");
}

TEST_F(LineFile, ReplacesAnOlderFileAndFollowsALink) {
  put("real", "old");
  fs::create_symlink(path("real"), path("link"));
  auto writer = LineWriter::create(path("link"));
  ASSERT_TRUE(writer.has_value());
  ASSERT_TRUE(writer->write("new\n").has_value());
  ASSERT_TRUE(writer->finish().has_value());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(get("real"), "new\n");
  EXPECT_EQ(files(), 2U);
}

TEST_F(LineFile, NeverReplacesADevice) {
  auto writer = LineWriter::create("/dev/null");
  ASSERT_TRUE(writer.has_value());
  ASSERT_TRUE(writer->write("gone\n").has_value());
  ASSERT_TRUE(writer->finish().has_value());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(LineFile, SaysThatTheDiskIsFullAndGoesOnSayingIt) {
  auto writer = LineWriter::create("/dev/full");
  ASSERT_TRUE(writer.has_value());
  const auto written = writer->write(std::string(1'000'000, 'x'));
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(writer->write("more\n").has_value());
  EXPECT_FALSE(writer->finish().has_value());
}

TEST_F(LineFile, SaysThatTheReaderHasGone) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    auto writer = LineWriter::create("/dev/fd/" + std::to_string(ends[1]));
    ASSERT_TRUE(writer.has_value());
    close(ends[0]);
    const auto written = writer->write(std::string(1'000'000, 'x'));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, ErrorCode::unavailable);
  }
  close(ends[1]);
  std::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace parley::encoding
