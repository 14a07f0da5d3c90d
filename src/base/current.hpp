#pragma once

#include <atomic>
#include <deque>
#include <utility>

namespace parley::base {

/// A value that is replaced now and then while others read it. Reading costs one load and no count: every
/// value that was ever set is kept until the end, so what `get` gave stays good. For what changes by hand and
/// is small, such as a setting.
template <typename T>
class Current {
 public:
  explicit Current(T first) { set(std::move(first)); }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;

  /// The value now. Lives as long as this does. From any thread.
  [[nodiscard]] const T& get() const noexcept { return *now_.load(std::memory_order_acquire); }

  /// One thread at a time.
  void set(T next) { now_.store(&kept_.emplace_back(std::move(next)), std::memory_order_release); }

 private:
  std::deque<T> kept_;
  std::atomic<const T*> now_ = nullptr;
};

}  // namespace parley::base
