#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
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

/// What listConversations asks for: creation between both ends, included.
struct ListQuery {
  std::int64_t sid = 0;
  base::Timestamp from;
  base::Timestamp to;
  std::string page_filter_ids;  ///< A JSON array of ids, any of which matches; empty: no filter.
};

/// Where a list stands: the last row given.
struct ListPosition {
  base::Timestamp created_at;
  std::string conversation_id;
};

/// Gives the next conversations after `position` (empty: from the beginning) by creation time, then id. Looks
/// at no more than limits::rows_per_batch of them and moves `position`; false when the end is reached. `row`
/// is called in order and may keep nothing of what it gets.
base::Task<base::Result<bool>> list_batch(
    store::Unit& unit, const ListQuery& query, std::optional<ListPosition>& position,
    std::function<void(std::string_view conversation_id, base::Timestamp created_at)> row);

/// The hook: moves `updated_at` of the conversations that this unit touched.
base::Task<base::Result<>> stamp_touched(store::WriteUnit& unit);

}  // namespace parley::conversation
