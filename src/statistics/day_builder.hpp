#pragma once

#include <cstdint>

#include "base/error.hpp"
#include "base/task.hpp"
#include "statistics/block.hpp"
#include "statistics/block_files.hpp"
#include "store/database.hpp"
#include "store/side_files.hpp"

namespace parley::statistics {

/// Renders the rows of a UTC day into blocks and keeps them. The day is marked first; its rows are then read
/// and rendered beside the writer, and go into a file. A write to one of the day's facts meanwhile takes the
/// mark away, and nothing is kept. A whole day whose files are gone is made again. At most one call at a time
/// in a store. True when the day's blocks are whole; false when it changed meanwhile or need not be made.
/// Errors: those of the store.
base::Task<base::Result<bool>> build_day(store::Database& database, BlockFileWriter& writer, std::int64_t sid,
                                         Day day);

/// Whether the blocks of a whole day are, to the byte, what its facts give, and no more and no fewer. Files
/// that are gone or too short are nobody's loss, and not looked at. Takes as long as rendering the day.
/// Errors: those of the store, but damaged facts only make it false.
base::Task<base::Result<bool>> day_holds(store::Unit& unit, store::SideFiles& files, std::int64_t sid,
                                         Day day);

}  // namespace parley::statistics
