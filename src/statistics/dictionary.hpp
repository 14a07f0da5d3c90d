#pragma once

#include <concepts>
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

/// A text on its way into a row.
struct Text {
  std::string_view text;
  /// The same with quotes around it, where that makes it a JSON string; else empty.
  std::string_view json;

  constexpr Text() = default;
  template <std::convertible_to<std::string_view> T>
  constexpr Text(const T& the_text) noexcept : text(the_text) {}
  constexpr operator std::string_view() const noexcept { return text; }

  /// Of a JSON string that has nothing escaped.
  [[nodiscard]] static constexpr Text from_json(std::string_view quoted) noexcept {
    Text made(quoted.substr(1, quoted.size() - 2));
    made.json = quoted;
    return made;
  }
};

/// Texts of an account by number, cached while answers are made. Bounded where its users say `make_room`:
/// when limits::dictionary_cache_bytes are reached it starts anew. Used by one thread at a time.
class Dictionary {
 public:
  explicit Dictionary(std::int64_t sid) noexcept : sid_(sid) {}

  /// The text of a number if it is cached, else null. It lives until the next `text`, its views until the
  /// next `make_room` or `clear`.
  [[nodiscard]] const Text* known(std::int64_t text_id) const noexcept {
    if (text_id == 0) return &empty_text;
    if (slots_.empty()) return nullptr;
    for (std::size_t at = place_of(text_id);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.text_id == text_id) return &slot.text;
      if (slot.text_id == 0) return nullptr;
    }
  }

  /// The text of a number; number 0 is the empty text. Its views live as those of `known`. Error: internal
  /// for a number the store does not know.
  base::Task<base::Result<Text>> text(store::Unit& unit, std::int64_t text_id);

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
    Text text;
  };

  static constexpr Text empty_text = Text::from_json("\"\"");

  /// Where a number's search begins. The table's size is a power of two.
  [[nodiscard]] std::size_t place_of(std::int64_t text_id) const noexcept {
    return (static_cast<std::size_t>(text_id) * 0x9E3779B97F4A7C15ULL >> 32U) & (slots_.size() - 1);
  }
  [[nodiscard]] Slot& free_slot(std::int64_t text_id) noexcept;
  const Text& keep(std::int64_t text_id, std::string_view text);

  std::int64_t sid_;
  std::size_t bytes_ = 0;
  std::vector<Slot> slots_;        // at most half of them taken
  std::deque<std::string> texts_;  // what the slots name, each in quotes
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
