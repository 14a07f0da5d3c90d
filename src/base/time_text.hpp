#pragma once

#include <string>

#include "base/time.hpp"

namespace parley::base::detail {

/// Appends `2020-01-01T00:00:00.000`, the part of a time that UTC and every zone write alike: `wall_clock` is
/// the instant moved by the zone's offset. Outside the years 0000 to 9999 the nearer end. For this module
/// only.
void append_date_time(std::string& out, Timestamp wall_clock);

}  // namespace parley::base::detail
