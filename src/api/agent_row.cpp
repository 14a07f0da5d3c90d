#include "api/agent_row.hpp"

#include "encoding/json_writer.hpp"

namespace parley::api {

void append_agent_row(std::string& out, std::int64_t sid, const agent::Agent& agent) {
  encoding::JsonWriter json(out);
  json.begin_object();
  json.key("agentID");
  json.number(agent.agent_id);
  json.key("sid");
  json.number(sid);
  json.key("agentName");
  json.string(agent.name);
  json.key("agentEmail");
  json.string(agent.email);
  json.key("agentPicture");
  json.string(agent.picture);
  json.key("agentLastActive");
  if (agent.last_active_at) {
    std::string text;
    base::append_iso8601(text, *agent.last_active_at);
    json.string(text);
  } else {
    json.null();
  }
  json.key("department");
  json.string(agent.department);
  json.key("isBackOffice");
  json.string(agent.is_back_office ? "1" : "0");
  json.key("groups");
  json.string(agent.groups);
  json.end_object();
}

}  // namespace parley::api
