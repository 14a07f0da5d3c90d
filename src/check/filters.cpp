// Page filters: their rows, and every match decided anew from pattern and page.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "check/parts.hpp"
#include "page_filter/matcher_cache.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::check {

namespace {

using base::Result;
using base::Task;
using page_filter::Matcher;
using store::bind;
using store::Row;

const store::Sql select_filters(
    "SELECT filter_id, pattern, match_type, served_generation, served_pattern, served_match_type, "
    "building_generation, "
    "built_up_to_page_id FROM page_filter WHERE sid = ?1 ORDER BY filter_id");
const store::Sql select_generations(
    "SELECT filter_id, generation, count(*) FROM page_filter_match WHERE sid = ?1 GROUP BY filter_id, "
    "generation ORDER BY filter_id, generation");
const store::Sql select_pages(
    "SELECT page_id, url FROM page WHERE sid = ?1 AND page_id >= ?2 ORDER BY page_id LIMIT ?3");
const store::Sql select_matches(
    "SELECT page_id FROM page_filter_match WHERE sid = ?1 AND filter_id = ?2 AND generation = ?3 AND page_id "
    ">= ?4 "
    "AND page_id <= ?5 ORDER BY page_id");
const store::Sql select_page_run_end(
    "SELECT page_id FROM page WHERE sid = ?1 AND page_id >= ?2 ORDER BY page_id LIMIT 1 OFFSET ?3");
const store::Sql select_unused_pages(
    "SELECT p.page_id FROM page p WHERE p.sid = ?1 AND p.page_id >= ?2 AND p.page_id <= ?3 AND p.page_id NOT "
    "IN "
    "(SELECT page_id FROM conversation_page WHERE sid = ?1 AND page_id >= ?2 AND page_id <= ?3) "
    "ORDER BY p.page_id");

constexpr auto last_id = std::numeric_limits<std::int64_t>::max();

/// A filter's row, read without trusting it.
struct FilterRow {
  std::int64_t filter_id = 0;
  std::shared_ptr<const Matcher> matcher;         ///< Of its own pattern; null if it does not compile.
  std::shared_ptr<const Matcher> served_matcher;  ///< Likewise of the served one.
  bool is_served_own = false;                     ///< The served pattern is its own.
  std::int64_t served_generation = 0;
  std::int64_t building_generation = 0;
  std::int64_t built_up_to_page_id = 0;
};

std::shared_ptr<const Matcher> compile(std::string_view type_name, std::string_view pattern) {
  const auto type = page_filter::parse_match_type(type_name);
  if (!type) return nullptr;
  auto matcher = page_filter::compiled_matcher(*type, pattern);
  return matcher ? *std::move(matcher) : nullptr;
}

Task<Result<std::vector<FilterRow>>> read_filters(store::Unit& unit, std::int64_t sid) {
  std::vector<FilterRow> filters;
  PARLEY_CO_TRY(co_await unit.query(select_filters, bind(sid), [&filters](const Row& row) {
    FilterRow& filter = filters.emplace_back();
    filter.filter_id = row.integer(0);
    filter.matcher = compile(row.text(2), row.text(1));
    filter.served_generation = row.integer(3);
    filter.served_matcher = compile(row.text(5), row.text(4));
    filter.is_served_own = row.text(1) == row.text(4) && row.text(2) == row.text(5);
    filter.building_generation = row.integer(6);
    filter.built_up_to_page_id = row.integer(7);
  }));
  co_return filters;
}

bool is_good(const FilterRow& filter) {
  const bool is_building = filter.building_generation != 0;
  const bool is_in_order = is_building ? filter.building_generation > filter.served_generation
                                       : filter.served_generation > 0 && filter.is_served_own;
  return filter.filter_id >= 1 && filter.filter_id < limits::id_end && filter.matcher &&
         filter.served_matcher && filter.served_generation >= 0 && filter.built_up_to_page_id >= 0 &&
         is_in_order;
}

/// A run of pages with what one snapshot holds of them.
struct PageRun {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::vector<std::pair<std::int64_t, std::string>> pages;
};

/// A generation whose matches are compared: all of them up to `whole_up_to`, beyond it only that none is
/// wrong.
struct Generation {
  std::int64_t filter_id = 0;
  std::int64_t number = 0;
  std::shared_ptr<const Matcher> matcher;
  std::int64_t whole_up_to = 0;
};

std::vector<Generation> live_generations(const std::vector<FilterRow>& filters) {
  std::vector<Generation> live;
  for (const FilterRow& filter : filters) {
    if (filter.served_generation > 0 && filter.served_matcher) {
      live.push_back({filter.filter_id, filter.served_generation, filter.served_matcher, last_id});
    }
    if (filter.building_generation > 0 && filter.matcher) {
      live.push_back(
          {filter.filter_id, filter.building_generation, filter.matcher, filter.built_up_to_page_id});
    }
  }
  return live;
}

Task<Result<>> compare_matches(store::Unit& unit, std::int64_t sid, const Generation& generation,
                               const PageRun& run, Report& report) {
  std::vector<std::int64_t> stored;
  PARLEY_CO_TRY(co_await unit.query(select_matches,
                                    bind(sid, generation.filter_id, generation.number, run.from, run.to),
                                    [&stored](const Row& row) { stored.push_back(row.integer(0)); }));
  const auto add = [&](Claim claim, std::int64_t page_id) {
    report.add(claim, sid, "page_filter_match",
               fmt::format("{}/{}/{}", generation.filter_id, generation.number, page_id));
  };
  auto next = stored.begin();
  for (const auto& [page_id, url] : run.pages) {
    for (; next != stored.end() && *next < page_id; ++next) add(Claim::match_surplus, *next);
    const bool is_stored = next != stored.end() && *next == page_id;
    if (is_stored) ++next;
    const bool matches = generation.matcher->matches(url);
    if (is_stored && !matches) add(Claim::match_surplus, page_id);
    if (!is_stored && matches && page_id <= generation.whole_up_to) add(Claim::match_missing, page_id);
  }
  for (; next != stored.end(); ++next) add(Claim::match_surplus, *next);
  co_return Result<>{};
}

}  // namespace

Task<Result<>> check_filters(store::Unit& unit, std::int64_t sid, Report& report) {
  PARLEY_CO_TRY_ASSIGN(const auto filters, co_await read_filters(unit, sid));
  for (const FilterRow& filter : filters) {
    const std::string key = fmt::to_string(filter.filter_id);
    if (!is_good(filter)) report.add(Claim::page_filter_row, sid, "page_filter", key);
    if (filter.building_generation > 0) report.add(Claim::page_filter_building, sid, "page_filter", key);
  }
  PARLEY_CO_TRY(co_await unit.query(select_generations, bind(sid), [&](const Row& row) {
    const bool is_live = std::ranges::any_of(filters, [&row](const FilterRow& filter) {
      return filter.filter_id == row.integer(0) &&
             (filter.served_generation == row.integer(1) || filter.building_generation == row.integer(1));
    });
    if (is_live) return;
    report.add(Claim::match_stale, sid, "page_filter_match",
               fmt::format("{}/{}", row.integer(0), row.integer(1)),
               fmt::format("{} matches", row.integer(2)));
  }));
  co_return Result<>{};
}

Task<Result<bool>> check_matches(store::Unit& unit, std::int64_t sid, std::int64_t& from, Report& report) {
  PARLEY_CO_TRY_ASSIGN(const auto filters, co_await read_filters(unit, sid));
  const std::vector<Generation> live = live_generations(filters);
  if (live.empty()) co_return false;
  PageRun run;
  run.from = from;
  PARLEY_CO_TRY(
      co_await unit.query(select_pages, bind(sid, from, limits::page_filter_slice_pages),
                          [&run](const Row& row) { run.pages.emplace_back(row.integer(0), row.text(1)); }));
  const bool is_last = run.pages.size() < static_cast<std::size_t>(limits::page_filter_slice_pages);
  // The last run reaches to the end, so that matches of pages beyond it are seen.
  run.to = is_last ? last_id : run.pages.back().first;
  for (const Generation& generation : live) {
    PARLEY_CO_TRY(co_await compare_matches(unit, sid, generation, run, report));
  }
  from = is_last ? last_id : run.to + 1;
  co_return !is_last;
}

Task<Result<bool>> check_used_pages(store::Unit& unit, std::int64_t sid, std::int64_t& from, Report& report) {
  std::int64_t to = last_id;
  PARLEY_CO_TRY(co_await unit.query(select_page_run_end, bind(sid, from, limits::check_pages),
                                    [&to](const Row& row) { to = row.integer(0); }));
  PARLEY_CO_TRY(co_await unit.query(select_unused_pages, bind(sid, from, to), [&](const Row& row) {
    report.add(Claim::page_used, sid, "page", fmt::to_string(row.integer(0)));
  }));
  if (to == last_id) co_return false;
  from = to + 1;
  co_return true;
}

}  // namespace parley::check
