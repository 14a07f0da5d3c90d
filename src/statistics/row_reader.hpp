#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time_zone.hpp"
#include "encoding/compression.hpp"
#include "encoding/csv.hpp"
#include "statistics/block.hpp"
#include "statistics/day_queue.hpp"
#include "statistics/dictionary.hpp"
#include "statistics/query.hpp"
#include "store/database.hpp"

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

/// Which rows are wanted, where not all of the query are.
struct RowBounds {
  std::optional<Position> after;  ///< Only rows after this place.
  std::function<bool(const Position&)>
      is_taken;  ///< Asked for each row in order; the last one is before the first false.
};

/// Renders the rows of a query, batch by batch: copied from blocks where a day has them, made from facts
/// where not. The bytes are the same either way, and each row comes once, in order, also when blocks come or
/// go between two batches. On one thread at a time.
class RowReader {
 public:
  /// `days` is asked for the blocks of closed days that were met without; it outlives the reader. Null: for
  /// none.
  RowReader(Query query, RowStyle style, DayQueue* days, RowBounds bounds = {});

  /// Gives whole blocks to `sink` as they were deflated, where a day has them, in place of their text: each
  /// is to go behind what `out` holds at the call, which the sink may empty. Between two calls of
  /// `next`.
  void set_deflated_sink(std::function<void(const encoding::DeflatedPiece&)> sink) {
    deflated_sink_ = std::move(sink);
  }

  /// Appends the next rows inside a read unit: about `wanted_bytes`, and whole blocks to a reader who takes
  /// limits::stream_chunk_bytes at once. False when the last row is out.
  base::Task<base::Result<bool>> next(store::Unit& unit, std::string& out, std::size_t wanted_bytes);

  /// The rows appended so far.
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  [[nodiscard]] std::optional<BlockForm> block_form() const noexcept;
  [[nodiscard]] bool is_copied() const noexcept;
  base::Task<base::Result<bool>> append_facts(store::Unit& unit, std::string& out, base::Timestamp to,
                                              std::size_t end);
  base::Task<base::Result<std::size_t>> append_deflated(store::Unit& unit, std::string& out, Day day,
                                                        std::size_t wanted_bytes);
  base::Task<base::Result<bool>> append_day(store::Unit& unit, std::string& out, Day day, std::size_t end);
  /// How it goes on behind a block.
  enum class Step : std::uint8_t { next_block, is_enough, past_end };
  [[nodiscard]] base::Result<Step> append_block(const store::Row& row, std::string& out, Day day,
                                                std::size_t end);
  void append_part(std::string& out, std::string_view text, const RowPlaces& places, std::size_t first,
                   std::size_t last);
  void append_row(std::string& out, const FactRow& row, base::Timestamp now);

  Query query_;
  RowStyle style_;
  DayQueue* days_;
  RowBounds bounds_;
  std::optional<BlockForm> form_;
  Dictionary texts_;
  base::LocalTimeWriter local_time_;
  std::optional<Position> position_;
  std::optional<Day> asked_;
  std::int64_t rows_ = 0;
  bool is_past_bounds_ = false;
  std::function<void(const encoding::DeflatedPiece&)> deflated_sink_;
};

}  // namespace parley::statistics
