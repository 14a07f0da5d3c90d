#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"

namespace parley::base::detail {

/// Appends `2020-01-01T00:00:00.000` and `suffix` (`Z` or an offset, 6 characters at most): `wall_clock` is
/// the instant moved by the zone's offset. Outside the years 0000 to 9999 the nearer end is written. For this
/// module only.
void append_date_time(std::string& out, Timestamp wall_clock, std::string_view suffix);

}  // namespace parley::base::detail
