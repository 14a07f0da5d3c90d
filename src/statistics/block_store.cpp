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
const store::Sql select_whole_day(
    "SELECT day FROM statistics_day WHERE sid = ?1 AND day BETWEEN ?2 AND ?3 AND is_whole = 1 "
    "ORDER BY day LIMIT 1");
const store::Sql select_is_whole("SELECT is_whole FROM statistics_day WHERE sid = ?1 AND day = ?2");
const store::Sql delete_old_blocks(
    "DELETE FROM statistics_block WHERE rowid IN "
    "(SELECT rowid FROM statistics_block WHERE sid = ?1 AND day = ?2 LIMIT ?3)");
// An account that is being removed must not get new rows; 0 is State::live.
const store::Sql insert_mark(
    "INSERT INTO statistics_day (sid, day, is_whole) SELECT sid, ?2, 0 FROM account "
    "WHERE sid = ?1 AND state = 0 ON CONFLICT (sid, day) DO UPDATE SET is_whole = 0");
const store::Sql insert_block(
    "INSERT INTO statistics_block (sid, day, form, last_started_at, last_chat_id, first_started_at, "
    "first_chat_id, row_count, text_bytes, text_crc32, places, body) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
const store::Sql make_whole("UPDATE statistics_day SET is_whole = 1 WHERE sid = ?1 AND day = ?2");
const store::Sql select_blocks(
    "SELECT last_started_at, last_chat_id, first_started_at, first_chat_id, row_count, text_bytes, "
    "text_crc32, places, body FROM statistics_block WHERE sid = ?1 AND day = ?2 AND form = ?3 "
    "AND (last_started_at, last_chat_id) > (?4, ?5) ORDER BY last_started_at, last_chat_id");

const store::Sql count_kept("SELECT count(*) FROM statistics_block WHERE sid = ?1 AND day = ?2");
const store::Sql select_same(
    "SELECT body FROM statistics_block WHERE sid = ?1 AND day = ?2 AND form = ?3 "
    "AND last_started_at = ?4 AND last_chat_id = ?5 AND first_started_at = ?6 AND first_chat_id = ?7 "
    "AND row_count = ?8 AND text_bytes = ?9 AND text_crc32 = ?10 AND places = ?11");

Task<Result<std::optional<bool>>> is_whole(store::Unit& unit, std::int64_t sid, Day day) {
  std::optional<bool> whole;
  PARLEY_CO_TRY(co_await unit.query(select_is_whole, bind(sid, day_number(day)),
                                    [&whole](const Row& row) { whole = row.integer(0) != 0; }));
  co_return whole;
}

/// All columns but the body.
auto keys_of(std::int64_t sid, Day day, const Block& block) {
  return bind(sid, day_number(day), static_cast<int>(block.form), block.last.started_at, block.last.chat_id,
              block.first.started_at, block.first.chat_id, block.rows, block.text_bytes, block.text_crc32,
              store::Value::blob(block.places));
}

}  // namespace

Task<Result<>> forget_days(store::WriteUnit& unit, std::int64_t sid, std::int64_t chat_id,
                           base::Timestamp started_at) {
  PARLEY_CO_TRY(co_await unit.execute(delete_days, bind(sid, chat_id, day_number(day_of(started_at)))));
  co_return Result<>{};
}

Task<Result<std::optional<Day>>> next_whole_day(store::Unit& unit, std::int64_t sid, Day from, Day to) {
  std::optional<Day> found;
  PARLEY_CO_TRY(
      co_await unit.query(select_whole_day, bind(sid, day_number(from), day_number(to)),
                          [&found](const Row& row) { found = Day(std::chrono::days(row.integer(0))); }));
  co_return found;
}

Task<Result<Beginning>> begin_day(store::WriteUnit& unit, std::int64_t sid, Day day) {
  PARLEY_CO_TRY_ASSIGN(const auto whole, co_await is_whole(unit, sid, day));
  if (whole.value_or(false)) co_return Beginning::needless;
  PARLEY_CO_TRY_ASSIGN(const std::int64_t gone,
                       co_await unit.execute(delete_old_blocks, bind(sid, day_number(day),
                                                                     limits::forgotten_statistics_blocks)));
  if (gone == limits::forgotten_statistics_blocks) co_return Beginning::unfinished;
  PARLEY_CO_TRY_ASSIGN(const std::int64_t marked,
                       co_await unit.execute(insert_mark, bind(sid, day_number(day))));
  co_return marked == 0 ? Beginning::needless : Beginning::marked;
}

Task<Result<bool>> keep_blocks(store::WriteUnit& unit, std::int64_t sid, Day day,
                               const std::vector<Block>& blocks, bool is_last) {
  PARLEY_CO_TRY_ASSIGN(const auto whole, co_await is_whole(unit, sid, day));
  if (whole.value_or(true)) co_return false;
  for (const Block& block : blocks) {
    const auto keys = keys_of(sid, day, block);
    std::vector<store::Value> values(keys.begin(), keys.end());
    values.push_back(store::Value::blob(block.body));
    PARLEY_CO_TRY(co_await unit.execute(insert_block, values));
  }
  if (is_last) PARLEY_CO_TRY(co_await unit.execute(make_whole, bind(sid, day_number(day))));
  co_return true;
}

Task<Result<>> read_blocks(store::Unit& unit, std::int64_t sid, Day day, BlockForm form, Position position,
                           store::RowSink take) {
  co_return co_await unit.query(
      select_blocks,
      bind(sid, day_number(day), static_cast<int>(form), position.started_at, position.chat_id), take);
}

Task<Result<bool>> is_block_kept(store::Unit& unit, std::int64_t sid, Day day, const Block& block) {
  bool is_kept = false;
  const auto keys = keys_of(sid, day, block);
  PARLEY_CO_TRY(co_await unit.query(select_same, keys,
                                    [&](const Row& row) { is_kept = has_body(block, row.text(0)); }));
  co_return is_kept;
}

Task<Result<std::int64_t>> count_blocks(store::Unit& unit, std::int64_t sid, Day day) {
  std::int64_t count = 0;
  PARLEY_CO_TRY(co_await unit.query(count_kept, bind(sid, day_number(day)),
                                    [&count](const Row& row) { count = row.integer(0); }));
  co_return count;
}

}  // namespace parley::statistics
