#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

namespace parley::conversation {

/// A chat: one session inside a conversation, from the visitor's first message on.
struct Chat {
  std::int64_t chat_id = 0;
  std::string conversation_id;
  base::Timestamp started_at;
  std::optional<base::Timestamp> ended_at;      ///< Empty: it has not ended.
  std::optional<std::int64_t> routed_agent_id;  ///< Whom it was offered to.
  std::optional<int> rating;                    ///< 1 to 5.
  /// The chat came with its facts (an import): they hold as given and are never computed from messages.
  bool is_given = false;

  bool operator==(const Chat&) const = default;
};

base::Task<base::Result<std::optional<Chat>>> find_chat(store::Unit& unit, std::int64_t sid,
                                                        std::int64_t chat_id);

/// The chats of a conversation by start, then id.
base::Task<base::Result<std::vector<Chat>>> chats_of(store::Unit& unit, std::int64_t sid,
                                                     std::string_view conversation_id);

/// The id of the `place`-th chat (from 0, by id) with this conversation and start, if there is one.
base::Task<base::Result<std::optional<std::int64_t>>> find_chat_by_place(store::Unit& unit, std::int64_t sid,
                                                                         std::string_view conversation_id,
                                                                         base::Timestamp started_at,
                                                                         std::int64_t place);

/// Makes or replaces a chat (`chat_id` 0: the next free id, written back). True if anything changed. Errors:
/// invalid_argument for an id outside 1…2^53-1, a rating outside 1…5, an end before the start; not_found if
/// the conversation does not exist.
base::Task<base::Result<bool>> put_chat(store::WriteUnit& unit, std::int64_t sid, Chat& chat);

}  // namespace parley::conversation
