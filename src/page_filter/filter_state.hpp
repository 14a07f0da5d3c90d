#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "page_filter/page_filter.hpp"
#include "store/database.hpp"

namespace parley::page_filter {

/// A filter with what answers for it. Generations of one filter ascend and are never given twice while
/// matches of an earlier use are left.
struct FilterState {
  PageFilter filter;
  std::int64_t served_generation = 0;  ///< Matches of this generation answer; 0: none does yet.
  std::string served_pattern;          ///< What they are matches of.
  MatchType served_type = MatchType::like;
  std::int64_t building_generation = 0;  ///< Being made, of the filter's own pattern; 0: nothing is.
  std::int64_t built_up_to_page_id = 0;  ///< Pages up to this one are done in it.
};

/// The account's filters by id. Error: internal for a row whose match type is unknown.
base::Task<base::Result<std::vector<FilterState>>> load_filters(store::Unit& unit, std::int64_t sid);

/// Writes the whole row.
base::Task<base::Result<>> save_filter(store::WriteUnit& unit, std::int64_t sid, const FilterState& state);

/// Writes one match; one that is there stays.
base::Task<base::Result<>> add_match(store::WriteUnit& unit, std::int64_t sid, std::int64_t filter_id,
                                     std::int64_t generation, std::int64_t page_id);

}  // namespace parley::page_filter
