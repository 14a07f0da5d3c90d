#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "statistics/block.hpp"
#include "store/database.hpp"

/// The blocks of days as the store keeps them.
namespace parley::statistics {

/// Forgets the blocks of every day that this fact lies on: where it stands stored, and where it will start.
/// Before the fact is written, in its unit.
base::Task<base::Result<>> forget_days(store::WriteUnit& unit, std::int64_t sid, std::int64_t chat_id,
                                       base::Timestamp started_at);

/// The first day from `from` to `to` whose blocks are whole.
base::Task<base::Result<std::optional<Day>>> next_whole_day(store::Unit& unit, std::int64_t sid, Day from,
                                                            Day to);

/// Begins to make a day's blocks: takes what is left of old ones, a slice a call, and marks the day. Until
/// it is whole, any write to one of its facts takes the mark away.
enum class Beginning : std::uint8_t {
  marked,      ///< Its rows may be read and rendered now.
  unfinished,  ///< Old blocks are left: call again.
  needless,    ///< It is whole already, or the account is not live.
};
base::Task<base::Result<Beginning>> begin_day(store::WriteUnit& unit, std::int64_t sid, Day day);

/// Keeps blocks of a marked day; with `is_last` the day is whole from this commit on. False, and nothing
/// kept, when the mark is gone: what was rendered is no longer what the facts say.
base::Task<base::Result<bool>> keep_blocks(store::WriteUnit& unit, std::int64_t sid, Day day,
                                           const std::vector<Block>& blocks, bool is_last);

/// The blocks of a whole day in one form that hold rows after `position`, in order; `take` as
/// `store::RowSink`, with columns in the order of `BlockColumn`.
base::Task<base::Result<>> read_blocks(store::Unit& unit, std::int64_t sid, Day day, BlockForm form,
                                       Position position, store::RowSink take);

/// Whether the day has this very block.
base::Task<base::Result<bool>> is_block_kept(store::Unit& unit, std::int64_t sid, Day day,
                                             const Block& block);

/// How many blocks the day has, in all forms.
base::Task<base::Result<std::int64_t>> count_blocks(store::Unit& unit, std::int64_t sid, Day day);

/// The columns of `read_blocks`.
enum BlockColumn : int {
  last_started_at,
  last_chat_id,
  first_started_at,
  first_chat_id,
  row_count,
  text_bytes,
  text_crc32,
  places,
  body,
};

}  // namespace parley::statistics
