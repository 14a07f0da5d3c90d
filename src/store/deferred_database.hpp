#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "store/database.hpp"

namespace parley::store {

/// A store for tests, around another: every unit starts and completes on a later turn of its asker's
/// scheduler, and so does every statement of a read unit; those that wait together go on in an order shuffled
/// by a seed. Faults of order and lifetime that only a remote database would show, show here.
class DeferredDatabase final : public Database {
 public:
  /// Owns `inner`. One scheduler's order depends on `seed` and on what it asked alone.
  DeferredDatabase(std::unique_ptr<Database> inner, std::uint64_t seed);
  ~DeferredDatabase() override;

  base::Task<base::Result<>> read(ReadBody body) override;
  base::Task<base::Result<>> write(Priority priority, WriteBody body) override;
  void set_hooks(std::vector<Hook> hooks) override;
  [[nodiscard]] std::optional<std::uint64_t> generation() const noexcept override {
    return inner_->generation();
  }
  [[nodiscard]] SideFiles& files() noexcept override { return inner_->files(); }

  /// The store that it is around.
  [[nodiscard]] const Database& inner() const noexcept { return *inner_; }

  /// Those that wait for a turn of one scheduler.
  class Turns;

 private:
  [[nodiscard]] std::shared_ptr<Turns> turns();

  std::unique_ptr<Database> inner_;
  const std::uint64_t seed_;
  std::mutex mutex_;
  std::map<base::Scheduler*, std::shared_ptr<Turns>> turns_;
};

}  // namespace parley::store
