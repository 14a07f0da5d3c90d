#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "encoding/compression.hpp"
#include "encoding/line_file_test.hpp"

namespace parley::encoding {
namespace {

using base::ErrorCode;

std::string zstd(std::string_view text, int level = 3) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level);
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

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
  for (const std::size_t maximum :
       {std::size_t{10}, limits::file_block_bytes - 1, limits::file_block_bytes, std::size_t{300'000}}) {
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
  for (int i = 0; i < 100; ++i) text += std::to_string(i * i) + "\n";
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
    EXPECT_EQ(read_file(put(name, whole)).lines.size(), 100U);
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
