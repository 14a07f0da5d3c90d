#include "encoding/line_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "encoding/compression.hpp"

namespace parley::encoding {
namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

std::string zstd(std::string_view text, int level = 3) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level);
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

/// A folder of its own for each test.
class LineFile : public testing::Test {
 protected:
  LineFile() {
    std::string name = testing::TempDir() + "parley-lines-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~LineFile() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(std::string_view name) const { return folder_ + "/" + std::string(name); }

  std::string put(std::string_view name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

  [[nodiscard]] std::string get(std::string_view name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  std::string folder_;
};

/// What reading to the end gives: the lines, and the error that ended it, if one did.
struct Read {
  std::vector<std::string> lines;
  std::optional<base::Error> error;
};

Read read_all(LineReader& reader) {
  Read read;
  for (;;) {
    auto line = reader.next();
    if (!line) {
      read.error = line.error();
      const auto again = reader.next();
      EXPECT_FALSE(again.has_value());
      if (!again) EXPECT_EQ(again.error().public_text, read.error->public_text);
      return read;
    }
    if (!line->has_value()) {
      EXPECT_FALSE(reader.next().value().has_value());
      return read;
    }
    read.lines.emplace_back(**line);
    EXPECT_EQ(reader.line_number(), read.lines.size());
  }
}

Read read_file(const std::string& path, std::size_t maximum = limits::bundle_line_bytes) {
  auto reader = LineReader::open(path, maximum);
  EXPECT_TRUE(reader.has_value());
  if (!reader) return {.lines = {}, .error = reader.error()};
  return read_all(*reader);
}

using Lines = std::vector<std::string>;

TEST_F(LineFile, GivesLinesWithoutTheirEnds) {
  EXPECT_EQ(read_file(put("a", "")).lines, Lines());
  EXPECT_EQ(read_file(put("a", "\n")).lines, Lines({""}));
  EXPECT_EQ(read_file(put("a", "a")).lines, Lines({"a"}));
  EXPECT_EQ(read_file(put("a", "a\n")).lines, Lines({"a"}));
  EXPECT_EQ(read_file(put("a", "a\nb")).lines, Lines({"a", "b"}));
  EXPECT_EQ(read_file(put("a", "a\r\nb\r\n")).lines, Lines({"a", "b"}));
  EXPECT_EQ(read_file(put("a", "a\r\rb\r\r\n\n\r\nc\r")).lines, Lines({"a\r\rb\r", "", "", "c\r"}));
  EXPECT_EQ(read_file(put("a", std::string("a\0b\nc", 5))).lines, Lines({std::string("a\0b", 3), "c"}));
}

TEST_F(LineFile, ReadsEachPackingAndTellsItsProgress) {
  std::mt19937_64 random(13);
  Lines lines;
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    lines.emplace_back(random() % 60, 'a');
    for (char& c : lines.back()) c = static_cast<char>('a' + random() % 26);
    text += lines.back() + '\n';
  }
  lines.emplace_back(1'000'000, 'x');
  text += lines.back();
  const struct {
    std::string name;
    std::string content;
  } files[] = {{"plain", text}, {"a.gz", gzip(text, 1)}, {"a.zst", zstd(text)}};
  for (const auto& file : files) {
    auto reader = LineReader::open(put(file.name, file.content));
    ASSERT_TRUE(reader.has_value());
    EXPECT_EQ(reader->total_bytes(), file.content.size());
    EXPECT_EQ(reader->bytes_read(), 0U);
    EXPECT_EQ(reader->line_number(), 0U);
    const Read read = read_all(*reader);
    EXPECT_FALSE(read.error.has_value()) << file.name;
    EXPECT_TRUE(read.lines == lines) << file.name;
    EXPECT_EQ(reader->bytes_read(), file.content.size()) << file.name;
  }
}

TEST_F(LineFile, LimitsALine) {
  for (const std::size_t maximum : {std::size_t{10}, std::size_t{128 * 1024}, std::size_t{300'000}}) {
    for (const std::string_view end : {"\n", "\r\n", ""}) {
      for (const std::size_t size : {maximum - 1, maximum, maximum + 1, 3 * maximum}) {
        const std::string text = "first\n" + std::string(size, 'a') + std::string(end);
        for (const auto& [name, content] :
             {std::pair{"a", text}, {"a.gz", gzip(text, 1)}, {"a.zst", zstd(text)}}) {
          const Read read = read_file(put(name, content), maximum);
          if (size <= maximum) {
            EXPECT_FALSE(read.error.has_value()) << size;
            EXPECT_EQ(read.lines.size(), 2U);
          } else {
            ASSERT_TRUE(read.error.has_value()) << size;
            EXPECT_EQ(read.error->code, ErrorCode::too_large);
            EXPECT_EQ(read.error->public_text, "line 2 is longer than " + std::to_string(maximum) + " bytes");
            EXPECT_EQ(read.lines, Lines({"first"}));
          }
        }
      }
    }
  }
}

TEST_F(LineFile, ABombIsStoppedAtOneLine) {
  const std::string bomb(20'000'000, 'a');
  const Read gzipped = read_file(put("a.gz", gzip(bomb, 9)), 100'000);
  ASSERT_TRUE(gzipped.error.has_value());
  EXPECT_EQ(gzipped.error->code, ErrorCode::too_large);
  const Read zstandard = read_file(put("a.zst", zstd(bomb)), 100'000);
  ASSERT_TRUE(zstandard.error.has_value());
  EXPECT_EQ(zstandard.error->code, ErrorCode::too_large);
}

TEST_F(LineFile, ReadsMembersAndFramesOneAfterAnother) {
  const Lines expected = {"one", "two", "three"};
  EXPECT_EQ(read_file(put("a.gz", gzip("one\ntw", 6) + gzip("", 6) + gzip("o\nthree", 1))).lines, expected);
  EXPECT_EQ(read_file(put("a.zst", zstd("one\ntw") + zstd("") + zstd("o\nthree"))).lines, expected);
}

TEST_F(LineFile, RefusesPackedDataThatIsCutOffAtAnyByte) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(i * i) + "\n";
  for (const auto& [name, whole] : {std::pair{"a.gz", gzip(text, 6)}, {"a.zst", zstd(text)}}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Read read = read_file(put(name, whole.substr(0, size)));
      ASSERT_TRUE(read.error.has_value()) << name << ' ' << size;
      ASSERT_EQ(read.error->code, ErrorCode::invalid_argument);
    }
    const Read second = read_file(put(name, whole + whole.substr(0, whole.size() / 2)));
    ASSERT_TRUE(second.error.has_value());
    EXPECT_TRUE(second.error->public_text.starts_with("the file ends in the middle of its"))
        << second.error->public_text;
    EXPECT_EQ(read_file(put(name, whole)).lines.size(), 300U);
  }
}

TEST_F(LineFile, RefusesDamagedPackedData) {
  for (const auto* name : {"a.gz", "a.zst"}) {
    const Read plain = read_file(put(name, "just text\nmore"));
    ASSERT_TRUE(plain.error.has_value());
    EXPECT_EQ(plain.error->code, ErrorCode::invalid_argument);
  }
  std::string packed = gzip("some text\n", 6);
  const Read rubbish = read_file(put("a.gz", packed + "rubbish"));
  EXPECT_EQ(rubbish.lines, Lines({"some text"}));
  ASSERT_TRUE(rubbish.error.has_value());
  packed[packed.size() - 6] ^= 1;
  EXPECT_TRUE(read_file(put("a.gz", packed)).error.has_value());
}

TEST_F(LineFile, SaysWhatCannotBeOpened) {
  EXPECT_EQ(LineReader::open(path("none")).error().code, ErrorCode::not_found);
  EXPECT_EQ(LineReader::open(folder_).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(LineWriter::create(path("none/a")).error().code, ErrorCode::not_found);
  EXPECT_EQ(LineWriter::create(folder_).error().code, ErrorCode::invalid_argument);
  if (geteuid() != 0) {
    ASSERT_EQ(chmod(put("closed", "x").c_str(), 0), 0);
    EXPECT_EQ(LineReader::open(path("closed")).error().code, ErrorCode::permission_denied);
  }
}

TEST_F(LineFile, ReadsAPipeThatComesInPieces) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "line " + std::to_string(i) + "\n";
  const std::string packed = gzip(text, 6);
  std::thread writer([&packed, to = ends[1]] {
    for (std::size_t place = 0; place < packed.size(); place += 7) {
      const std::string_view piece = std::string_view(packed).substr(place, 7);
      EXPECT_EQ(write(to, piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
    }
    close(to);
  });
  auto reader = LineReader::from_descriptor(ends[0], Compression::gzip);
  ASSERT_TRUE(reader.has_value());
  EXPECT_FALSE(reader->total_bytes().has_value());
  const Read read = read_all(*reader);
  writer.join();
  EXPECT_FALSE(read.error.has_value());
  ASSERT_EQ(read.lines.size(), 5'000U);
  EXPECT_EQ(read.lines.back(), "line 4999");
  EXPECT_EQ(reader->bytes_read(), packed.size());
}

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
    if (std::string(name) == "a") EXPECT_EQ(get(name), text);
    if (std::string(name) != "a") EXPECT_LT(fs::file_size(path(name)), text.size() / 2);
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

TEST_F(LineFile, KnowsThePackingByTheName) {
  EXPECT_EQ(compression_of("a.ndjson"), Compression::none);
  EXPECT_EQ(compression_of("a.ndjson.gz"), Compression::gzip);
  EXPECT_EQ(compression_of("a.zst"), Compression::zstd);
  EXPECT_EQ(compression_of("gz"), Compression::none);
  EXPECT_EQ(compression_of("a.gz.txt"), Compression::none);
  EXPECT_EQ(compression_of(""), Compression::none);
}

}  // namespace
}  // namespace parley::encoding
