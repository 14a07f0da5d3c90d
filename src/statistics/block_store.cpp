#include "statistics/block_store.hpp"

#include "base/limits.hpp"

namespace parley::statistics {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

// SQL's division rounds towards zero and a day's number downwards, also before 1970.
const store::Sql delete_days(
    "DELETE FROM statistics_day WHERE sid = ?1 AND day IN (?3, "
    "(SELECT (started_at - ((started_at % 86400000) + 86400000) % 86400000) / 86400000 FROM chat_fact "
    "WHERE sid = ?1 AND chat_id = ?2))");
const store::Sql delete_day("DELETE FROM statistics_day WHERE sid = ?1 AND day = ?2");
const store::Sql select_whole_day(
    "SELECT day FROM statistics_day WHERE sid = ?1 AND day BETWEEN ?2 AND ?3 AND is_whole = 1 "
    "ORDER BY day LIMIT 1");
const store::Sql select_is_whole("SELECT is_whole FROM statistics_day WHERE sid = ?1 AND day = ?2");
const store::Sql delete_old_blocks("DELETE FROM statistics_block WHERE sid = ?1 AND day = ?2");
// An account that is being removed must not get new rows; 0 is State::live.
const store::Sql insert_mark(
    "INSERT INTO statistics_day (sid, day, is_whole) SELECT sid, ?2, 0 FROM account "
    "WHERE sid = ?1 AND state = 0 ON CONFLICT (sid, day) DO UPDATE SET is_whole = 0");
const store::Sql insert_block(
    "INSERT INTO statistics_block (sid, day, last_started_at, last_chat_id, first_started_at, first_chat_id, "
    "row_count, file, begin_at, json_bytes, json_deflated_bytes, json_crc32, csv_bytes, csv_deflated_bytes, "
    "csv_crc32) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
const store::Sql make_whole("UPDATE statistics_day SET is_whole = 1 WHERE sid = ?1 AND day = ?2");
const store::Sql select_block(
    "SELECT last_started_at, last_chat_id, first_started_at, first_chat_id, row_count, file, begin_at, "
    "json_bytes, json_deflated_bytes, json_crc32, csv_bytes, csv_deflated_bytes, csv_crc32 "
    "FROM statistics_block WHERE sid = ?1 AND day = ?2 AND (last_started_at, last_chat_id) > (?3, ?4) "
    "ORDER BY last_started_at, last_chat_id LIMIT 1");

Task<Result<std::optional<bool>>> is_whole(store::Unit& unit, std::int64_t sid, Day day) {
  std::optional<bool> whole;
  PARLEY_CO_TRY(co_await unit.query(select_is_whole, bind(sid, day_number(day)),
                                    [&whole](const Row& row) { whole = row.integer(0) != 0; }));
  co_return whole;
}

BlockEntry read_entry(const Row& row) {
  BlockEntry block;
  block.last = {row.timestamp(0), row.integer(1)};
  block.first = {row.timestamp(2), row.integer(3)};
  block.rows = row.integer(4);
  block.file = row.integer(5);
  block.begin_at = static_cast<std::uint64_t>(row.integer(6));
  int column = 7;
  for (BlockEntry::Text& text : block.texts) {
    text.bytes = static_cast<std::uint64_t>(row.integer(column++));
    text.deflated_bytes = static_cast<std::uint64_t>(row.integer(column++));
    text.crc32 = static_cast<std::uint32_t>(row.integer(column++));
  }
  return block;
}

}  // namespace

Task<Result<>> forget_days(store::WriteUnit& unit, std::int64_t sid, std::int64_t chat_id,
                           base::Timestamp started_at) {
  PARLEY_CO_TRY(co_await unit.execute(delete_days, bind(sid, chat_id, day_number(day_of(started_at)))));
  co_return Result<>{};
}

Task<Result<>> forget_day(store::WriteUnit& unit, std::int64_t sid, Day day) {
  PARLEY_CO_TRY(co_await unit.execute(delete_day, bind(sid, day_number(day))));
  co_return Result<>{};
}

Task<Result<std::optional<Day>>> next_whole_day(store::Unit& unit, std::int64_t sid, Day from, Day to) {
  std::optional<Day> found;
  PARLEY_CO_TRY(
      co_await unit.query(select_whole_day, bind(sid, day_number(from), day_number(to)),
                          [&found](const Row& row) { found = Day(std::chrono::days(row.integer(0))); }));
  co_return found;
}

Task<Result<bool>> begin_day(store::WriteUnit& unit, std::int64_t sid, Day day) {
  PARLEY_CO_TRY_ASSIGN(const auto whole, co_await is_whole(unit, sid, day));
  if (whole.value_or(false)) co_return false;
  PARLEY_CO_TRY(co_await unit.execute(delete_old_blocks, bind(sid, day_number(day))));
  PARLEY_CO_TRY_ASSIGN(const std::int64_t marked,
                       co_await unit.execute(insert_mark, bind(sid, day_number(day))));
  co_return marked != 0;
}

Task<Result<bool>> keep_block(store::WriteUnit& unit, std::int64_t sid, Day day, const BlockEntry& block) {
  PARLEY_CO_TRY_ASSIGN(const auto whole, co_await is_whole(unit, sid, day));
  if (whole.value_or(true)) co_return false;
  const BlockEntry::Text& json = block.text_of(BlockForm::json);
  const BlockEntry::Text& csv = block.text_of(BlockForm::csv);
  PARLEY_CO_TRY(co_await unit.execute(
      insert_block,
      bind(sid, day_number(day), block.last.started_at, block.last.chat_id, block.first.started_at,
           block.first.chat_id, block.rows, block.file, block.begin_at, json.bytes, json.deflated_bytes,
           json.crc32, csv.bytes, csv.deflated_bytes, csv.crc32)));
  co_return true;
}

Task<Result<bool>> finish_day(store::WriteUnit& unit, std::int64_t sid, Day day) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t marked,
                       co_await unit.execute(make_whole, bind(sid, day_number(day))));
  co_return marked != 0;
}

Task<Result<std::optional<BlockEntry>>> next_block(store::Unit& unit, std::int64_t sid, Day day,
                                                   Position position) {
  std::optional<BlockEntry> found;
  PARLEY_CO_TRY(co_await unit.query(select_block,
                                    bind(sid, day_number(day), position.started_at, position.chat_id),
                                    [&found](const Row& row) { found = read_entry(row); }));
  co_return found;
}

}  // namespace parley::statistics
