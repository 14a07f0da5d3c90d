// Building: a changed pattern is matched against every page in slices, then takes over; what it replaced is
// deleted in slices too.

#include <algorithm>

#include "base/limits.hpp"
#include "change/change.hpp"
#include "page_filter/filter_state.hpp"
#include "page_filter/matcher_cache.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::page_filter {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_pages_after(
    "SELECT page_id, url FROM page WHERE sid = ?1 AND page_id > ?2 ORDER BY page_id LIMIT ?3");
// Not (filter_id, generation) > (?2, ?3): SQLite searches for the first match that is not below, and passes
// over those that are equal one by one, which are all of a generation.
const store::Sql select_next_generation(
    "SELECT filter_id, generation FROM ("
    "SELECT * FROM (SELECT filter_id, generation FROM page_filter_match "
    "WHERE sid = ?1 AND filter_id = ?2 AND generation > ?3 ORDER BY generation LIMIT 1) of_this "
    "UNION ALL "
    "SELECT * FROM (SELECT filter_id, generation FROM page_filter_match "
    "WHERE sid = ?1 AND filter_id > ?2 ORDER BY filter_id, generation LIMIT 1) of_others"
    ") next ORDER BY filter_id, generation LIMIT 1");
const store::Sql select_slice_end(
    "SELECT max(page_id) FROM (SELECT page_id FROM page_filter_match "
    "WHERE sid = ?1 AND filter_id = ?2 AND generation = ?3 ORDER BY page_id LIMIT ?4) slice");
const store::Sql delete_matches(
    "DELETE FROM page_filter_match WHERE sid = ?1 AND filter_id = ?2 AND generation = ?3 AND page_id <= ?4");

void serve_built(FilterState& state) {
  state.served_generation = state.building_generation;
  state.served_pattern = state.filter.pattern;
  state.served_type = state.filter.match_type;
  state.building_generation = 0;
  state.built_up_to_page_id = 0;
}

Task<Result<>> match_slice(store::WriteUnit& unit, std::int64_t sid, FilterState& state, int pages) {
  const std::int64_t filter_id = state.filter.filter_id;
  const auto matcher = compiled_matcher(state.filter.match_type, state.filter.pattern);
  std::vector<std::int64_t> matching;
  int looked_at = 0;
  PARLEY_CO_TRY(co_await unit.query(select_pages_after, bind(sid, state.built_up_to_page_id, pages),
                                    [&](const Row& row) {
                                      ++looked_at;
                                      state.built_up_to_page_id = row.integer(0);
                                      if (matcher && (*matcher)->matches(row.text(1)))
                                        matching.push_back(row.integer(0));
                                    }));
  for (const std::int64_t page_id : matching) {
    PARLEY_CO_TRY(co_await add_match(unit, sid, filter_id, state.building_generation, page_id));
  }
  if (looked_at < pages) {
    serve_built(state);
    change::touch(unit,
                  {sid, {}, change::Kind::page_filter, std::to_string(filter_id), change::Action::updated});
  }
  co_return co_await save_filter(unit, sid, state);
}

struct Generation {
  std::int64_t filter_id = 0;
  std::int64_t generation = 0;
};

bool is_live(const std::vector<FilterState>& states, const Generation& place) {
  return std::ranges::any_of(states, [&place](const FilterState& state) {
    return state.filter.filter_id == place.filter_id &&
           (state.served_generation == place.generation || state.building_generation == place.generation);
  });
}

/// The first generation that has matches and answers nothing any more.
Task<Result<std::optional<Generation>>> find_stale(store::Unit& unit, std::int64_t sid,
                                                   const std::vector<FilterState>& states) {
  Generation place;
  while (true) {
    bool is_found = false;
    PARLEY_CO_TRY(co_await unit.query(select_next_generation, bind(sid, place.filter_id, place.generation),
                                      [&](const Row& row) {
                                        is_found = true;
                                        place = {row.integer(0), row.integer(1)};
                                      }));
    if (!is_found) co_return std::optional<Generation>{};
    if (!is_live(states, place)) co_return std::optional<Generation>(place);
  }
}

/// Deletes up to `count` matches that answer nothing; false when there are none.
Task<Result<bool>> delete_slice(store::WriteUnit& unit, std::int64_t sid,
                                const std::vector<FilterState>& states, int count) {
  PARLEY_CO_TRY_ASSIGN(const std::optional<Generation> stale, co_await find_stale(unit, sid, states));
  if (!stale) co_return false;
  std::int64_t last_page_id = 0;
  PARLEY_CO_TRY(co_await unit.query(select_slice_end, bind(sid, stale->filter_id, stale->generation, count),
                                    [&last_page_id](const Row& row) { last_page_id = row.integer(0); }));
  PARLEY_CO_TRY(
      co_await unit.execute(delete_matches, bind(sid, stale->filter_id, stale->generation, last_page_id)));
  co_return true;
}

}  // namespace

const store::Sql& next_generation_statement() {
  return select_next_generation;
}

Task<Result<bool>> build_slice(store::WriteUnit& unit, std::int64_t sid, int pages) {
  PARLEY_CO_TRY_ASSIGN(std::vector<FilterState> states, co_await load_filters(unit, sid));
  const auto building =
      std::ranges::find_if(states, [](const FilterState& state) { return state.building_generation > 0; });
  if (building == states.end()) co_return co_await delete_slice(unit, sid, states, pages);
  PARLEY_CO_TRY(co_await match_slice(unit, sid, *building, pages));
  co_return true;
}

Task<Result<>> build_all(store::Database& database, std::int64_t sid) {
  bool is_more = true;
  while (is_more) {
    auto slice = [sid](store::WriteUnit& unit) {
      return build_slice(unit, sid, limits::page_filter_slice_pages);
    };
    PARLEY_CO_TRY_ASSIGN(is_more, co_await store::write_value<bool>(database, store::Priority::bulk, slice));
  }
  co_return Result<>{};
}

}  // namespace parley::page_filter
