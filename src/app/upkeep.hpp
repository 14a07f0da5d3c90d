#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/database.hpp"

namespace parley::app {

/// Work that nobody asks for: finishes page filters that a stop left half built, and trims change logs by
/// age. On a thread of its own, at the start and then every limits::upkeep_interval. Ends when destroyed.
class Upkeep {
 public:
  explicit Upkeep(store::Database& database);
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

 private:
  void run();
  void work_once();

  store::Database& database_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace parley::app
