#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

/// What a message asks of its conversation, remembered from unit to unit: messages come in runs.
namespace parley::conversation {

/// Whether the conversation exists.
base::Task<base::Result<bool>> exists(store::WriteUnit& unit, std::int64_t sid,
                                      const std::string& conversation_id);

/// The latest start of its chats; empty if it has none.
base::Task<base::Result<std::optional<base::Timestamp>>> latest_start_of(store::WriteUnit& unit,
                                                                         std::int64_t sid,
                                                                         const std::string& conversation_id);

/// Says that the conversation was made in this unit.
void note_made(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id);

/// Says that a chat was added to it.
void note_chat_added(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id,
                     base::Timestamp started_at);

/// Says that a chat of it was changed, has come to it or has left it: its chats are to be looked at again.
void note_chat_changed(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id);

}  // namespace parley::conversation
