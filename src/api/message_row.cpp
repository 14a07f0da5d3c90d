#include "api/message_row.hpp"

#include "api/answer.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

MessageRows::MessageRows(std::int64_t sid, std::string_view conversation_id) : conversation_(",\"sid\":") {
  encoding::append_decimal(conversation_, sid);
  conversation_ += ",\"conversationID\":";
  encoding::append_json_string(conversation_, conversation_id);
  conversation_ += ",\"from\":";
}

void MessageRows::append(std::string& out, const conversation::MessageView& message) const {
  out += "{\"id\":";
  encoding::append_decimal(out, message.message_id);
  out += conversation_;
  encoding::append_json_string(out, message.sender);
  out += ",\"message\":";
  encoding::append_json_string(out, message.text);
  out += ",\"date\":\"";
  base::append_iso8601(out, message.sent_at);
  out += "\",\"agentID\":";
  if (message.agent_id) {
    encoding::append_decimal(out, *message.agent_id);
  } else {
    out += "null";
  }
  out.push_back('}');
}

}  // namespace parley::api
