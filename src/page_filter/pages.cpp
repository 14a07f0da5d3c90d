// Pages: each distinct URL of an account once, which conversations saw it, and its matches at the moment it
// is new.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "page_filter/filter_state.hpp"
#include "page_filter/matcher_cache.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::page_filter {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_page(
    "SELECT page_id FROM page WHERE sid = ?1 AND url = ?2",
    "SELECT page_id FROM page WHERE sid = ?1 AND url_digest = sha256(convert_to(?2, 'UTF8')) AND url = ?2");
const store::Sql insert_page("INSERT INTO page (sid, page_id, url) VALUES (?1, ?2, ?3)");
const store::Sql insert_conversation_page(
    "INSERT INTO conversation_page (sid, conversation_id, page_id) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (sid, conversation_id, page_id) DO NOTHING");
const store::Sql select_new_pages(
    "SELECT page_id, url FROM page WHERE sid = ?1 AND page_id >= ?2 ORDER BY page_id LIMIT ?3");

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

using PageIds = std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>>;

/// What a unit knows of pages, by account.
struct UnitPages {
  std::map<std::int64_t, PageIds> known;
  std::size_t known_bytes = 0;
  /// Ids ascend, so the unit's new pages are those from this one on.
  std::map<std::int64_t, std::int64_t> first_new;

  void remember(std::int64_t sid, std::string_view url, std::int64_t page_id) {
    if (known_bytes >= limits::page_cache_bytes) {
      known.clear();
      known_bytes = 0;
    }
    known[sid].emplace(url, page_id);
    known_bytes += url.size() + sizeof(PageIds::value_type);
  }
};

/// The page's number, given now if the page is new.
Task<Result<std::int64_t>> page_id_of(store::WriteUnit& unit, std::int64_t sid, std::string_view url) {
  auto& pages = unit.attachment<UnitPages>();
  const auto& known = pages.known[sid];
  const auto found = known.find(url);
  if (found != known.end()) co_return found->second;
  std::int64_t page_id = 0;
  PARLEY_CO_TRY(co_await unit.query(select_page, bind(sid, url),
                                    [&page_id](const Row& row) { page_id = row.integer(0); }));
  if (page_id == 0) {
    PARLEY_CO_TRY_ASSIGN(page_id, co_await account::next_id(unit, sid, account::Counter::page));
    PARLEY_CO_TRY(co_await unit.execute(insert_page, bind(sid, page_id, url)));
    pages.first_new.emplace(sid, page_id);
  }
  pages.remember(sid, url, page_id);
  co_return page_id;
}

/// A pattern that new pages are matched against, and the matches it feeds.
struct LiveMatcher {
  std::int64_t filter_id;
  std::int64_t generation;
  std::shared_ptr<const Matcher> matcher;
};

void add_live(std::vector<LiveMatcher>& live, std::int64_t filter_id, std::int64_t generation, MatchType type,
              std::string_view pattern) {
  if (generation == 0) return;
  auto matcher = compiled_matcher(type, pattern);
  // A stored pattern that compiles no more (RE2 changed its mind) matches nothing: no visitor's message is
  // held up.
  if (matcher) live.push_back({filter_id, generation, *std::move(matcher)});
}

/// Both the served and the building generation: so the one answers rightly now, and the other will.
Task<Result<std::vector<LiveMatcher>>> live_matchers(store::Unit& unit, std::int64_t sid) {
  PARLEY_CO_TRY_ASSIGN(const std::vector<FilterState> states, co_await load_filters(unit, sid));
  std::vector<LiveMatcher> live;
  for (const FilterState& state : states) {
    const PageFilter& filter = state.filter;
    add_live(live, filter.filter_id, state.served_generation, state.served_type, state.served_pattern);
    add_live(live, filter.filter_id, state.building_generation, filter.match_type, filter.pattern);
  }
  co_return live;
}

Task<Result<>> match_pages_from(store::WriteUnit& unit, std::int64_t sid, std::int64_t first_page_id) {
  PARLEY_CO_TRY_ASSIGN(const std::vector<LiveMatcher> live, co_await live_matchers(unit, sid));
  if (live.empty()) co_return Result<>{};
  std::vector<std::pair<const LiveMatcher*, std::int64_t>> matches;
  std::int64_t next = first_page_id;
  int looked_at = limits::rows_per_batch;
  while (looked_at == limits::rows_per_batch) {
    looked_at = 0;
    matches.clear();
    PARLEY_CO_TRY(
        co_await unit.query(select_new_pages, bind(sid, next, limits::rows_per_batch), [&](const Row& row) {
          ++looked_at;
          next = row.integer(0) + 1;
          for (const LiveMatcher& one : live) {
            if (one.matcher->matches(row.text(1))) matches.emplace_back(&one, row.integer(0));
          }
        }));
    for (const auto& [one, page_id] : matches) {
      PARLEY_CO_TRY(co_await add_match(unit, sid, one->filter_id, one->generation, page_id));
    }
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<>> record_page(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                           std::string_view url) {
  if (url.empty()) co_return Result<>{};
  if (url.size() > limits::url_bytes) {
    co_return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("a page's address is {} bytes long; it takes at most {}", url.size(), limits::url_bytes));
  }
  PARLEY_CO_TRY_ASSIGN(const std::int64_t page_id, co_await page_id_of(unit, sid, url));
  PARLEY_CO_TRY(co_await unit.execute(insert_conversation_page, bind(sid, conversation_id, page_id)));
  co_return Result<>{};
}

Task<Result<>> match_new_pages(store::WriteUnit& unit) {
  auto& first_new = unit.attachment<UnitPages>().first_new;
  for (const auto& [sid, first_page_id] : first_new) {
    PARLEY_CO_TRY(co_await match_pages_from(unit, sid, first_page_id));
  }
  first_new.clear();
  co_return Result<>{};
}

}  // namespace parley::page_filter
