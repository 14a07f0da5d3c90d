#include "statistics/dictionary.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"

namespace parley::statistics {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_text("SELECT text FROM dictionary WHERE sid = ?1 AND text_id = ?2");
const store::Sql select_id("SELECT text_id FROM dictionary WHERE sid = ?1 AND text = ?2");
const store::Sql insert_text("INSERT INTO dictionary (sid, text_id, text) VALUES (?1, ?2, ?3)");

/// What a text costs in the cache beside its bytes.
constexpr std::size_t entry_bytes = 64;

/// Numbers found or made in this unit: bulk units ask for the same few texts again and again.
struct Numbers {
  std::int64_t sid = -1;
  std::size_t bytes = 0;
  std::unordered_map<std::string, std::int64_t> by_text;
};

}  // namespace

Task<Result<std::string_view>> Dictionary::text(store::Unit& unit, std::int64_t text_id) {
  if (text_id == 0) co_return std::string_view();
  const auto known = texts_.find(text_id);
  if (known != texts_.end()) co_return std::string_view(known->second);
  std::optional<std::string> found;
  PARLEY_CO_TRY(co_await unit.query(select_text, bind(sid_, text_id),
                                    [&found](const Row& row) { found = std::string(row.text(0)); }));
  if (!found) {
    co_return base::fail(ErrorCode::internal, "the store is damaged",
                         fmt::format("account {}: dictionary has no text {}", sid_, text_id));
  }
  bytes_ += found->size() + entry_bytes;
  co_return std::string_view(texts_.emplace(text_id, *std::move(found)).first->second);
}

void Dictionary::make_room() {
  if (bytes_ < limits::dictionary_cache_bytes) return;
  texts_.clear();
  bytes_ = 0;
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
