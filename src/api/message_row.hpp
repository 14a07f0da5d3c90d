#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conversation/message.hpp"

namespace parley::api {

/// Appends a message as grabConversation gives it.
void append_message_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                        const conversation::MessageView& message);

}  // namespace parley::api
