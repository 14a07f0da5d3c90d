#include "statistics/day_builder.hpp"

#include <optional>
#include <string>
#include <utility>

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

/// Before every row of a day: chats are numbered from 1.
Position before(Day day) noexcept {
  return {base::Timestamp(day), -1};
}

/// A day on its way into blocks.
class Building {
 public:
  Building(std::int64_t sid, Day day) : texts_(sid), writer_(day) {
    query_.sid = sid;
    query_.from = base::Timestamp(day);
    query_.to = base::Timestamp(day + std::chrono::days(1)) - std::chrono::milliseconds(1);
  }

  /// Reads and renders rows until they have made a block whole, at most a batch; false at the day's end.
  Task<Result<bool>> render(store::Unit& unit) {
    texts_.make_room();
    return batch(unit, query_, texts_, position_, limits::rows_per_batch, [this](const FactRow& row) {
      if (whole_) return false;
      add(row);
      return true;
    });
  }

  /// The block that has become whole; at the day's end the last one.
  [[nodiscard]] std::optional<Block> take(bool is_at_end) {
    if (whole_) return std::exchange(whole_, std::nullopt);
    return is_at_end ? writer_.finish() : std::nullopt;
  }

 private:
  void add(const FactRow& row) {
    json_.clear();
    csv_.clear();
    append_json_row(json_, row);
    append_csv_row(csv_, row, encoding::CsvDialect{}, utc_);
    whole_ = writer_.add({row.started_at, row.chat_id}, row.agent_id, json_, csv_);
  }

  Query query_;
  Dictionary texts_;
  std::optional<Position> position_;
  base::LocalTimeWriter utc_{base::TimeZone::utc()};
  std::string json_;
  std::string csv_;
  BlockWriter writer_;
  std::optional<Block> whole_;
};

/// Whether a day is whole and yet a file of its blocks is gone or ends before them.
Task<Result<bool>> is_lost(store::Unit& unit, store::SideFiles& files, std::int64_t sid, Day day) {
  PARLEY_CO_TRY_ASSIGN(const auto whole, co_await next_whole_day(unit, sid, day, day));
  if (!whole) co_return false;
  Position position = before(day);
  for (;;) {
    PARLEY_CO_TRY_ASSIGN(const auto block, co_await next_block(unit, sid, day, position));
    if (!block) co_return false;
    const auto file = files.open(block_file_name(sid, block->file));
    if (!file || !file->reaches(block->end_at())) co_return true;
    position = block->last;
  }
}

Task<Result<bool>> mark(store::Database& database, std::int64_t sid, Day day) {
  const auto look = [&](store::Unit& unit) { return is_lost(unit, database.files(), sid, day); };
  PARLEY_CO_TRY_ASSIGN(const bool lost, co_await store::read_value<bool>(database, look));
  const auto begin = [sid, day, lost](store::WriteUnit& unit) -> Task<Result<bool>> {
    if (lost) PARLEY_CO_TRY(co_await forget_day(unit, sid, day));
    co_return co_await begin_day(unit, sid, day);
  };
  co_return co_await store::write_value<bool>(database, store::Priority::bulk, begin);
}

}  // namespace

Task<Result<bool>> build_day(store::Database& database, BlockFileWriter& writer, std::int64_t sid, Day day) {
  PARLEY_CO_TRY_ASSIGN(const bool is_marked, co_await mark(database, sid, day));
  if (!is_marked) co_return false;
  Building building(sid, day);
  const auto render = [&building](store::Unit& unit) { return building.render(unit); };
  bool more = true;
  while (more) {
    PARLEY_CO_TRY_ASSIGN(more, co_await store::read_value<bool>(database, render));
    auto block = building.take(!more);
    while (block) {
      PARLEY_CO_TRY(writer.write(sid, *block));
      const auto keep = [&block, sid, day](store::WriteUnit& unit) {
        return keep_block(unit, sid, day, block->entry);
      };
      PARLEY_CO_TRY_ASSIGN(const bool is_kept,
                           co_await store::write_value<bool>(database, store::Priority::bulk, keep));
      if (!is_kept) co_return false;
      block = building.take(!more);
    }
  }
  const auto finish = [sid, day](store::WriteUnit& unit) { return finish_day(unit, sid, day); };
  co_return co_await store::write_value<bool>(database, store::Priority::bulk, finish);
}

namespace {

bool is_same_entry(const BlockEntry& made, const BlockEntry& kept) {
  if (made.first != kept.first || made.last != kept.last || made.rows != kept.rows) return false;
  for (const BlockForm form : block_forms) {
    const BlockEntry::Text& one = made.text_of(form);
    const BlockEntry::Text& other = kept.text_of(form);
    if (one.bytes != other.bytes || one.crc32 != other.crc32) return false;
  }
  return true;
}

/// Whether the file has what the block says, byte for byte; what it has deflated may be other bytes of the
/// same text.
bool is_same_file(const Block& made, const BlockEntry& kept, const store::SideFile& file) {
  const auto read = [&file](FileSpan span) {
    std::string bytes;
    return file.read(bytes, span.begin, span.bytes) ? bytes : std::string();
  };
  for (const BlockForm form : block_forms) {
    const std::string& text = made.texts[static_cast<std::size_t>(form)];
    if (read(kept.text_span(form)) != text) return false;
    const std::string deflated = read(kept.deflated_span(form));
    const bool is_same = deflated == made.deflated[static_cast<std::size_t>(form)] ||
                         unpacks_to(deflated, text, kept.text_of(form).crc32);
    if (!is_same) return false;
  }
  for (std::size_t column = 0; column < made.columns.size(); ++column) {
    if (read(kept.column_span(static_cast<BlockColumn>(column))) != made.columns[column]) return false;
  }
  return true;
}

/// Whether the unit finds this block where the last one ended; moves `position` behind it.
Task<Result<bool>> is_kept(store::Unit& unit, store::SideFiles& files, std::int64_t sid, Day day,
                           const Block& block, Position& position) {
  PARLEY_CO_TRY_ASSIGN(const auto kept, co_await next_block(unit, sid, day, position));
  if (!kept || !is_same_entry(block.entry, *kept)) co_return false;
  position = kept->last;
  const auto file = files.open(block_file_name(sid, kept->file));
  co_return !file || !file->reaches(kept->end_at()) || is_same_file(block, *kept, *file);
}

}  // namespace

Task<Result<bool>> day_holds(store::Unit& unit, store::SideFiles& files, std::int64_t sid, Day day) {
  Building building(sid, day);
  Position position = before(day);
  bool more = true;
  while (more) {
    const auto rendered = co_await building.render(unit);
    if (!rendered && rendered.error().code == base::ErrorCode::internal) co_return false;
    if (!rendered) co_return base::fail(rendered.error());
    more = *rendered;
    auto block = building.take(!more);
    while (block) {
      PARLEY_CO_TRY_ASSIGN(const bool is_same, co_await is_kept(unit, files, sid, day, *block, position));
      if (!is_same) co_return false;
      block = building.take(!more);
    }
  }
  PARLEY_CO_TRY_ASSIGN(const auto beyond, co_await next_block(unit, sid, day, position));
  co_return !beyond;
}

}  // namespace parley::statistics
