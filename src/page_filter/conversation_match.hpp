#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"
#include "store/database.hpp"

namespace parley::page_filter {

/// Whether any page ever recorded for the conversation matches any of the filters (a JSON array of ids), by
/// the answer that is served now. Unknown filters match nothing.
base::Task<base::Result<bool>> conversation_matches(store::Unit& unit, std::int64_t sid,
                                                    std::string_view conversation_id,
                                                    std::string_view filter_ids);

}  // namespace parley::page_filter
