#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "statistics/query.hpp"

/// Blocks: the rows of a UTC day that has closed, rendered once and kept, so that an export copies bytes.
namespace parley::statistics {

using Day = std::chrono::sys_days;

/// The UTC day of an instant.
[[nodiscard]] inline Day day_of(base::Timestamp time) noexcept {
  return std::chrono::floor<std::chrono::days>(time);
}

/// A day as the store keeps it: days since 1970-01-01.
[[nodiscard]] inline std::int64_t day_number(Day day) noexcept {
  return day.time_since_epoch().count();
}

/// In what a block's rows are rendered.
enum class BlockForm : std::uint8_t {
  json,  ///< Rows joined by commas.
  csv,   ///< Rows with their line ends: commas, formulas guarded, times in UTC.
};
inline constexpr std::array block_forms = {BlockForm::json, BlockForm::csv};

/// What stands between two rows of a form, within a block and between two.
[[nodiscard]] constexpr std::string_view row_joint(BlockForm form) noexcept {
  return form == BlockForm::json ? "," : "";
}

/// What a block keeps of each row beside its text: numbers of one width, one row's after the other's.
enum class BlockColumn : std::uint8_t {
  json_end,    ///< 4 bytes: where the row ends in the text.
  csv_end,     ///< Likewise.
  started_at,  ///< 4 bytes: milliseconds of the day.
  chat_id,     ///< 8 bytes.
  agent_id,    ///< 8 bytes: -1 for none.
};
inline constexpr std::array<std::size_t, 5> block_column_bytes = {4, 4, 4, 8, 8};

[[nodiscard]] constexpr BlockColumn end_column(BlockForm form) noexcept {
  return form == BlockForm::json ? BlockColumn::json_end : BlockColumn::csv_end;
}

/// Bytes of a file.
struct FileSpan {
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
};

/// What the store says of a block, so where its file has what.
struct BlockEntry {
  struct Text {
    std::uint64_t bytes = 0;
    std::uint64_t deflated_bytes = 0;
    std::uint32_t crc32 = 0;  ///< Of the text.

    bool operator==(const Text&) const = default;
  };

  Position first;
  Position last;
  std::int64_t rows = 0;
  std::array<Text, block_forms.size()> texts;  ///< By form.
  std::int64_t file = 0;                       ///< The file's number within the account.
  std::uint64_t begin_at = 0;                  ///< Where in the file the block begins.

  [[nodiscard]] const Text& text_of(BlockForm form) const noexcept {
    return texts[static_cast<std::size_t>(form)];
  }
  [[nodiscard]] FileSpan text_span(BlockForm form) const noexcept;
  [[nodiscard]] FileSpan deflated_span(BlockForm form) const noexcept;
  [[nodiscard]] FileSpan column_span(BlockColumn column) const noexcept;
  /// Behind its last byte.
  [[nodiscard]] std::uint64_t end_at() const noexcept;
};

/// Where one row of a block stands.
struct RowPlace {
  std::size_t begin = 0;  ///< In the text, behind what joins it to the row before.
  std::size_t end = 0;
  Position position;
};

/// The places of a block's rows in one of its texts, from the columns of its file.
class RowPlaces {
 public:
  /// `ends`, `starts` and `chats`: the columns of one and the same block of that day. Without the latter two
  /// its rows have no positions.
  RowPlaces(BlockForm form, Day day, std::string ends, std::string starts, std::string chats)
      : ends_(std::move(ends)),
        starts_(std::move(starts)),
        chats_(std::move(chats)),
        day_(day),
        joint_bytes_(row_joint(form).size()) {}

  /// Whether they are such places, of a text of so many bytes; the functions below may be called if so.
  [[nodiscard]] bool fits(std::size_t text_bytes) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] RowPlace operator[](std::size_t row) const noexcept;
  /// The first row after a position; `size()` if there is none.
  [[nodiscard]] std::size_t first_after(const Position& position) const noexcept;

 private:
  [[nodiscard]] std::size_t end_of(std::size_t row) const noexcept;
  [[nodiscard]] Position position_of(std::size_t row) const noexcept;

  std::string ends_;
  std::string starts_;
  std::string chats_;
  Day day_;
  std::size_t joint_bytes_;
};

/// The agent of a row, from the column of agents; -1 for none.
[[nodiscard]] inline std::int64_t agent_of(std::string_view agents, std::size_t row) noexcept {
  std::uint64_t agent = 0;
  std::memcpy(&agent, agents.data() + row * sizeof agent, sizeof agent);
  if constexpr (std::endian::native == std::endian::big) agent = std::byteswap(agent);
  return static_cast<std::int64_t>(agent);
}

/// Where a row stands in order, from its bytes in the columns of starts and of chats.
[[nodiscard]] Position position_of(Day day, std::string_view start, std::string_view chat) noexcept;

/// A block on its way into the store.
struct Block {
  BlockEntry entry;                                      ///< All but where it lies.
  std::array<std::string, block_forms.size()> texts;     ///< By form.
  std::array<std::string, block_forms.size()> deflated;  ///< Each an `encoding::DeflatedPiece`.
  std::array<std::string, block_column_bytes.size()> columns;

  /// What its file gets, in order.
  [[nodiscard]] std::array<std::string_view, 2 * block_forms.size() + block_column_bytes.size()> parts()
      const noexcept;
};

/// Whether a deflated text of a stored block unpacks to that text. Another version of the compressor may have
/// deflated it to other bytes.
[[nodiscard]] bool unpacks_to(std::string_view deflated, std::string_view text, std::uint32_t crc32);

/// Gathers the rows of one day into blocks whose texts are of at most limits::statistics_block_text_bytes; a
/// row longer than that has a block of its own.
class BlockWriter {
 public:
  explicit BlockWriter(Day day) noexcept : day_(day) {}

  /// Adds the next row, in both forms. Gives the block that this made whole, without the row, if it did.
  [[nodiscard]] std::optional<Block> add(const Position& position, std::optional<std::int64_t> agent_id,
                                         std::string_view json, std::string_view csv);

  /// The last block, at the day's end; none where there are no rows.
  [[nodiscard]] std::optional<Block> finish();

 private:
  void append_numbers(const Position& position, std::optional<std::int64_t> agent_id);

  Day day_;
  Block open_;
};

}  // namespace parley::statistics
