#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time_zone.hpp"
#include "encoding/csv.hpp"
#include "statistics/block.hpp"
#include "statistics/day_queue.hpp"
#include "statistics/dictionary.hpp"
#include "statistics/query.hpp"
#include "store/database.hpp"
#include "store/side_files.hpp"

namespace parley::statistics {

enum class RowForm : std::uint8_t {
  json,    ///< Joined by commas.
  ndjson,  ///< A line each.
  csv,
};

/// How rows are rendered.
struct RowStyle {
  RowForm form = RowForm::json;
  encoding::CsvDialect dialect;                     ///< Of CSV.
  base::TimeZone timezone = base::TimeZone::utc();  ///< Of the times in CSV.
};

/// Which rows are wanted, where not all of the query are; and where texts are cached.
struct RowBounds {
  std::optional<Position> after;  ///< Only rows after this place.
  std::function<bool(const Position&)>
      is_taken;  ///< Asked for each row in order; the last one is before the first false.
  std::function<std::shared_ptr<Dictionary>()> texts =
      {};  ///< Asked before each batch; null: the reader has its own.
};

/// Gives the buffer in which a piece that was deflated beforehand is to go on, behind all that was appended
/// before. A piece may come in parts: `crc32` and `text_bytes` are those of its whole text with the first,
/// and 0 with the others.
using DeflatedSink = std::function<std::string&(std::uint32_t crc32, std::uint64_t text_bytes)>;

/// Renders the rows of a query, batch by batch: copied from blocks where a day has them, made from facts
/// where not. The bytes are the same either way, and each row comes once, in order, also when blocks come or
/// go between two batches. On one thread at a time.
class RowReader {
 public:
  /// `files` hold the bytes of blocks. `days` is asked for the blocks of closed days that were met without;
  /// null: for none. Both outlive the reader.
  RowReader(Query query, RowStyle style, store::SideFiles& files, DayQueue* days, RowBounds bounds = {});

  /// Gives whole blocks to `sink` as they were deflated, where a day has them, in place of their text. What
  /// `out` holds at its call goes before the piece, and the sink may empty it. Between two calls of `next`;
  /// after the first one soon enough for all blocks.
  void set_deflated_sink(DeflatedSink sink) { deflated_sink_ = std::move(sink); }

  /// Appends the next rows inside a read unit: about `wanted_bytes`, and of what was deflated beforehand as
  /// much. Parts of one row may come in different calls. The first call may append nothing. False when the
  /// last row is out.
  base::Task<base::Result<bool>> next(store::Unit& unit, std::string& out, std::size_t wanted_bytes);

  /// The rows appended so far, or begun.
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  /// How it goes on.
  enum class Step : std::uint8_t { more, is_enough, gone };

  /// A block and where its bytes are.
  struct OpenBlock {
    BlockEntry entry;
    std::shared_ptr<const store::SideFile> file;
    Day day;
  };

  /// Bytes of a block's file that are to go out next.
  struct Copying {
    std::shared_ptr<const store::SideFile> file;
    FileSpan text;
    FileSpan deflated;  ///< The same; of a piece that is not whole, nothing.
    std::uint32_t crc32 = 0;
    bool is_begun = false;
  };

  [[nodiscard]] std::optional<BlockForm> block_form() const noexcept;
  [[nodiscard]] bool is_copied() const noexcept;
  base::Task<base::Result<bool>> append_facts(store::Unit& unit, std::string& out, base::Timestamp to,
                                              std::size_t room);
  base::Task<base::Result<Step>> append_block(store::Unit& unit, std::string& out, Day day,
                                              std::size_t& room);
  [[nodiscard]] std::shared_ptr<const store::SideFile> open(const BlockEntry& block);
  [[nodiscard]] base::Result<Step> append_part(OpenBlock block, bool is_whole, std::string& out,
                                               std::size_t& room);
  [[nodiscard]] base::Result<RowPlaces> places_of(const OpenBlock& block, bool with_positions) const;
  [[nodiscard]] static base::Result<Position> position_in(const OpenBlock& block, std::size_t row);
  [[nodiscard]] base::Result<std::size_t> append_chosen(const OpenBlock& block, const RowPlaces& places,
                                                        std::span<const std::size_t> chosen, std::string& out,
                                                        std::size_t& room);
  [[nodiscard]] base::Result<std::vector<std::size_t>> chosen_rows(const OpenBlock& block) const;
  [[nodiscard]] base::Result<> copy(std::string& out, std::size_t& room);
  void append_stored_row(std::string& out, std::string_view row, const Position& position);
  void append_row(std::string& out, const FactRow& row, base::Timestamp now);
  void ask_for(Day day, base::Timestamp now);

  Query query_;
  RowStyle style_;
  store::SideFiles& files_;
  DayQueue* days_;
  RowBounds bounds_;
  std::optional<BlockForm> form_;
  std::shared_ptr<Dictionary> own_texts_;  ///< Where no others are given.
  base::LocalTimeWriter local_time_;
  std::optional<Position> position_;
  std::shared_ptr<const store::SideFile> file_;  ///< Of the last block.
  std::int64_t file_number_ = 0;
  std::optional<Copying> copying_;
  std::optional<Day> asked_;
  std::int64_t rows_ = 0;
  bool is_past_bounds_ = false;
  bool may_wait_ = true;  ///< For a sink: nothing was copied yet.
  DeflatedSink deflated_sink_;
};

}  // namespace parley::statistics
