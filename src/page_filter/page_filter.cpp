#include "page_filter/page_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "page_filter/filter_state.hpp"

namespace parley::page_filter {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_filters(
    "SELECT filter_id, name, pattern, match_type, served_generation, served_pattern, served_match_type, "
    "building_generation, built_up_to_page_id FROM page_filter WHERE sid = ?1 ORDER BY filter_id");
const store::Sql upsert_filter(
    "INSERT INTO page_filter (sid, filter_id, name, pattern, match_type, served_generation, served_pattern, "
    "served_match_type, building_generation, built_up_to_page_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
    "?9, ?10) "
    "ON CONFLICT (sid, filter_id) DO UPDATE SET name = excluded.name, pattern = excluded.pattern, "
    "match_type = excluded.match_type, served_generation = excluded.served_generation, "
    "served_pattern = excluded.served_pattern, served_match_type = excluded.served_match_type, "
    "building_generation = excluded.building_generation, built_up_to_page_id = excluded.built_up_to_page_id");
const store::Sql insert_match(
    "INSERT INTO page_filter_match (sid, filter_id, generation, page_id) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (sid, filter_id, generation, page_id) DO NOTHING");
const store::Sql delete_filter("DELETE FROM page_filter WHERE sid = ?1 AND filter_id = ?2");
const store::Sql select_last_generation(
    "SELECT coalesce(max(generation), 0) FROM page_filter_match WHERE sid = ?1 AND filter_id = ?2");
const store::Sql select_any_page("SELECT page_id FROM page WHERE sid = ?1 ORDER BY page_id LIMIT 1");

void touch(store::WriteUnit& unit, std::int64_t sid, std::int64_t filter_id, change::Action action) {
  change::touch(unit, {sid, {}, change::Kind::page_filter, std::to_string(filter_id), action});
}

Result<> check_filter(const PageFilter& filter) {
  if (filter.filter_id < 0 || filter.filter_id >= limits::id_end) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("page filter id is {}; it takes 1 to 2^53-1", filter.filter_id));
  }
  if (filter.name.size() > limits::short_text_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("searchName is {} bytes long; it takes at most {}", filter.name.size(),
                                  limits::short_text_bytes));
  }
  PARLEY_TRY(Matcher::compile(filter.match_type, filter.pattern));
  return {};
}

/// Decides how the new pattern of `state.filter` comes to answer: at once where there is nothing to match yet
/// or where the served matches are of this very pattern, else by being built.
Task<Result<>> begin_building(store::WriteUnit& unit, std::int64_t sid, FilterState& state) {
  const PageFilter& filter = state.filter;
  const bool is_served = state.served_generation > 0 && state.served_pattern == filter.pattern &&
                         state.served_type == filter.match_type;
  std::int64_t last_generation = std::max(state.served_generation, state.building_generation);
  state.building_generation = 0;
  state.built_up_to_page_id = 0;
  if (is_served) co_return Result<>{};
  // Matches of earlier generations may still wait to be deleted, also of a removed filter of the same id.
  PARLEY_CO_TRY(co_await unit.query(select_last_generation, bind(sid, filter.filter_id), [&](const Row& row) {
    last_generation = std::max(last_generation, row.integer(0));
  }));
  bool has_pages = false;
  PARLEY_CO_TRY(
      co_await unit.query(select_any_page, bind(sid), [&has_pages](const Row&) { has_pages = true; }));
  if (has_pages) {
    state.building_generation = last_generation + 1;
    co_return Result<>{};
  }
  state.served_generation = last_generation + 1;
  state.served_pattern = filter.pattern;
  state.served_type = filter.match_type;
  co_return Result<>{};
}

}  // namespace

Task<Result<std::vector<FilterState>>> load_filters(store::Unit& unit, std::int64_t sid) {
  std::vector<FilterState> found;
  bool is_readable = true;
  PARLEY_CO_TRY(co_await unit.query(select_filters, bind(sid), [&](const Row& row) {
    FilterState& state = found.emplace_back();
    const auto type = parse_match_type(row.text(3));
    const auto served_type = parse_match_type(row.text(6));
    is_readable = is_readable && type && served_type;
    state.filter = {row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                    type.value_or(MatchType::like)};
    state.served_generation = row.integer(4);
    state.served_pattern = row.text(5);
    state.served_type = served_type.value_or(MatchType::like);
    state.building_generation = row.integer(7);
    state.built_up_to_page_id = row.integer(8);
  }));
  if (!is_readable) {
    co_return base::fail(ErrorCode::internal, "the page filters cannot be read",
                         fmt::format("account {}: a page filter's match type is unknown", sid));
  }
  co_return found;
}

Task<Result<>> save_filter(store::WriteUnit& unit, std::int64_t sid, const FilterState& state) {
  const PageFilter& filter = state.filter;
  PARLEY_CO_TRY(co_await unit.execute(
      upsert_filter, bind(sid, filter.filter_id, filter.name, filter.pattern, name_of(filter.match_type),
                          state.served_generation, state.served_pattern, name_of(state.served_type),
                          state.building_generation, state.built_up_to_page_id)));
  co_return Result<>{};
}

Task<Result<>> add_match(store::WriteUnit& unit, std::int64_t sid, std::int64_t filter_id,
                         std::int64_t generation, std::int64_t page_id) {
  PARLEY_CO_TRY(co_await unit.execute(insert_match, bind(sid, filter_id, generation, page_id)));
  co_return Result<>{};
}

Task<Result<std::vector<PageFilter>>> list(store::Unit& unit, std::int64_t sid) {
  PARLEY_CO_TRY_ASSIGN(std::vector<FilterState> states, co_await load_filters(unit, sid));
  std::vector<PageFilter> filters;
  filters.reserve(states.size());
  for (FilterState& state : states) filters.push_back(std::move(state.filter));
  co_return filters;
}

Task<Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, PageFilter filter) {
  PARLEY_CO_TRY(check_filter(filter));
  PARLEY_CO_TRY_ASSIGN(const std::vector<FilterState> states, co_await load_filters(unit, sid));
  const auto known = std::ranges::find_if(
      states, [&filter](const FilterState& state) { return state.filter.filter_id == filter.filter_id; });
  const bool is_known = known != states.end();
  if (is_known && known->filter == filter) co_return false;
  if (!is_known && states.size() >= limits::page_filters_per_account) {
    co_return base::fail(ErrorCode::too_large, fmt::format("an account takes at most {} page filters",
                                                           limits::page_filters_per_account));
  }
  if (filter.filter_id == 0) {
    PARLEY_CO_TRY_ASSIGN(filter.filter_id,
                         co_await account::next_id(unit, sid, account::Counter::page_filter));
  } else {
    PARLEY_CO_TRY(co_await account::keep_above(unit, sid, account::Counter::page_filter, filter.filter_id));
  }
  FilterState state = is_known ? *known : FilterState{};
  const bool is_other_pattern =
      !is_known || filter.pattern != known->filter.pattern || filter.match_type != known->filter.match_type;
  state.filter = std::move(filter);
  if (is_other_pattern) {
    PARLEY_CO_TRY(co_await begin_building(unit, sid, state));
  }
  PARLEY_CO_TRY(co_await save_filter(unit, sid, state));
  touch(unit, sid, state.filter.filter_id, is_known ? change::Action::updated : change::Action::created);
  co_return true;
}

Task<Result<>> remove(store::WriteUnit& unit, std::int64_t sid, std::int64_t filter_id) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t changed,
                       co_await unit.execute(delete_filter, bind(sid, filter_id)));
  if (changed == 0) {
    co_return base::fail(ErrorCode::not_found,
                         fmt::format("account {} has no page filter {}", sid, filter_id));
  }
  touch(unit, sid, filter_id, change::Action::removed);
  co_return Result<>{};
}

}  // namespace parley::page_filter
