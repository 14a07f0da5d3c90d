#include "statistics/day_builder.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/time_zone.hpp"
#include "encoding/csv.hpp"
#include "statistics/block_store.hpp"
#include "statistics/dictionary.hpp"
#include "statistics/row_text.hpp"

namespace parley::statistics {

namespace {

using base::Result;
using base::Task;

/// A day on its way into blocks.
class Building {
 public:
  Building(std::int64_t sid, Day day) : texts_(sid), json_(BlockForm::json, day), csv_(BlockForm::csv, day) {
    query_.sid = sid;
    query_.from = base::Timestamp(day);
    query_.to = base::Timestamp(day + std::chrono::days(1)) - std::chrono::milliseconds(1);
  }

  /// Reads and renders the next rows; false at the day's end.
  Task<Result<bool>> render(store::Unit& unit) {
    return batch(unit, query_, texts_, position_, limits::rows_per_batch, [this](const FactRow& row) {
      add(row);
      return true;
    });
  }

  void finish() {
    for (BlockWriter* const writer : {&json_, &csv_}) {
      Block last = writer->take();
      if (last.rows > 0) keep(std::move(last));
    }
  }

  [[nodiscard]] bool is_full() const noexcept { return bytes_ >= limits::statistics_block_unit_bytes; }
  /// Form by form: so they lie in the store, and who reads one form finds its pages side by side.
  [[nodiscard]] std::vector<Block> take() {
    bytes_ = 0;
    std::ranges::sort(blocks_, {}, [](const Block& block) { return std::pair(block.form, block.last); });
    return std::exchange(blocks_, {});
  }

 private:
  void add(const FactRow& row) {
    const Position position{row.started_at, row.chat_id};
    text_.clear();
    append_json_row(text_, row);
    if (json_.add(position, text_)) keep(json_.take());
    text_.clear();
    append_csv_row(text_, row, encoding::CsvDialect{}, utc_);
    if (csv_.add(position, text_)) keep(csv_.take());
  }

  void keep(Block block) {
    Block deflated = deflate(block);
    bytes_ += block.body.size() + deflated.body.size();
    blocks_.push_back(std::move(block));
    blocks_.push_back(std::move(deflated));
  }

  Query query_;
  Dictionary texts_;
  std::optional<Position> position_;
  base::LocalTimeWriter utc_{base::TimeZone::utc()};
  std::string text_;
  BlockWriter json_;
  BlockWriter csv_;
  std::vector<Block> blocks_;
  std::size_t bytes_ = 0;
};

Task<Result<bool>> mark(store::Database& database, std::int64_t sid, Day day) {
  Beginning beginning = Beginning::unfinished;
  const auto begin = [sid, day](store::WriteUnit& unit) { return begin_day(unit, sid, day); };
  while (beginning == Beginning::unfinished) {
    PARLEY_CO_TRY_ASSIGN(beginning,
                         co_await store::write_value<Beginning>(database, store::Priority::bulk, begin));
  }
  co_return beginning == Beginning::marked;
}

}  // namespace

Task<Result<bool>> build_day(store::Database& database, std::int64_t sid, Day day) {
  PARLEY_CO_TRY_ASSIGN(const bool is_marked, co_await mark(database, sid, day));
  if (!is_marked) co_return false;
  Building building(sid, day);
  const auto render = [&building](store::Unit& unit) { return building.render(unit); };
  bool more = true;
  while (more) {
    PARLEY_CO_TRY_ASSIGN(more, co_await store::read_value<bool>(database, render));
    if (!more) building.finish();
    if (more && !building.is_full()) continue;
    const std::vector<Block> blocks = building.take();
    const auto keep = [&blocks, sid, day, more](store::WriteUnit& unit) {
      return keep_blocks(unit, sid, day, blocks, !more);
    };
    PARLEY_CO_TRY_ASSIGN(const bool is_kept,
                         co_await store::write_value<bool>(database, store::Priority::bulk, keep));
    if (!is_kept) co_return false;
  }
  co_return true;
}

namespace {

/// Whether the unit finds every day's blocks as they were rendered anew; moves `found` on by their number.
Task<Result<bool>> are_kept(store::Unit& unit, std::int64_t sid, Day day, const std::vector<Block>& blocks,
                            std::int64_t& found) {
  for (const Block& block : blocks) {
    PARLEY_CO_TRY_ASSIGN(const bool is_kept, co_await is_block_kept(unit, sid, day, block));
    if (!is_kept) co_return false;
    ++found;
  }
  co_return true;
}

}  // namespace

Task<Result<bool>> day_holds(store::Unit& unit, std::int64_t sid, Day day) {
  Building building(sid, day);
  std::int64_t found = 0;
  bool more = true;
  while (more) {
    const auto rendered = co_await building.render(unit);
    if (!rendered && rendered.error().code == base::ErrorCode::internal) co_return false;
    if (!rendered) co_return base::fail(rendered.error());
    more = *rendered;
    if (!more) building.finish();
    const std::vector<Block> blocks = building.take();
    PARLEY_CO_TRY_ASSIGN(const bool are_same, co_await are_kept(unit, sid, day, blocks, found));
    if (!are_same) co_return false;
  }
  PARLEY_CO_TRY_ASSIGN(const std::int64_t kept, co_await count_blocks(unit, sid, day));
  co_return kept == found;
}

}  // namespace parley::statistics
