#include "statistics/query.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.hpp"
#include "page_filter/conversation_match.hpp"

namespace parley::statistics {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

#define PARLEY_FACT_COLUMNS                                                                          \
  "SELECT chat_id, conversation_id, started_at, agent_id, agent_name, agent_email, referral, "       \
  "search_engine, "                                                                                  \
  "exit_page, browser, os, city, country, labels, tags, duration_ms, rating, response_time_ms FROM " \
  "chat_fact "

const store::Sql select_by_start(PARLEY_FACT_COLUMNS
                                 "WHERE sid = ?1 AND (started_at, chat_id) > (?2, ?3) AND started_at <= ?4 "
                                 "ORDER BY started_at, chat_id LIMIT ?5");
const store::Sql select_by_agent(
    PARLEY_FACT_COLUMNS
    "WHERE sid = ?1 AND agent_id = ?6 AND (started_at, chat_id) > (?2, ?3) AND started_at <= ?4 "
    "ORDER BY started_at, chat_id LIMIT ?5");
const store::Sql select_by_channel(
    PARLEY_FACT_COLUMNS
    "WHERE sid = ?1 AND conversation_id = ?6 AND (started_at, chat_id) > (?2, ?3) AND started_at <= ?4 "
    "ORDER BY started_at, chat_id LIMIT ?5");

#undef PARLEY_FACT_COLUMNS

/// A row as the store has it, texts still numbers.
struct Candidate {
  FactRow row;
  std::string channel;
  std::array<std::int64_t, 9> texts;
  std::optional<std::int64_t> agent_name;
  std::optional<std::int64_t> agent_email;
};

Candidate read_candidate(const Row& row) {
  Candidate found{};
  found.row.chat_id = row.integer(0);
  found.channel = row.text(1);
  found.row.started_at = row.timestamp(2);
  found.row.agent_id = row.optional_integer(3);
  found.agent_name = row.optional_integer(4);
  found.agent_email = row.optional_integer(5);
  for (int i = 0; i < 9; ++i) found.texts[static_cast<std::size_t>(i)] = row.integer(6 + i);
  found.row.duration_ms = row.optional_integer(15);
  found.row.rating = row.optional_integer(16);
  found.row.response_time_ms = row.optional_integer(17);
  return found;
}

/// The next rows by the narrowest index that the query allows.
Task<Result<std::vector<Candidate>>> next_candidates(store::Unit& unit, const Query& query,
                                                     const Position& from) {
  std::vector<Candidate> found;
  found.reserve(static_cast<std::size_t>(limits::rows_per_batch));
  const auto take = [&found](const Row& row) { found.push_back(read_candidate(row)); };
  if (query.channels && query.channels->size() == 1) {
    PARLEY_CO_TRY(co_await unit.query(select_by_channel,
                                      bind(query.sid, from.started_at, from.chat_id, query.to,
                                           limits::rows_per_batch, query.channels->front()),
                                      take));
  } else if (query.agent_ids && query.agent_ids->size() == 1) {
    PARLEY_CO_TRY(co_await unit.query(select_by_agent,
                                      bind(query.sid, from.started_at, from.chat_id, query.to,
                                           limits::rows_per_batch, query.agent_ids->front()),
                                      take));
  } else {
    PARLEY_CO_TRY(co_await unit.query(
        select_by_start, bind(query.sid, from.started_at, from.chat_id, query.to, limits::rows_per_batch),
        take));
  }
  co_return found;
}

bool fits_sets(const Query& query, const Candidate& candidate) {
  if (query.agent_ids) {
    if (!candidate.row.agent_id) return false;
    if (!std::binary_search(query.agent_ids->begin(), query.agent_ids->end(), *candidate.row.agent_id))
      return false;
  }
  return !query.channels ||
         std::binary_search(query.channels->begin(), query.channels->end(), candidate.channel);
}

Task<Result<>> resolve_texts(store::Unit& unit, Dictionary& texts, Candidate& candidate) {
  FactRow& row = candidate.row;
  row.channel = candidate.channel;
  const std::array<std::string_view*, 9> places = {
      &row.referral, &row.search_engine, &row.exit_page, &row.browser, &row.os,
      &row.city,     &row.country,       &row.labels,    &row.tags};
  for (std::size_t i = 0; i < places.size(); ++i) {
    PARLEY_CO_TRY_ASSIGN(*places[i], co_await texts.text(unit, candidate.texts[i]));
  }
  if (candidate.agent_name) {
    PARLEY_CO_TRY_ASSIGN(row.agent_name, co_await texts.text(unit, *candidate.agent_name));
  }
  if (candidate.agent_email) {
    PARLEY_CO_TRY_ASSIGN(row.agent_email, co_await texts.text(unit, *candidate.agent_email));
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<bool>> batch(store::Unit& unit, const Query& query, Dictionary& texts,
                         std::optional<Position>& position, std::function<void(const FactRow&)> row) {
  if ((query.agent_ids && query.agent_ids->empty()) || (query.channels && query.channels->empty()))
    co_return false;
  if (!position) position = Position{query.from, -1};
  texts.make_room();
  PARLEY_CO_TRY_ASSIGN(auto candidates, co_await next_candidates(unit, query, *position));
  for (Candidate& candidate : candidates) {
    if (!fits_sets(query, candidate)) continue;
    if (query.page_filter_ids) {
      PARLEY_CO_TRY_ASSIGN(const bool matches,
                           co_await page_filter::conversation_matches(unit, query.sid, candidate.channel,
                                                                      *query.page_filter_ids));
      if (!matches) continue;
    }
    PARLEY_CO_TRY(co_await resolve_texts(unit, texts, candidate));
    row(candidate.row);
  }
  if (!candidates.empty())
    position = Position{candidates.back().row.started_at, candidates.back().row.chat_id};
  co_return candidates.size() == static_cast<std::size_t>(limits::rows_per_batch);
}

}  // namespace parley::statistics
