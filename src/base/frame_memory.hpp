#pragma once

#include <cstddef>

namespace parley::base {

/// Memory for the frame of a coroutine: a request takes a dozen of them, of few sizes, on one thread, so each
/// thread keeps some of those it freed and gives them out again. Throws std::bad_alloc as `new` does.
[[nodiscard]] void* take_frame(std::size_t bytes);

/// Gives back a frame of so many bytes, on any thread.
void give_frame(void* frame, std::size_t bytes) noexcept;

/// Allocates what lives as long as a request does where its frames come from.
template <typename T>
struct FrameAllocator {
  using value_type = T;

  FrameAllocator() = default;
  template <typename U>
  explicit(false) FrameAllocator(const FrameAllocator<U>& /*other*/) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(take_frame(count * sizeof(T))); }
  void deallocate(T* place, std::size_t count) noexcept { give_frame(place, count * sizeof(T)); }

  template <typename U>
  [[nodiscard]] bool operator==(const FrameAllocator<U>& /*other*/) const noexcept {
    return true;
  }
};

}  // namespace parley::base
