#pragma once

#include <cstddef>

namespace parley::base {

/// Memory for the frame of a coroutine: a request takes a dozen of them, of few sizes, on one thread, so each
/// thread keeps some of those it freed and gives them out again. Throws std::bad_alloc as `new` does.
[[nodiscard]] void* take_frame(std::size_t bytes);

/// Gives back a frame of so many bytes, on any thread.
void give_frame(void* frame, std::size_t bytes) noexcept;

}  // namespace parley::base
