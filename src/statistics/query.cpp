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

#define PARLEY_FACT_COLUMNS "SELECT chat_id, conversation_id, started_at, packed"

const store::Sql select_by_start(PARLEY_FACT_COLUMNS
                                 " FROM chat_fact "
                                 "WHERE sid = ?1 AND (started_at, chat_id) > (?2, ?3) AND started_at <= ?4 "
                                 "ORDER BY started_at, chat_id LIMIT ?5");
// Written as stretches of their indexes: with a plain `agent_id = ?6` SQLite goes through the whole span of
// the table, because that is in order too.
const store::Sql select_by_agent(
    PARLEY_FACT_COLUMNS
    " FROM chat_fact "
    "WHERE sid = ?1 AND (agent_id, started_at, chat_id) > (?6, ?2, ?3) "
    "AND (agent_id, started_at) <= (?6, ?4) ORDER BY agent_id, started_at, chat_id LIMIT ?5");
const store::Sql select_by_channel(
    PARLEY_FACT_COLUMNS
    " FROM chat_fact "
    "WHERE sid = ?1 AND (conversation_id, started_at, chat_id) > (?6, ?2, ?3) "
    "AND (conversation_id, started_at) <= (?6, ?4) ORDER BY conversation_id, started_at, chat_id LIMIT ?5");
const store::Sql select_by_update(PARLEY_FACT_COLUMNS
                                  ", updated_at FROM chat_fact "
                                  "WHERE sid = ?1 AND (updated_at, chat_id) > (?2, ?3) AND updated_at < ?4 "
                                  "ORDER BY updated_at, chat_id LIMIT ?5");

#undef PARLEY_FACT_COLUMNS

/// What the store has of a row.
struct StoredRow {
  Position place;
  base::Timestamp started_at;
  std::string_view channel;
  std::string_view packed;
};

/// The same where it outlives its statement.
class KeptRow {
 public:
  explicit KeptRow(const StoredRow& row)
      : place_(row.place), started_at_(row.started_at), channel_(row.channel), packed_(row.packed) {}

  [[nodiscard]] StoredRow stored() const noexcept { return {place_, started_at_, channel_, packed_}; }

 private:
  Position place_;
  base::Timestamp started_at_;
  std::string channel_;
  std::string packed_;
};

StoredRow read_row(const Row& row, bool by_update) {
  StoredRow found;
  found.started_at = row.timestamp(2);
  found.place = {by_update ? row.timestamp(4) : found.started_at, row.integer(0)};
  found.channel = row.text(1);
  found.packed = row.text(3);
  return found;
}

/// A row whose texts are still numbers.
struct Candidate {
  FactRow row{};
  std::array<std::int64_t, 9> texts{};
  std::optional<std::int64_t> agent_name;
  std::optional<std::int64_t> agent_email;
};

/// The numbers of `chat_fact.packed`, one after the other.
class PackedNumbers {
 public:
  explicit PackedNumbers(std::string_view packed) noexcept
      : at_(packed.data()), end_(packed.data() + packed.size()) {}

  std::optional<std::int64_t> next() noexcept {
    const char* at = at_;
    const bool is_negative = at != end_ && *at == '-';
    if (is_negative) ++at;
    std::uint64_t number = 0;
    const char* const begin = at;
    for (unsigned digit = 0; at != end_ && (digit = static_cast<unsigned char>(*at) - '0') < 10; ++at) {
      number = number * 10 + digit;
    }
    at_ = at == end_ ? at : at + 1;
    if (at == begin) return std::nullopt;
    return static_cast<std::int64_t>(is_negative ? 0 - number : number);
  }

 private:
  const char* at_;
  const char* end_;
};

Candidate unpacked(const StoredRow& stored) noexcept {
  Candidate found;
  PackedNumbers numbers(stored.packed);
  found.row.place = stored.place;
  found.row.chat_id = stored.place.chat_id;
  found.row.channel = stored.channel;
  found.row.started_at = stored.started_at;
  found.row.agent_id = numbers.next();
  found.agent_name = numbers.next();
  found.agent_email = numbers.next();
  for (std::int64_t& text : found.texts) text = numbers.next().value_or(0);
  found.row.duration_ms = numbers.next();
  found.row.rating = numbers.next();
  found.row.response_time_ms = numbers.next();
  return found;
}

bool fits_span_and_sets(const Query& query, const Candidate& candidate) {
  if (candidate.row.started_at < query.from || candidate.row.started_at > query.to) return false;
  if (query.agent_ids) {
    if (!candidate.row.agent_id) return false;
    if (!std::binary_search(query.agent_ids->begin(), query.agent_ids->end(), *candidate.row.agent_id))
      return false;
  }
  return !query.channels ||
         std::binary_search(query.channels->begin(), query.channels->end(), candidate.row.channel);
}

Task<Result<bool>> fits(store::Unit& unit, const Query& query, const Candidate& candidate) {
  const bool is_in_sets = fits_span_and_sets(query, candidate);
  if (!is_in_sets || !query.page_filter_ids) return Task<Result<bool>>::ready(is_in_sets);
  return page_filter::conversation_matches(unit, query.sid, candidate.row.channel, *query.page_filter_ids);
}

/// What came of a row in the midst of its statement.
enum class Given : std::uint8_t {
  taken,
  refused,
  later,  ///< The store has to be asked for a text first.
};

/// Takes the rows of one statement: gives them at once where that needs no other statement, and keeps the
/// others. A row whose texts are not all known is the statement's last: the next ones are likely to find
/// theirs then, and rows that are given at once are not copied.
template <typename GiveNow>
class RowTaker {
 public:
  RowTaker(const Query& query, std::optional<Position>& position, GiveNow give_now)
      : query_(query), position_(position), give_now_(std::move(give_now)) {}

  bool operator()(const Row& row) {
    const StoredRow stored = read_row(row, query_.updated.has_value());
    if (query_.last && stored.place > *query_.last) return false;
    ++rows_;
    if (query_.page_filter_ids) {
      kept_.emplace_back(stored);
      return true;
    }
    Candidate candidate = unpacked(stored);
    const Given given = fits_span_and_sets(query_, candidate) ? give_now_(candidate) : Given::taken;
    is_refused_ = given == Given::refused;
    if (given == Given::later) kept_.emplace_back(stored);
    if (given == Given::taken) position_ = stored.place;
    is_cut_ = given != Given::taken;
    return !is_cut_;
  }

  [[nodiscard]] const std::vector<KeptRow>& kept() const noexcept { return kept_; }
  [[nodiscard]] int rows() const noexcept { return rows_; }
  [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }
  /// Whether the statement was ended before its last row.
  [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

 private:
  const Query& query_;
  std::optional<Position>& position_;
  GiveNow give_now_;
  std::vector<KeptRow> kept_;  // all behind those that were given
  int rows_ = 0;
  bool is_refused_ = false;
  bool is_cut_ = false;
};

/// Hands the next rows by the narrowest index that the query allows to `take`, at most so many.
Task<Result<>> read_rows(store::Unit& unit, const Query& query, Position from, int most,
                         store::RowSink take) {
  if (query.updated) {
    co_return co_await unit.query(
        select_by_update, bind(query.sid, from.started_at, from.chat_id, query.updated->until, most), take);
  }
  if (query.channels && query.channels->size() == 1) {
    co_return co_await unit.query(
        select_by_channel,
        bind(query.sid, from.started_at, from.chat_id, query.to, most, query.channels->front()), take);
  }
  if (query.agent_ids && query.agent_ids->size() == 1) {
    co_return co_await unit.query(
        select_by_agent,
        bind(query.sid, from.started_at, from.chat_id, query.to, most, query.agent_ids->front()), take);
  }
  co_return co_await unit.query(select_by_start,
                                bind(query.sid, from.started_at, from.chat_id, query.to, most), take);
}

/// Where the texts of a row go, in the order of `Candidate::texts` without its last two, which are lists.
std::array<Text*, 7> places_of(FactRow& row) {
  return {&row.referral, &row.search_engine, &row.exit_page, &row.browser, &row.os, &row.city, &row.country};
}
constexpr std::size_t labels_at = 7;
constexpr std::size_t tags_at = 8;

/// Fills in the texts if all of them are cached, as those of most rows are; else the row is half filled.
bool fill_known(const Dictionary& texts, Candidate& candidate) {
  FactRow& row = candidate.row;
  const auto fill = [&texts](auto& place, std::int64_t number) {
    const Text* const text = texts.known(number);
    if (text != nullptr) place = *text;
    return text != nullptr;
  };
  const auto places = places_of(row);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!fill(*places[i], candidate.texts[i])) return false;
  }
  if (!fill(row.labels, candidate.texts[labels_at]) || !fill(row.tags, candidate.texts[tags_at]))
    return false;
  return (!candidate.agent_name || fill(row.agent_name, *candidate.agent_name)) &&
         (!candidate.agent_email || fill(row.agent_email, *candidate.agent_email));
}

/// Reads what of the texts is not cached.
Task<Result<>> fill_texts(store::Unit& unit, Dictionary& texts, Candidate& candidate) {
  FactRow& row = candidate.row;
  const auto places = places_of(row);
  for (std::size_t i = 0; i < places.size(); ++i) {
    PARLEY_CO_TRY_ASSIGN(*places[i], co_await texts.text(unit, candidate.texts[i]));
  }
  PARLEY_CO_TRY_ASSIGN(row.labels, co_await texts.text(unit, candidate.texts[labels_at]));
  PARLEY_CO_TRY_ASSIGN(row.tags, co_await texts.text(unit, candidate.texts[tags_at]));
  if (candidate.agent_name) {
    PARLEY_CO_TRY_ASSIGN(row.agent_name, co_await texts.text(unit, *candidate.agent_name));
  }
  if (candidate.agent_email) {
    PARLEY_CO_TRY_ASSIGN(row.agent_email, co_await texts.text(unit, *candidate.agent_email));
  }
  co_return Result<>{};
}

/// Hands the next rows that the query's filters let through to `give_now`, in the midst of their statement;
/// those that it leaves, and those that need another statement before, to `give`, whose task says whether it
/// took the row.
template <typename GiveNow, typename Give>
Task<Result<bool>> walk(store::Unit& unit, const Query& query, std::optional<Position>& position,
                        int wanted_rows, GiveNow give_now, Give give) {
  if ((query.agent_ids && query.agent_ids->empty()) || (query.channels && query.channels->empty()))
    co_return false;
  if (!position) position = Position{query.updated ? query.updated->from : query.from, -1};
  for (int looked_at = 0; looked_at < limits::rows_per_batch;) {
    int most = limits::rows_per_batch - looked_at;
    if (query.page_filter_ids) most = std::clamp(wanted_rows, 1, most);
    RowTaker taker(query, position, give_now);
    PARLEY_CO_TRY(co_await read_rows(unit, query, *position, most, taker));
    if (taker.is_refused()) co_return true;
    for (const KeptRow& kept : taker.kept()) {
      Candidate candidate = unpacked(kept.stored());
      PARLEY_CO_TRY_ASSIGN(const bool is_asked_for, co_await fits(unit, query, candidate));
      if (is_asked_for) {
        PARLEY_CO_TRY_ASSIGN(const bool is_taken, co_await give(candidate));
        if (!is_taken) co_return true;
      }
      position = candidate.row.place;
    }
    if (taker.rows() < most && !taker.is_cut()) co_return false;
    looked_at += taker.rows();
  }
  co_return true;
}

/// Gives a row once its texts are read; whether it was taken.
Task<Result<bool>> give_later(store::Unit& unit, Dictionary& texts, Candidate& candidate,
                              const std::function<bool(const FactRow&)>& take) {
  PARLEY_CO_TRY(co_await fill_texts(unit, texts, candidate));
  co_return take(candidate.row);
}

}  // namespace

Task<Result<bool>> batch(store::Unit& unit, const Query& query, Dictionary& texts,
                         std::optional<Position>& position, int wanted_rows,
                         std::function<bool(const FactRow&)> row) {
  const auto give_now = [&](Candidate& candidate) {
    if (!fill_known(texts, candidate)) return Given::later;
    return row(candidate.row) ? Given::taken : Given::refused;
  };
  const auto give = [&](Candidate& candidate) { return give_later(unit, texts, candidate, row); };
  co_return co_await walk(unit, query, position, wanted_rows, give_now, give);
}

std::array<const store::Sql*, 4> fact_statements() {
  return {&select_by_start, &select_by_agent, &select_by_channel, &select_by_update};
}

Task<Result<bool>> place_batch(store::Unit& unit, const Query& query, std::optional<Position>& position,
                               int wanted_rows, std::function<bool(const Position&)> row) {
  const auto give_now = [&row](const Candidate& candidate) {
    return row(candidate.row.place) ? Given::taken : Given::refused;
  };
  const auto give = [&row](const Candidate& candidate) {
    return Task<Result<bool>>::ready(row(candidate.row.place));
  };
  co_return co_await walk(unit, query, position, wanted_rows, give_now, give);
}

}  // namespace parley::statistics
