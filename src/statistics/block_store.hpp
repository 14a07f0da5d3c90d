#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/task.hpp"
#include "statistics/block.hpp"
#include "store/database.hpp"

/// The blocks of days as the store keeps them: their entries in the database, their bytes in files beside it.
namespace parley::statistics {

/// Forgets the blocks of every day that this fact lies on: where it stands stored, and where it will start.
/// Before the fact is written, in its unit.
base::Task<base::Result<>> forget_days(store::WriteUnit& unit, std::int64_t sid, std::int64_t chat_id,
                                       base::Timestamp started_at);

/// Forgets the blocks of one day.
base::Task<base::Result<>> forget_day(store::WriteUnit& unit, std::int64_t sid, Day day);

/// The first day from `from` to `to` whose blocks are whole.
base::Task<base::Result<std::optional<Day>>> next_whole_day(store::Unit& unit, std::int64_t sid, Day from,
                                                            Day to);

/// Begins to make a day's blocks: takes what is left of old ones, and marks the day. Until it is whole, any
/// write to one of its facts takes the mark away. False when that is needless: it is whole already, or the
/// account is not live.
base::Task<base::Result<bool>> begin_day(store::WriteUnit& unit, std::int64_t sid, Day day);

/// Keeps a block of a marked day, whose bytes are in its file and on the disk. False, and nothing kept, when
/// the mark is gone: what was rendered is no longer what the facts say.
base::Task<base::Result<bool>> keep_block(store::WriteUnit& unit, std::int64_t sid, Day day,
                                          const BlockEntry& block);

/// Says that a marked day has all its blocks: they answer from this commit on. False when the mark is gone.
base::Task<base::Result<bool>> finish_day(store::WriteUnit& unit, std::int64_t sid, Day day);

/// The first block of a day that holds rows after `position`.
base::Task<base::Result<std::optional<BlockEntry>>> next_block(store::Unit& unit, std::int64_t sid, Day day,
                                                               Position position);

}  // namespace parley::statistics
