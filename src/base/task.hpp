#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "base/frame_memory.hpp"
#include "base/scheduler.hpp"

namespace parley::base {

template <typename T>
class Task;

namespace detail {

/// Resumes whoever awaits a finished task; a task that finished inside its awaiter's call has nobody to
/// resume.
struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    const std::coroutine_handle<> waiting = self.promise().continuation;
    return waiting ? waiting : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> continuation;

  static void* operator new(std::size_t bytes) { return take_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { give_frame(frame, bytes); }

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
  /// Our code does not throw; what a library throws is caught where the library is called.
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;

  Task<T> get_return_object() noexcept;
  template <typename U>
    requires std::is_constructible_v<T, U&&>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return *std::move(value); }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}
};

struct Ready {};

}  // namespace detail

/// A computation that may wait: a coroutine that starts when it is awaited and goes on on the thread it
/// started on. Awaited at most once. Destroying a task destroys what it had begun. A task can also be made
/// from a value at once (`Task<T>::ready`), without a coroutine frame: so a store that answers on the spot
/// costs no allocation.
///
/// Not to be shared between threads. The whole chain of awaiting coroutines runs on one scheduler.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using value_type = T;

  /// A task that is already finished with `value`.
  template <typename U = T>
    requires(!std::is_void_v<T>)
  static Task ready(U&& value) {
    Task task;
    task.value_.emplace(std::forward<U>(value));
    return task;
  }
  /// A task of nothing that is already finished.
  static Task ready()
    requires std::is_void_v<T>
  {
    Task task;
    task.value_.emplace();
    return task;
  }

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})), value_(std::move(other.value_)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
      value_ = std::move(other.value_);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return value_.has_value(); }

  /// Starts the coroutine inside the call. One that finishes at once never suspends its awaiter, so a loop
  /// over a million immediate answers needs no stack, on any compiler at any optimisation level.
  bool await_suspend(std::coroutine_handle<> awaiting) {
    handle_.resume();
    if (handle_.done()) return false;
    handle_.promise().continuation = awaiting;
    return true;
  }

  T await_resume() {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      if (value_) return *std::move(value_);
      return handle_.promise().take();
    }
  }

 private:
  template <typename>
  friend struct detail::Promise;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
  std::optional<std::conditional_t<std::is_void_v<T>, detail::Ready, T>> value_;
};

namespace detail {

template <typename T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

/// A coroutine nobody awaits: it destroys itself when it ends.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace detail

/// Starts a task that nobody awaits; `done` is called when it has ended, on the thread it ran on. The task's
/// frame lives until then, so it must end by itself.
inline detail::Detached spawn(Task<void> task, Job done = {}) {
  co_await task;
  if (done) done();
}

/// Runs a task to its end on the calling thread, working a `RunLoop` of its own meanwhile. For threads
/// without sockets.
template <typename T>
T block_on(Task<T> task) {
  RunLoop loop;
  bool finished = false;
  if constexpr (std::is_void_v<T>) {
    loop.post([&] { spawn(std::move(task), [&] { finished = true; }); });
    loop.run_until([&] { return finished; });
  } else {
    std::optional<T> value;
    auto collect = [](Task<T> inner, std::optional<T>& out) -> Task<void> {
      T result = co_await inner;
      out.emplace(std::move(result));
    };
    loop.post([&] { spawn(collect(std::move(task), value), [&] { finished = true; }); });
    loop.run_until([&] { return finished; });
    return *std::move(value);
  }
}

/// Finishes a task that cannot wait: one whose every await is answered on the spot, as all SQL is inside a
/// unit of the embedded store. A task that would wait breaks an invariant of ours.
template <typename T>
T run_immediate(Task<T> task) {
  struct Runner {
    static Task<void> run(Task<T>& inner,
                          std::optional<std::conditional_t<std::is_void_v<T>, detail::Ready, T>>& out) {
      if constexpr (std::is_void_v<T>) {
        co_await inner;
        out.emplace();
      } else {
        T result = co_await inner;
        out.emplace(std::move(result));
      }
    }
  };
  std::optional<std::conditional_t<std::is_void_v<T>, detail::Ready, T>> out;
  spawn(Runner::run(task, out));
  PARLEY_CHECK(out.has_value());
  if constexpr (!std::is_void_v<T>) return *std::move(out);
}

}  // namespace parley::base
