#include "encoding/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace parley::encoding {
namespace {

using namespace std::string_view_literals;

std::string cell(std::string_view text, const CsvDialect& dialect = {}) {
  std::string out;
  append_csv_cell(out, text, dialect);
  return out;
}

/// Reads RFC 4180 as another program would: rows of cells.
std::vector<std::vector<std::string>> read_csv(std::string_view text, char separator) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& last = rows.back().back();
    if (quoted) {
      if (text[i] != '"') {
        last += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        last += text[i++];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == separator) {
      rows.back().emplace_back();
    } else if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      rows.emplace_back(1);
      ++i;
    } else {
      last += text[i];
    }
  }
  return rows;
}

TEST(CsvCell, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(cell(""), "");
  EXPECT_EQ(cell("plain text; with ' and åπ😀"), "plain text; with ' and åπ😀");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a;b"), "a;b");
  EXPECT_EQ(cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(cell("\""), "\"\"\"\"");
  EXPECT_EQ(cell("\"\""), "\"\"\"\"\"\"");
  EXPECT_EQ(cell("a\nb"), "\"a\nb\"");
  EXPECT_EQ(cell("a\rb"), "\"a\rb\"");
  EXPECT_EQ(cell("a\r\nb"), "\"a\r\nb\"");
  EXPECT_EQ(cell(" a "), " a ");
  EXPECT_EQ(cell("a\tb"), "a\tb");
}

TEST(CsvCell, QuotesByTheDialectsSeparator) {
  const CsvDialect semicolon{.separator = ';'};
  EXPECT_EQ(cell("a,b", semicolon), "a,b");
  EXPECT_EQ(cell("a;b", semicolon), "\"a;b\"");
}

TEST(CsvCell, KeepsSpreadsheetsFromRunningFormulas) {
  EXPECT_EQ(cell("=1+1"), "'=1+1");
  EXPECT_EQ(cell("+46 8"), "'+46 8");
  EXPECT_EQ(cell("-1"), "'-1");
  EXPECT_EQ(cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(cell("\tx"), "'\tx");
  EXPECT_EQ(cell("\rx"), "\"'\rx\"");
  EXPECT_EQ(cell("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
  EXPECT_EQ(cell("="), "'=");
  EXPECT_EQ(cell("a=1"), "a=1");
  EXPECT_EQ(cell(" =1"), " =1");
  EXPECT_EQ(cell("'=1"), "'=1");
}

TEST(CsvCell, RawLeavesFormulasButStillQuotes) {
  const CsvDialect raw{.raw = true};
  EXPECT_EQ(cell("=1+1", raw), "=1+1");
  EXPECT_EQ(cell("=A(1,2)", raw), "\"=A(1,2)\"");
  EXPECT_EQ(cell("\rx", raw), "\"\rx\"");
}

TEST(CsvCell, EveryFirstByteIsGuardedByTheRule) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = std::string(1, static_cast<char>(byte)) + "x";
    const bool guard = std::string("=+-@\t\r").find(static_cast<char>(byte)) != std::string::npos;
    const bool quote = std::string(",\"\r\n").find(static_cast<char>(byte)) != std::string::npos;
    std::string expected = guard ? "'" : "";
    expected += byte == '"' ? "\"\"x" : text;
    EXPECT_EQ(cell(text), quote ? "\"" + expected + "\"" : expected) << byte;
  }
}

TEST(CsvSearch, TheTwoFormsAgreeAndLookNoFurtherThanTheCell) {
  std::mt19937_64 random(7);
  const std::string_view awkward = ",;\"\r\n=";
  for (int i = 0; i < 150'000; ++i) {
    std::string text(random() % 50, 'a');
    for (char& c : text) {
      const std::uint64_t choice = random();
      c = choice % 64 == 0 ? awkward[(choice >> 8U) % awkward.size()] : static_cast<char>(choice >> 8U);
    }
    // Memory that ends with the cell: the sanitizer sees a byte read beyond it.
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view cell(exact.data(), exact.size());
    for (const char separator : {',', ';'}) {
      const std::string specials = std::string("\"\r\n") + separator;
      const std::size_t expected = std::min(cell.find_first_of(specials), cell.size());
      ASSERT_EQ(detail::find_csv_special_portable(cell, separator), expected);
#ifdef __SSE2__
      ASSERT_EQ(detail::find_csv_special_sse2(cell, separator), expected);
#endif
    }
  }
}

TEST(CsvCell, AnotherReaderReadsTheSameCells) {
  std::mt19937_64 random(8);
  const std::string_view awkward = "ab,;\"\r\n=+-@\t' \0"sv;
  for (const char separator : {',', ';'}) {
    const CsvDialect dialect{.separator = separator, .raw = true};
    for (int i = 0; i < 5'000; ++i) {
      std::vector<std::vector<std::string>> rows(1 + random() % 3);
      std::string file;
      for (auto& row : rows) {
        if (!file.empty()) file += "\r\n";
        for (std::size_t column = 0; column < 3; ++column) {
          row.emplace_back(random() % 8, 'x');
          for (char& c : row.back()) c = awkward[random() % awkward.size()];
          if (column > 0) file += separator;
          append_csv_cell(file, row.back(), dialect);
        }
      }
      ASSERT_EQ(read_csv(file, separator), rows) << file;
    }
  }
}

}  // namespace
}  // namespace parley::encoding
