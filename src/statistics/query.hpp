#pragma once

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
#include "statistics/dictionary.hpp"
#include "store/database.hpp"

namespace parley::statistics {

/// What chatStatistics asks for. Inside one set any value matches; different sets all must match; an empty
/// optional is no condition (an empty set matches nothing).
struct Query {
  std::int64_t sid = 0;
  base::Timestamp from;  ///< Both ends included, on the chat's start.
  base::Timestamp to;
  std::optional<std::vector<std::int64_t>> agent_ids;  ///< In order, once each.
  std::optional<std::vector<std::string>> channels;    ///< In byte order, once each.
  std::optional<std::string> page_filter_ids;          ///< A JSON array of ids.
};

/// One chat's facts on their way out. Text views live as long as the row call.
struct FactRow {
  std::int64_t chat_id;
  std::string_view channel;
  base::Timestamp started_at;
  std::optional<std::int64_t> agent_id;
  std::optional<std::string_view> agent_name;
  std::optional<std::string_view> agent_email;
  std::string_view referral;
  std::string_view search_engine;
  std::string_view exit_page;
  std::string_view browser;
  std::string_view os;
  std::string_view city;
  std::string_view country;
  std::string_view labels;  ///< A JSON array of text, or empty for none.
  std::string_view tags;    ///< Likewise.
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> rating;
  std::optional<std::int64_t> response_time_ms;
};

/// Where an answer stands: the last row looked at.
struct Position {
  base::Timestamp started_at;
  std::int64_t chat_id = 0;

  auto operator<=>(const Position&) const = default;
};

/// Gives the next facts after `position` (empty: from the beginning) by start, then chat id. Looks at no more
/// than limits::rows_per_batch of them and moves `position`; false when the end is reached. `texts` is a
/// cache of the account's dictionary, the caller's for as long as the answer takes.
base::Task<base::Result<bool>> batch(store::Unit& unit, const Query& query, Dictionary& texts,
                                     std::optional<Position>& position,
                                     std::function<void(const FactRow&)> row);

}  // namespace parley::statistics
