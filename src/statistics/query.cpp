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

#define PARLEY_FACT_COLUMNS                                                                      \
  "SELECT chat_id, conversation_id, started_at, agent_id, agent_name, agent_email, referral, "   \
  "search_engine, "                                                                              \
  "exit_page, browser, os, city, country, labels, tags, duration_ms, rating, response_time_ms, " \
  "updated_at FROM chat_fact "

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

const store::Sql select_by_update(PARLEY_FACT_COLUMNS
                                  "WHERE sid = ?1 AND (updated_at, chat_id) > (?2, ?3) AND updated_at < ?4 "
                                  "ORDER BY updated_at, chat_id LIMIT ?5");

#undef PARLEY_FACT_COLUMNS

/// A row as the store has it, texts still numbers.
struct Candidate {
  FactRow row{};
  std::string channel;
  std::array<std::int64_t, 9> texts{};
  std::optional<std::int64_t> agent_name;
  std::optional<std::int64_t> agent_email;
};

void read_candidate(Candidate& found, const Row& row, bool by_update) {
  found.row.chat_id = row.integer(0);
  found.channel = row.text(1);
  found.row.started_at = row.timestamp(2);
  found.row.place = {by_update ? row.timestamp(18) : found.row.started_at, found.row.chat_id};
  found.row.agent_id = row.optional_integer(3);
  found.agent_name = row.optional_integer(4);
  found.agent_email = row.optional_integer(5);
  for (int i = 0; i < 9; ++i) found.texts[static_cast<std::size_t>(i)] = row.integer(6 + i);
  found.row.duration_ms = row.optional_integer(15);
  found.row.rating = row.optional_integer(16);
  found.row.response_time_ms = row.optional_integer(17);
}

/// The next rows by the narrowest index that the query allows, at most so many.
Task<Result<std::vector<Candidate>>> next_candidates(store::Unit& unit, const Query& query,
                                                     const Position& from, int most) {
  std::vector<Candidate> found;
  found.reserve(static_cast<std::size_t>(most));
  const auto take = [&](const Row& row) {
    read_candidate(found.emplace_back(), row, query.updated.has_value());
    if (!query.last || found.back().row.place <= *query.last) return true;
    found.pop_back();
    return false;
  };
  if (query.updated) {
    PARLEY_CO_TRY(co_await unit.query(
        select_by_update, bind(query.sid, from.started_at, from.chat_id, query.updated->until, most), take));
  } else if (query.channels && query.channels->size() == 1) {
    PARLEY_CO_TRY(co_await unit.query(
        select_by_channel,
        bind(query.sid, from.started_at, from.chat_id, query.to, most, query.channels->front()), take));
  } else if (query.agent_ids && query.agent_ids->size() == 1) {
    PARLEY_CO_TRY(co_await unit.query(
        select_by_agent,
        bind(query.sid, from.started_at, from.chat_id, query.to, most, query.agent_ids->front()), take));
  } else {
    PARLEY_CO_TRY(co_await unit.query(select_by_start,
                                      bind(query.sid, from.started_at, from.chat_id, query.to, most), take));
  }
  co_return found;
}

bool fits_span_and_sets(const Query& query, const Candidate& candidate) {
  if (candidate.row.started_at < query.from || candidate.row.started_at > query.to) return false;
  if (query.agent_ids) {
    if (!candidate.row.agent_id) return false;
    if (!std::binary_search(query.agent_ids->begin(), query.agent_ids->end(), *candidate.row.agent_id))
      return false;
  }
  return !query.channels ||
         std::binary_search(query.channels->begin(), query.channels->end(), candidate.channel);
}

Task<Result<bool>> fits(store::Unit& unit, const Query& query, const Candidate& candidate) {
  const bool is_in_sets = fits_span_and_sets(query, candidate);
  if (!is_in_sets || !query.page_filter_ids) return Task<Result<bool>>::ready(is_in_sets);
  return page_filter::conversation_matches(unit, query.sid, candidate.channel, *query.page_filter_ids);
}

using Texts = std::array<std::string_view*, 9>;

/// Where the texts of a row go, in the order of `Candidate::texts`.
Texts places_of(FactRow& row) {
  return {&row.referral, &row.search_engine, &row.exit_page, &row.browser, &row.os,
          &row.city,     &row.country,       &row.labels,    &row.tags};
}

/// Fills in the texts if all of them are cached, as those of most rows are; else the row is half filled.
bool fill_known(const Dictionary& texts, Candidate& candidate) {
  FactRow& row = candidate.row;
  const Texts places = places_of(row);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto text = texts.known(candidate.texts[i]);
    if (!text) return false;
    *places[i] = *text;
  }
  if (candidate.agent_name) row.agent_name = texts.known(*candidate.agent_name);
  if (candidate.agent_email) row.agent_email = texts.known(*candidate.agent_email);
  return row.agent_name.has_value() == candidate.agent_name.has_value() &&
         row.agent_email.has_value() == candidate.agent_email.has_value();
}

/// Reads what of the texts is not cached.
Task<Result<>> fill_texts(store::Unit& unit, Dictionary& texts, Candidate& candidate) {
  FactRow& row = candidate.row;
  const Texts places = places_of(row);
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

Task<Result<bool>> give_new_row(store::Unit& unit, Dictionary& texts, Candidate& candidate,
                                const std::function<bool(const FactRow&)>& take) {
  PARLEY_CO_TRY(co_await fill_texts(unit, texts, candidate));
  co_return take(candidate.row);
}

/// Gives a row with its texts; whether it was taken. Costs no coroutine where they are cached.
Task<Result<bool>> give_row(store::Unit& unit, Dictionary& texts, Candidate& candidate,
                            const std::function<bool(const FactRow&)>& take) {
  candidate.row.channel = candidate.channel;
  if (!fill_known(texts, candidate)) return give_new_row(unit, texts, candidate, take);
  return Task<Result<bool>>::ready(take(candidate.row));
}

/// Hands the next rows that the query's filters let through to `give`, whose task says whether it took the
/// row.
template <typename Give>
Task<Result<bool>> walk(store::Unit& unit, const Query& query, std::optional<Position>& position,
                        int wanted_rows, Give give) {
  if ((query.agent_ids && query.agent_ids->empty()) || (query.channels && query.channels->empty()))
    co_return false;
  if (!position) position = Position{query.updated ? query.updated->from : query.from, -1};
  for (int looked_at = 0; looked_at < limits::rows_per_batch;) {
    const int most = std::clamp(wanted_rows, 1, limits::rows_per_batch - looked_at);
    PARLEY_CO_TRY_ASSIGN(auto candidates, co_await next_candidates(unit, query, *position, most));
    for (Candidate& candidate : candidates) {
      PARLEY_CO_TRY_ASSIGN(const bool is_asked_for, co_await fits(unit, query, candidate));
      if (is_asked_for) {
        PARLEY_CO_TRY_ASSIGN(const bool is_taken, co_await give(candidate));
        if (!is_taken) co_return true;
      }
      position = candidate.row.place;
    }
    if (candidates.size() < static_cast<std::size_t>(most)) co_return false;
    looked_at += most;
  }
  co_return true;
}

}  // namespace

Task<Result<bool>> batch(store::Unit& unit, const Query& query, Dictionary& texts,
                         std::optional<Position>& position, int wanted_rows,
                         std::function<bool(const FactRow&)> row) {
  const auto give = [&](Candidate& candidate) { return give_row(unit, texts, candidate, row); };
  co_return co_await walk(unit, query, position, wanted_rows, give);
}

std::array<const store::Sql*, 4> fact_statements() {
  return {&select_by_start, &select_by_agent, &select_by_channel, &select_by_update};
}

Task<Result<bool>> place_batch(store::Unit& unit, const Query& query, std::optional<Position>& position,
                               int wanted_rows, std::function<bool(const Position&)> row) {
  const auto give = [&row](const Candidate& candidate) {
    return Task<Result<bool>>::ready(row(candidate.row.place));
  };
  co_return co_await walk(unit, query, position, wanted_rows, give);
}

}  // namespace parley::statistics
