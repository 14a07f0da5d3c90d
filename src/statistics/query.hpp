#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "change/update_span.hpp"
#include "statistics/dictionary.hpp"
#include "store/database.hpp"

namespace parley::statistics {

/// Where an answer stands: a row's place in its order.
struct Position {
  base::Timestamp started_at;  ///< The chat's; where the query goes by update, the last touch of its facts.
  std::int64_t chat_id = 0;

  auto operator<=>(const Position&) const = default;
};

/// What chatStatistics asks for. Inside one set any value matches; different sets all must match; an empty
/// optional is no condition (an empty set matches nothing).
struct Query {
  std::int64_t sid = 0;
  base::Timestamp from;  ///< Both ends included, on the chat's start.
  base::Timestamp to;
  std::optional<std::vector<std::int64_t>> agent_ids;  ///< In order, once each.
  std::optional<std::vector<std::string>> channels;    ///< In byte order, once each.
  std::optional<std::string> page_filter_ids;          ///< A JSON array of ids.
  /// Only chats whose facts were touched in this span, by the time of that touch, then chat id; empty: by
  /// start.
  std::optional<change::UpdateSpan> updated;
  std::optional<Position> last;  ///< No row after this place; empty: to the end.
};

/// One chat's facts on their way out. Text views live as long as the row call.
struct FactRow {
  Position place;
  std::int64_t chat_id;
  std::string_view channel;
  base::Timestamp started_at;
  std::optional<std::int64_t> agent_id;
  std::optional<Text> agent_name;
  std::optional<Text> agent_email;
  Text referral;
  Text search_engine;
  Text exit_page;
  Text browser;
  Text os;
  Text city;
  Text country;
  std::string_view labels;  ///< A JSON array of text, or empty for none.
  std::string_view tags;    ///< Likewise.
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> rating;
  std::optional<std::int64_t> response_time_ms;
};

/// Gives the next facts after `position` (empty: from the beginning) in the query's order. Moves `position`
/// behind the last one given or passed over; false when the end is reached. Ends early, with true, at the
/// first row that `row` does not take (returns false), which comes again next time, and once
/// limits::rows_per_batch were looked at. `texts` is a cache of the account's dictionary, the caller's for as
/// long as the answer takes. `row` runs in the midst of a statement and asks the store for nothing.
/// `wanted_rows`: how many the caller has use for, as far as it can tell; so many are read at once where rows
/// have to be kept before it is known whether they are asked for.
base::Task<base::Result<bool>> batch(store::Unit& unit, const Query& query, Dictionary& texts,
                                     std::optional<Position>& position, int wanted_rows,
                                     std::function<bool(const FactRow&)> row);

/// The statements that `batch` runs, so that a test can hold how the database finds their rows.
[[nodiscard]] std::array<const store::Sql*, 4> fact_statements();

/// The same without the facts themselves, for who only counts.
base::Task<base::Result<bool>> place_batch(store::Unit& unit, const Query& query,
                                           std::optional<Position>& position, int wanted_rows,
                                           std::function<bool(const Position&)> row);

}  // namespace parley::statistics
