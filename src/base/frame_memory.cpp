#include "base/frame_memory.hpp"

#include <array>
#include <new>
#include <utility>

#include "base/limits.hpp"

namespace parley::base {

namespace {

// Sanitizers find what goes on using a frame only where each one comes from the system.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool keeps_frames = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool keeps_frames = false;
#else
constexpr bool keeps_frames = true;
#endif
#else
constexpr bool keeps_frames = true;
#endif

/// Frames are given out in steps of so many bytes.
constexpr std::size_t step_bytes = 64;
constexpr std::size_t steps = limits::kept_frame_bytes / step_bytes;

/// Whether this thread's frames are kept no more. No member of what they were kept in: it is asked after that
/// has ended.
constinit thread_local bool is_closed_here = false;

/// What a freed frame holds while it is kept.
struct Free {
  Free* next = nullptr;
};

class KeptFrames {
 public:
  KeptFrames() = default;
  KeptFrames(const KeptFrames&) = delete;
  KeptFrames& operator=(const KeptFrames&) = delete;
  ~KeptFrames() {
    is_closed_here = true;
    for (Row& row : rows_) {
      while (row.first != nullptr) ::operator delete(std::exchange(row.first, row.first->next));
    }
  }

  void* take(std::size_t step) noexcept {
    Row& row = rows_[step];
    if (row.first == nullptr) return nullptr;
    --row.count;
    return std::exchange(row.first, row.first->next);
  }

  bool give(void* frame, std::size_t step) noexcept {
    Row& row = rows_[step];
    if (row.count == limits::kept_frames) return false;
    row.first = new (frame) Free{row.first};
    ++row.count;
    return true;
  }

 private:
  struct Row {
    Free* first = nullptr;
    std::size_t count = 0;
  };
  std::array<Row, steps> rows_{};
};

thread_local KeptFrames kept_here;

}  // namespace

void* take_frame(std::size_t bytes) {
  const std::size_t step = (bytes - 1) / step_bytes;
  if (!keeps_frames || step >= steps || is_closed_here) return ::operator new(bytes);
  void* const kept = kept_here.take(step);
  return kept != nullptr ? kept : ::operator new((step + 1) * step_bytes);
}

void give_frame(void* frame, std::size_t bytes) noexcept {
  const std::size_t step = (bytes - 1) / step_bytes;
  const bool may_keep = keeps_frames && step < steps && !is_closed_here;
  if (!may_keep || !kept_here.give(frame, step)) ::operator delete(frame);
}

}  // namespace parley::base
