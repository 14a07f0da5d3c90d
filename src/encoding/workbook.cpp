#include "encoding/workbook.hpp"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/limits.hpp"

namespace parley::encoding {

namespace {

using base::ErrorCode;

/// XML around one cell, its place and style: `<c r="AA1048576" s="2" t="inlineStr"><is><t>…</t></is></c>`.
constexpr std::uint64_t cell_bytes = 60;

constexpr std::string_view cut_sign = "…";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Sheets count days from the last of 1899, and take 1900 for a leap year.
constexpr double days_to_1970 = 25'569;
constexpr base::Timestamp first_date = base::from_epoch_ms(-2'203'891'200'000);
constexpr double day_ms = 86'400'000;

bool is_control_sign(std::string_view text) noexcept {
  const auto is_hexadecimal = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return text.size() >= 7 && text.starts_with("_x") && text[6] == '_' &&
         std::ranges::all_of(text.substr(2, 4), is_hexadecimal);
}

std::size_t character_bytes(char lead) noexcept {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

/// One character as the cell has it, if it is not as it is; `rest` begins with it.
std::string changed(std::string_view character, std::string_view rest) {
  const char c = character.front();
  if (c == '\0' || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF")
    return std::string(replacement);
  if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') {
    return fmt::format("_x{:04X}_", static_cast<unsigned>(c));
  }
  if (c == '_' && is_control_sign(rest)) return "_x005F_";
  return {};
}

std::uint64_t xml_bytes(std::string_view text) noexcept {
  constexpr std::uint64_t longest_entity = 6;
  const auto specials = std::ranges::count_if(text, [](char c) { return c == '&' || c == '<' || c == '>'; });
  return text.size() + static_cast<std::uint64_t>(specials) * longest_entity;
}

}  // namespace

void append_workbook_text(std::string& out, std::string_view text, std::size_t most_units) {
  std::size_t units = 0;
  // Where the text ends if it must be cut.
  std::size_t cut_at = out.size();
  while (!text.empty()) {
    const std::string_view character = text.substr(0, character_bytes(text.front()));
    const std::string other = changed(character, text);
    const std::string_view piece = other.empty() ? character : std::string_view(other);
    const bool is_sign = piece.size() > 1 && piece.front() == '_';
    units += is_sign ? piece.size() : character.size() == 4 ? 2 : 1;
    if (units > most_units) {
      out.resize(cut_at);
      out += cut_sign;
      return;
    }
    out += piece;
    if (units < most_units) cut_at = out.size();
    text.remove_prefix(character.size());
  }
}

struct Workbook::Implementation {
  explicit Implementation(TemporaryFile made) : file(std::move(made)) {}
  ~Implementation() {
    if (book != nullptr) lxw_workbook_free(book);
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  TemporaryFile file;
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  lxw_format* date_format = nullptr;
  lxw_row_t row = 0;
  lxw_col_t column = 0;
  lxw_col_t columns = 0;
  std::uint64_t bytes = 0;
  bool has_failed = false;
  std::string cell;

  void note(lxw_error error) noexcept { has_failed = has_failed || error != LXW_NO_ERROR; }

  void write_header(std::span<const WorkbookColumn> names) {
    lxw_format* const bold = workbook_add_format(book);
    format_set_bold(bold);
    date_format = workbook_add_format(book);
    format_set_num_format(date_format, "yyyy-mm-dd hh:mm:ss.000");
    for (const WorkbookColumn& name : names) {
      note(worksheet_set_column(sheet, columns, columns, name.width, nullptr));
      note(worksheet_write_string(sheet, 0, columns, std::string(name.name).c_str(), bold));
      ++columns;
    }
    worksheet_freeze_panes(sheet, 1, 0);
    row = 1;
  }
};

Workbook::Workbook(std::unique_ptr<Implementation> implementation) noexcept
    : implementation_(std::move(implementation)) {}
Workbook::Workbook(Workbook&&) noexcept = default;
Workbook::~Workbook() = default;

base::Result<Workbook> Workbook::create(const std::string& sheet, std::span<const WorkbookColumn> columns) {
  PARLEY_TRY_ASSIGN(auto file, TemporaryFile::create());
  auto made = std::make_unique<Implementation>(std::move(file));
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  made->book = workbook_new_opt(made->file.path().c_str(), &options);
  if (made->book != nullptr) made->sheet = workbook_add_worksheet(made->book, sheet.c_str());
  if (made->sheet == nullptr) {
    return base::fail(ErrorCode::unavailable, "a workbook cannot be made now", "workbook: cannot begin");
  }
  made->write_header(columns);
  return Workbook(std::move(made));
}

void Workbook::add_text(std::string_view text) {
  Implementation& it = *implementation_;
  const lxw_col_t column = it.column++;
  if (text.empty()) return;
  it.cell.clear();
  append_workbook_text(it.cell, text, limits::workbook_cell_units);
  it.bytes += xml_bytes(it.cell) + cell_bytes;
  it.note(worksheet_write_string(it.sheet, it.row, column, it.cell.c_str(), nullptr));
}

void Workbook::add_number(std::optional<std::int64_t> number) {
  Implementation& it = *implementation_;
  const lxw_col_t column = it.column++;
  if (!number) return;
  it.bytes += cell_bytes;
  it.note(worksheet_write_number(it.sheet, it.row, column, static_cast<double>(*number), nullptr));
}

void Workbook::add_local_time(base::Timestamp local) {
  if (local < first_date) {
    std::string text;
    base::append_iso8601(text, local);
    text.pop_back();
    add_text(text);
    return;
  }
  Implementation& it = *implementation_;
  const lxw_col_t column = it.column++;
  it.bytes += cell_bytes;
  const double days = static_cast<double>(base::epoch_ms(local)) / day_ms + days_to_1970;
  it.note(worksheet_write_number(it.sheet, it.row, column, days, it.date_format));
}

base::Result<> Workbook::end_row() {
  Implementation& it = *implementation_;
  ++it.row;
  it.column = 0;
  if (it.bytes <= limits::workbook_sheet_bytes) return {};
  return base::fail(ErrorCode::too_large, "more text than one sheet takes (2 GiB)");
}

base::Result<TemporaryFile> Workbook::finish() {
  Implementation& it = *implementation_;
  it.note(worksheet_autofilter(it.sheet, 0, 0, it.row - 1, static_cast<lxw_col_t>(it.columns - 1)));
  // The library writes its rows without asking whether the disk took them.
  std::FILE* const rows = it.sheet->optimize_tmpfile;
  const bool rows_are_kept = rows != nullptr && std::fflush(rows) == 0 && std::ferror(rows) == 0;
  it.has_failed = it.has_failed || !rows_are_kept;
  it.note(workbook_close(std::exchange(it.book, nullptr)));
  if (it.has_failed) {
    return base::fail(ErrorCode::unavailable, "a workbook cannot be made now", "workbook: cannot be written");
  }
  return std::move(it.file);
}

}  // namespace parley::encoding
