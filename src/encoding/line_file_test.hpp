#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/line_file.hpp"

namespace parley::encoding {

namespace fs = std::filesystem;

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

inline Read read_all(LineReader& reader) {
  Read read;
  for (;;) {
    auto line = reader.next();
    if (!line) {
      read.error = line.error();
      const auto again = reader.next();
      EXPECT_FALSE(again.has_value());
      if (!again) {
        EXPECT_EQ(again.error().public_text, read.error->public_text);
      }
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

inline Read read_file(const std::string& path, std::size_t maximum = limits::bundle_line_bytes) {
  auto reader = LineReader::open(path, maximum);
  EXPECT_TRUE(reader.has_value());
  if (!reader) return {.lines = {}, .error = reader.error()};
  return read_all(*reader);
}

using Lines = std::vector<std::string>;

}  // namespace parley::encoding
