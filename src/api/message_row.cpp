#include "api/message_row.hpp"

#include "api/answer.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

void append_message_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                        const conversation::MessageView& message) {
  out += "{\"id\":";
  encoding::append_decimal(out, message.message_id);
  out += ",\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out += ",\"from\":";
  encoding::append_json_string(out, message.sender);
  out += ",\"message\":";
  encoding::append_json_string(out, message.text);
  out.push_back(',');
  append_time(out, "date", message.sent_at);
  out += ",\"agentID\":";
  if (message.agent_id) {
    encoding::append_decimal(out, *message.agent_id);
  } else {
    out += "null";
  }
  out.push_back('}');
}

}  // namespace parley::api
