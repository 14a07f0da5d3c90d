#include "statistics/block.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/limits.hpp"
#include "encoding/compression.hpp"

namespace parley::statistics {

namespace {

/// Little-endian, as all numbers of a block's file.
template <typename T>
T read_number(std::string_view column, std::size_t row) noexcept {
  T number = 0;
  std::memcpy(&number, column.data() + row * sizeof(T), sizeof(T));
  if constexpr (std::endian::native == std::endian::big) number = std::byteswap(number);
  return number;
}

template <typename T>
void append_number(std::string& out, T number) {
  if constexpr (std::endian::native == std::endian::big) number = std::byteswap(number);
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

constexpr std::size_t place_of(BlockForm form) noexcept {
  return static_cast<std::size_t>(form);
}
constexpr std::size_t place_of(BlockColumn column) noexcept {
  return static_cast<std::size_t>(column);
}

Block sealed(Block block) {
  for (const BlockForm form : block_forms) {
    const std::size_t place = place_of(form);
    BlockEntry::Text& text = block.entry.texts[place];
    text.crc32 =
        encoding::deflate_piece(block.deflated[place], block.texts[place], limits::statistics_block_level);
    text.bytes = block.texts[place].size();
    text.deflated_bytes = block.deflated[place].size();
  }
  return block;
}

}  // namespace

FileSpan BlockEntry::text_span(BlockForm form) const noexcept {
  std::uint64_t begin = begin_at;
  for (std::size_t i = 0; i < place_of(form); ++i) begin += texts[i].bytes + texts[i].deflated_bytes;
  return {begin, text_of(form).bytes};
}

FileSpan BlockEntry::deflated_span(BlockForm form) const noexcept {
  const FileSpan text = text_span(form);
  return {text.begin + text.bytes, text_of(form).deflated_bytes};
}

FileSpan BlockEntry::column_span(BlockColumn column) const noexcept {
  const auto count = static_cast<std::uint64_t>(rows);
  std::uint64_t begin = begin_at;
  for (const Text& text : texts) begin += text.bytes + text.deflated_bytes;
  for (std::size_t i = 0; i < place_of(column); ++i) begin += count * block_column_bytes[i];
  return {begin, count * block_column_bytes[place_of(column)]};
}

std::uint64_t BlockEntry::end_at() const noexcept {
  const FileSpan end = column_span(BlockColumn::agent_id);
  return end.begin + end.bytes;
}

bool RowPlaces::fits(std::size_t text_bytes) const noexcept {
  if (ends_.empty()) return false;
  if (!starts_.empty() && (ends_.size() != starts_.size() || chats_.size() != 2 * starts_.size()))
    return false;
  // To the end even of wrong ones: without a branch for each row.
  bool is_rising = true;
  std::size_t begin = 0;
  for (std::size_t row = 0; row < size(); ++row) {
    const std::size_t end = end_of(row);
    is_rising &= end >= begin;
    begin = end + joint_bytes_;
  }
  return is_rising && end_of(size() - 1) == text_bytes;
}

std::size_t RowPlaces::size() const noexcept {
  return ends_.size() / block_column_bytes[place_of(BlockColumn::json_end)];
}

std::size_t RowPlaces::end_of(std::size_t row) const noexcept {
  return read_number<std::uint32_t>(ends_, row);
}

Position RowPlaces::position_of(std::size_t row) const noexcept {
  if (starts_.empty()) return {};
  constexpr std::size_t start_bytes = block_column_bytes[place_of(BlockColumn::started_at)];
  constexpr std::size_t chat_bytes = block_column_bytes[place_of(BlockColumn::chat_id)];
  return statistics::position_of(day_, std::string_view(starts_).substr(row * start_bytes, start_bytes),
                                 std::string_view(chats_).substr(row * chat_bytes, chat_bytes));
}

RowPlace RowPlaces::operator[](std::size_t row) const noexcept {
  return {row == 0 ? 0 : end_of(row - 1) + joint_bytes_, end_of(row), position_of(row)};
}

std::size_t RowPlaces::first_after(const Position& position) const noexcept {
  std::size_t from = 0;
  std::size_t to = size();
  while (from < to) {
    const std::size_t middle = from + (to - from) / 2;
    if (position_of(middle) <= position) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

Position position_of(Day day, std::string_view start, std::string_view chat) noexcept {
  return {base::Timestamp(day) + std::chrono::milliseconds(read_number<std::uint32_t>(start, 0)),
          static_cast<std::int64_t>(read_number<std::uint64_t>(chat, 0))};
}

std::array<std::string_view, 2 * block_forms.size() + block_column_bytes.size()> Block::parts()
    const noexcept {
  std::array<std::string_view, 2 * block_forms.size() + block_column_bytes.size()> all;
  std::size_t at = 0;
  for (std::size_t form = 0; form < texts.size(); ++form) {
    all[at++] = texts[form];
    all[at++] = deflated[form];
  }
  for (const std::string& column : columns) all[at++] = column;
  return all;
}

bool unpacks_to(std::string_view deflated, std::string_view text, std::uint32_t crc32) {
  encoding::GzipWriter writer(limits::statistics_block_level);
  std::string member;
  writer.append_deflated(member, {deflated, crc32, text.size()});
  writer.finish(member);
  const auto unpacked = encoding::gunzip(member, text.size());
  return unpacked && *unpacked == text;
}

void BlockWriter::append_numbers(const Position& position, std::optional<std::int64_t> agent_id) {
  const auto column = [this](BlockColumn name) -> std::string& { return open_.columns[place_of(name)]; };
  for (const BlockForm form : block_forms) {
    append_number(column(end_column(form)), static_cast<std::uint32_t>(open_.texts[place_of(form)].size()));
  }
  const auto start = position.started_at - base::Timestamp(day_);
  append_number(column(BlockColumn::started_at), static_cast<std::uint32_t>(start.count()));
  append_number(column(BlockColumn::chat_id), static_cast<std::uint64_t>(position.chat_id));
  append_number(column(BlockColumn::agent_id), static_cast<std::uint64_t>(agent_id.value_or(-1)));
}

std::optional<Block> BlockWriter::add(const Position& position, std::optional<std::int64_t> agent_id,
                                      std::string_view json, std::string_view csv) {
  const std::array rows = {json, csv};
  bool is_full = false;
  for (const BlockForm form : block_forms) {
    const std::size_t place = place_of(form);
    const std::size_t bytes = open_.texts[place].size() + row_joint(form).size() + rows[place].size();
    is_full = is_full || bytes > limits::statistics_block_text_bytes;
  }
  std::optional<Block> whole;
  if (is_full && open_.entry.rows > 0) whole = sealed(std::exchange(open_, Block{}));
  if (open_.entry.rows == 0) open_.entry.first = position;
  for (const BlockForm form : block_forms) {
    std::string& text = open_.texts[place_of(form)];
    if (open_.entry.rows > 0) text += row_joint(form);
    text += rows[place_of(form)];
  }
  open_.entry.last = position;
  ++open_.entry.rows;
  append_numbers(position, agent_id);
  return whole;
}

std::optional<Block> BlockWriter::finish() {
  if (open_.entry.rows == 0) return std::nullopt;
  return sealed(std::exchange(open_, Block{}));
}

}  // namespace parley::statistics
