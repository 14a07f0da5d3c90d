#include "base/worker_pool.hpp"

#include "base/thread_priority.hpp"

namespace parley::base {

namespace {

/// How far below others the threads stand, of 19: who asks for something short comes first.
constexpr int niceness = 5;

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t waiting) : most_waiting_(waiting), idle_(threads) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::post(Work work) {
  const std::lock_guard lock(mutex_);
  if (stopping_.stop_requested() || waiting_.size() >= most_waiting_ + idle_) return false;
  waiting_.push_back(std::move(work));
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_.request_stop()) return;
    wake_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run() {
  lower_priority(niceness);
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return !waiting_.empty() || stopping_.stop_requested(); });
    if (waiting_.empty()) return;
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    --idle_;
    lock.unlock();
    work(stopping_.get_token());
    work = nullptr;
    lock.lock();
    ++idle_;
  }
}

}  // namespace parley::base
