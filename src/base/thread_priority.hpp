#pragma once

namespace parley::base {

/// Lets other threads go first: the calling thread stands so far below them, of 19, until it ends. Where the
/// system refuses, it is merely less polite. One that others wait for at a lock should not stand far below
/// them.
void lower_priority(int niceness) noexcept;

}  // namespace parley::base
