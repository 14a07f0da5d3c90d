#include "statistics/dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "encoding/json_writer.hpp"

namespace parley::statistics {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_text("SELECT text FROM dictionary WHERE sid = ?1 AND text_id = ?2");
const store::Sql select_id("SELECT text_id FROM dictionary WHERE sid = ?1 AND text = ?2",
                           "SELECT text_id FROM dictionary WHERE sid = ?1 AND text_digest = "
                           "sha256(convert_to(?2, 'UTF8')) AND text = "
                           "?2");
const store::Sql insert_text("INSERT INTO dictionary (sid, text_id, text) VALUES (?1, ?2, ?3)");

/// What a text costs in the cache beside its bytes.
constexpr std::size_t entry_bytes = 96;

/// Places of a table that is begun.
constexpr std::size_t least_slots = 64;

/// Numbers found or made in this unit: bulk units ask for the same few texts again and again.
struct Numbers {
  std::int64_t sid = -1;
  std::size_t bytes = 0;
  std::unordered_map<std::string, std::int64_t> by_text;
};

}  // namespace

Task<Result<Text>> Dictionary::text(store::Unit& unit, std::int64_t text_id) {
  if (const Text* const cached = known(text_id)) co_return *cached;
  std::optional<Text> found;
  PARLEY_CO_TRY(co_await unit.query(select_text, bind(sid_, text_id),
                                    [&](const Row& row) { found = keep(text_id, row.text(0)); }));
  if (!found) {
    co_return base::fail(ErrorCode::internal, "the store is damaged",
                         fmt::format("account {}: dictionary has no text {}", sid_, text_id));
  }
  co_return *found;
}

const Text& Dictionary::keep(std::int64_t text_id, std::string_view text) {
  if (2 * (texts_.size() + 1) > slots_.size()) {
    std::vector<Slot> old(std::max(least_slots, 2 * slots_.size()));
    std::swap(old, slots_);
    for (const Slot& slot : old) {
      if (slot.text_id != 0) free_slot(slot.text_id) = slot;
    }
  }
  bytes_ += text.size() + entry_bytes;
  std::string json;
  encoding::append_json_string(json, text);
  Slot& slot = free_slot(text_id);
  slot.text_id = text_id;
  if (json.size() == text.size() + 2) {
    slot.text = Text::from_json(texts_.emplace_back(json));
  } else {
    slot.text = Text(texts_.emplace_back(text));
  }
  return slot.text;
}

Dictionary::Slot& Dictionary::free_slot(std::int64_t text_id) noexcept {
  std::size_t at = place_of(text_id);
  while (slots_[at].text_id != 0) at = (at + 1) & (slots_.size() - 1);
  return slots_[at];
}

bool Dictionary::is_full() const noexcept {
  return bytes_ >= limits::dictionary_cache_bytes;
}

void Dictionary::make_room() {
  if (is_full()) clear();
}

void Dictionary::clear() noexcept {
  slots_ = {};
  texts_.clear();
  texts_.shrink_to_fit();
  bytes_ = 0;
}

std::shared_ptr<Dictionary> shared_dictionary(std::int64_t sid, base::Timestamp account_created_at) {
  struct Entry {
    std::int64_t sid = -1;
    base::Timestamp account_created_at;
    std::shared_ptr<Dictionary> texts;
  };
  // The account asked for last comes first.
  thread_local std::array<Entry, limits::shared_dictionaries> kept;
  const auto found = std::ranges::find_if(kept, [&](const Entry& entry) {
    return entry.sid == sid && entry.account_created_at == account_created_at;
  });
  const auto place = found == kept.end() ? std::prev(kept.end()) : found;
  if (found == kept.end() || place->texts->is_full()) {
    *place = {sid, account_created_at, std::make_shared<Dictionary>(sid)};
  }
  std::rotate(kept.begin(), place, std::next(place));
  return kept.front().texts;
}

Task<Result<std::int64_t>> text_id(store::WriteUnit& unit, std::int64_t sid, std::string_view text) {
  if (text.empty()) co_return std::int64_t{0};
  auto& numbers = unit.attachment<Numbers>();
  if (numbers.sid != sid || numbers.bytes > limits::dictionary_cache_bytes) numbers = {sid, 0, {}};
  const std::string key(text);
  const auto known = numbers.by_text.find(key);
  if (known != numbers.by_text.end()) co_return known->second;
  std::int64_t id = 0;
  PARLEY_CO_TRY(
      co_await unit.query(select_id, bind(sid, text), [&id](const Row& row) { id = row.integer(0); }));
  if (id == 0) {
    PARLEY_CO_TRY_ASSIGN(id, co_await account::next_id(unit, sid, account::Counter::text));
    PARLEY_CO_TRY(co_await unit.execute(insert_text, bind(sid, id, text)));
  }
  numbers.bytes += key.size() + entry_bytes;
  numbers.by_text.emplace(key, id);
  co_return id;
}

}  // namespace parley::statistics
