#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "encoding/json_reader.hpp"
#include "encoding/line_file.hpp"
#include "transfer/fields.hpp"
#include "transfer/record.hpp"

namespace parley::transfer {

/// The version of the bundle format that is written and read.
inline constexpr std::int64_t bundle_version = 1;

/// Reads the lines of one bundle. On one thread at a time.
class RecordParser {
 public:
  RecordParser();

  /// Reads one line, without its end; the first one must be the `bundle` record. Known keys are taken with
  /// exactly the Chat API's types, unknown ones left out and counted. Keys that say who or what a thing is
  /// must be there; a text that may be unknown may be left out. Error: `invalid_argument` for anything else,
  /// `line N: key: got …, expected …`: no JSON, an unknown kind, a bad value, a known key twice in one line,
  /// U+0000, half a surrogate pair, another `sid` than the bundle's.
  [[nodiscard]] base::Result<Record> parse(std::string_view line, std::uint64_t line_number);

  /// The keys met so far that no kind has.
  [[nodiscard]] const UnknownKeys& unknown_keys() const noexcept { return unknown_keys_; }

 private:
  [[nodiscard]] base::Result<Record> parse_object(simdjson::dom::object object);

  encoding::JsonParser json_;
  UnknownKeys unknown_keys_;
  /// The bundle's; empty before its first line.
  std::optional<std::int64_t> sid_;
};

/// Reads a bundle file record by record, in memory of a few of its longest lines. On one thread at a time.
class RecordReader {
 public:
  explicit RecordReader(encoding::LineReader lines) : lines_(std::move(lines)) {}

  /// The next record; nothing at the end. Errors: those of `RecordParser::parse` and
  /// `encoding::LineReader::next`; invalid_argument for a file without any line.
  [[nodiscard]] base::Result<std::optional<Record>> next();

  [[nodiscard]] const UnknownKeys& unknown_keys() const noexcept { return parser_.unknown_keys(); }

  /// Bytes of the file taken so far, and its size where it has one: for progress.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return lines_.bytes_read(); }
  [[nodiscard]] std::optional<std::uint64_t> total_bytes() const noexcept { return lines_.total_bytes(); }

 private:
  encoding::LineReader lines_;
  RecordParser parser_;
};

}  // namespace parley::transfer
