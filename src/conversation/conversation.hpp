#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "change/update_span.hpp"
#include "store/database.hpp"

/// Conversations and their messages. A conversation is one visitor's thread (the wire's channel).
namespace parley::conversation {

struct Conversation {
  std::string conversation_id;  ///< `V` and digits; opaque.
  base::Timestamp created_at;
};

/// The conversation's creation time; empty if there is none.
base::Task<base::Result<std::optional<base::Timestamp>>> find(store::Unit& unit, std::int64_t sid,
                                                              std::string_view conversation_id);

/// Makes a conversation (with an empty visitor) or changes its creation time. True if anything changed.
/// Error: invalid_argument for an id that is none.
base::Task<base::Result<bool>> put(store::WriteUnit& unit, std::int64_t sid,
                                   const Conversation& conversation);

/// Where a list stands: a row's place in its order.
struct ListPosition {
  base::Timestamp time;  ///< Of its creation; of its last touch where the query goes by update.
  std::string conversation_id;

  auto operator<=>(const ListPosition&) const = default;
};

/// What listConversations asks for: creation between both ends, included.
struct ListQuery {
  std::int64_t sid = 0;
  base::Timestamp from;
  base::Timestamp to;
  std::string page_filter_ids;  ///< A JSON array of ids, any of which matches; empty: no filter.
  /// Only conversations touched in this span, by the time of that touch, then id; empty: by creation.
  std::optional<change::UpdateSpan> updated = {};
  std::optional<ListPosition> last = {};  ///< No row after this place; empty: to the end.
};

/// Gets a row and its creation; false if it does not take it. May keep nothing of what it gets.
using ListSink = std::function<bool(const ListPosition& place, base::Timestamp created_at)>;

/// Gives the next conversations after `position` (empty: from the beginning) in the query's order. Moves
/// `position` behind the last one given or passed over; false when the end is reached. Ends early, with true,
/// at the first row that is not taken, which comes again next time, and once limits::rows_per_batch were
/// looked at. `wanted_rows`: how many the caller has use for, as far as it can tell; so many are read at
/// once.
base::Task<base::Result<bool>> list_batch(store::Unit& unit, const ListQuery& query,
                                          std::optional<ListPosition>& position, int wanted_rows,
                                          ListSink row);

/// The statements that `list_batch` runs, so that a test can hold how the database finds their rows.
[[nodiscard]] std::array<const store::Sql*, 2> list_statements();

/// The hook: moves `updated_at` of the conversations that this unit touched.
base::Task<base::Result<>> stamp_touched(store::WriteUnit& unit);

}  // namespace parley::conversation
