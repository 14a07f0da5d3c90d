#pragma once

#include "base/time.hpp"

namespace parley::change {

/// Stamps that somebody who keeps in step asks for. `until` is at most `next_stamp` when the first rows are
/// read: then rows only leave the span (touched again, they carry a later stamp), none comes into it, so
/// reading it ends, and who begins the next span at `until` misses nothing and sees nothing twice.
struct UpdateSpan {
  base::Timestamp from;   ///< Included.
  base::Timestamp until;  ///< Not included.
};

}  // namespace parley::change
