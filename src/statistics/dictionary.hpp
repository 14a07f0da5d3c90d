#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

namespace parley::statistics {

/// Texts of an account by number, cached while answers are made. Bounded where its users say `make_room`:
/// when limits::dictionary_cache_bytes are reached it starts anew. Used by one thread at a time.
class Dictionary {
 public:
  explicit Dictionary(std::int64_t sid) noexcept : sid_(sid) {}

  /// The text of a number if it is cached. The view lives until the next `make_room` or `clear`.
  [[nodiscard]] std::optional<std::string_view> known(std::int64_t text_id) const noexcept {
    if (text_id == 0) return std::string_view();
    if (slots_.empty()) return std::nullopt;
    for (std::size_t at = place_of(text_id);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.text_id == text_id) return slot.text;
      if (slot.text_id == 0) return std::nullopt;
    }
  }

  /// The text of a number; number 0 is the empty text. The view lives as that of `known`. Error: internal for
  /// a number the store does not know.
  base::Task<base::Result<std::string_view>> text(store::Unit& unit, std::int64_t text_id);

  /// Whether the cache is over its bound.
  [[nodiscard]] bool is_full() const noexcept;

  /// Drops everything if it is. Between batches, when no view is in use.
  void make_room();

  /// Drops everything, and the memory with it.
  void clear() noexcept;

 private:
  /// A place of the table; free where the number is 0.
  struct Slot {
    std::int64_t text_id = 0;
    std::string_view text;
  };

  /// Where a number's search begins. The table's size is a power of two.
  [[nodiscard]] std::size_t place_of(std::int64_t text_id) const noexcept {
    return (static_cast<std::size_t>(text_id) * 0x9E3779B97F4A7C15ULL >> 32U) & (slots_.size() - 1);
  }
  [[nodiscard]] Slot& free_slot(std::int64_t text_id) noexcept;
  void keep(std::int64_t text_id, std::string_view text);

  std::int64_t sid_;
  std::size_t bytes_ = 0;
  std::vector<Slot> slots_;        // at most half of them taken
  std::deque<std::string> texts_;  // what the slots name
};

/// The dictionary that all answers of an account on this thread share: a number keeps its text as long as the
/// account is there, and one that comes again under the same sid was created later. Bounded like the others,
/// and by limits::shared_dictionaries of them; who holds one that has made room for another keeps it to
/// himself. Ask again for each batch.
[[nodiscard]] std::shared_ptr<Dictionary> shared_dictionary(std::int64_t sid,
                                                            base::Timestamp account_created_at);

/// The number of a text, made if it is new. Number 0 is the empty text.
base::Task<base::Result<std::int64_t>> text_id(store::WriteUnit& unit, std::int64_t sid,
                                               std::string_view text);

}  // namespace parley::statistics
