#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conversation/message.hpp"

namespace parley::api {

/// Writes the messages of one conversation as grabConversation gives them. What all of them say is made once.
class MessageRows {
 public:
  MessageRows(std::int64_t sid, std::string_view conversation_id);

  void append(std::string& out, const conversation::MessageView& message) const;

 private:
  std::string conversation_;  ///< From behind a message's id up to its sender.
};

}  // namespace parley::api
