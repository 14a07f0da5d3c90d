#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// What a block's body is, by the number under which the store keeps it.
enum class BlockForm : std::uint8_t {
  json = 0,           ///< JSON rows joined by commas.
  csv = 1,            ///< CSV rows: commas, formulas guarded, times in UTC.
  json_deflated = 2,  ///< The same rows as an `encoding::DeflatedPiece`.
  csv_deflated = 3,
};

/// The deflated twin of a form of text.
[[nodiscard]] constexpr BlockForm deflated_form(BlockForm form) noexcept {
  return form == BlockForm::json ? BlockForm::json_deflated : BlockForm::csv_deflated;
}
[[nodiscard]] constexpr bool is_deflated(BlockForm form) noexcept {
  return form == BlockForm::json_deflated || form == BlockForm::csv_deflated;
}

/// What stands between two rows of a form, within a block and between two.
[[nodiscard]] constexpr std::string_view row_joint(BlockForm form) noexcept {
  return form == BlockForm::json || form == BlockForm::json_deflated ? "," : "";
}

/// Where one row of a block stands.
struct RowPlace {
  std::size_t begin = 0;  ///< In the text, behind what joins it to the row before.
  std::size_t end = 0;
  Position position;
};

/// The places of a block's rows, read from the bytes that the store keeps. Does not own them.
class RowPlaces {
 public:
  /// `joint_bytes`: of what joins two rows.
  RowPlaces(std::string_view bytes, Day day, std::size_t joint_bytes) noexcept
      : bytes_(bytes), day_(day), joint_bytes_(joint_bytes) {}

  /// Whether they are such places, of a text of so many bytes; the functions below may be called if so.
  [[nodiscard]] bool fits(std::size_t text_bytes) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] RowPlace operator[](std::size_t row) const noexcept;
  /// The first row after a position; `size()` if there is none.
  [[nodiscard]] std::size_t first_after(const Position& position) const noexcept;

 private:
  [[nodiscard]] std::size_t end_of(std::size_t row) const noexcept;

  std::string_view bytes_;
  Day day_;
  std::size_t joint_bytes_;
};

/// A block on its way into the store.
struct Block {
  BlockForm form = BlockForm::json;
  Position first;
  Position last;
  std::int64_t rows = 0;
  std::size_t text_bytes = 0;
  std::uint32_t text_crc32 = 0;  ///< Of a deflated block.
  std::string places;
  std::string body;
};

/// The same rows as an `encoding::DeflatedPiece`.
[[nodiscard]] Block deflate(const Block& block);

/// Whether a stored body is the block's. Another version of the compressor may have deflated the same text to
/// other bytes.
[[nodiscard]] bool has_body(const Block& block, std::string_view stored);

/// Gathers the rows of one day in one form into blocks of at most limits::statistics_block_bytes; a row
/// longer than that has a block of its own.
class BlockWriter {
 public:
  BlockWriter(BlockForm form, Day day) noexcept : form_(form), day_(day) {}

  /// Adds the next row. True when this made a block whole, which `take` then gives.
  [[nodiscard]] bool add(const Position& position, std::string_view row);

  /// The block that has become whole; at the day's end, called again, the last one. Without rows: none left.
  [[nodiscard]] Block take();

 private:
  BlockForm form_;
  Day day_;
  Block whole_;
  Block open_;
};

}  // namespace parley::statistics
