#include "change/number_memory.hpp"

#include "base/limits.hpp"
#include "change/change.hpp"

namespace parley::change {

using base::Result;
using base::Task;

Task<Result<std::int64_t>> NumberMemory::last_number(std::int64_t sid) {
  const auto known = known_number(sid);
  return known ? Task<Result<std::int64_t>>::ready(*known) : look_up(sid);
}

std::optional<std::int64_t> NumberMemory::known_number(std::int64_t sid) {
  const auto generation = database_.generation();
  if (!generation) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(sid);
  if (known == known_.end() || known->second.generation != *generation) return std::nullopt;
  return known->second.number;
}

Task<Result<std::int64_t>> NumberMemory::look_up(std::int64_t sid) {
  // Taken before the read: a commit that comes in between makes what is remembered count for nothing.
  const auto generation = database_.generation();
  const auto read = [sid](store::Unit& unit) { return change::last_number(unit, sid); };
  PARLEY_CO_TRY_ASSIGN(const std::int64_t number, co_await store::read_value<std::int64_t>(database_, read));
  if (generation) remember(sid, {*generation, number});
  co_return number;
}

void NumberMemory::remember(std::int64_t sid, Known known) {
  const std::lock_guard lock(mutex_);
  // Keys are looked at first, so a crowd of real accounts at most meets the bound: one look each.
  if (known_.size() >= limits::known_change_numbers) known_.clear();
  known_[sid] = known;
}

}  // namespace parley::change
