#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "base/task.hpp"
#include "store/database.hpp"

namespace parley::statistics {

/// Texts of an account by number, cached while one answer is made. Bounded: when
/// limits::dictionary_cache_bytes are reached it starts anew. Used by one thread at a time.
class Dictionary {
 public:
  explicit Dictionary(std::int64_t sid) noexcept : sid_(sid) {}

  /// The text of a number; number 0 is the empty text. The view lives until the next `make_room`. Error:
  /// internal for a number the store does not know.
  base::Task<base::Result<std::string_view>> text(store::Unit& unit, std::int64_t text_id);

  /// Drops everything if the cache is over its bound. Between batches, when no view is in use.
  void make_room();

 private:
  std::int64_t sid_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::int64_t, std::string> texts_;
};

/// The number of a text, made if it is new. Number 0 is the empty text.
base::Task<base::Result<std::int64_t>> text_id(store::WriteUnit& unit, std::int64_t sid,
                                               std::string_view text);

}  // namespace parley::statistics
