#include "transfer/record_writer.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "encoding/json_writer.hpp"
#include "transfer/record_reader.hpp"

namespace parley::transfer {
namespace {

/// One line under way: begins the object with its kind, ends it with a LF.
class Line {
 public:
  Line(std::string& out, std::string_view kind) : out_(out), json_(out) {
    json_.begin_object();
    text("kind", kind);
  }
  ~Line() {
    json_.end_object();
    out_.push_back('\n');
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void text(std::string_view key, std::string_view value) {
    json_.key(key);
    json_.string(value);
  }
  void number(std::string_view key, std::int64_t value) {
    json_.key(key);
    json_.number(value);
  }
  void boolean(std::string_view key, bool value) {
    json_.key(key);
    json_.boolean(value);
  }
  void time(std::string_view key, base::Timestamp value) {
    std::string text;
    base::append_iso8601(text, value);
    this->text(key, text);
  }
  void null(std::string_view key) {
    json_.key(key);
    json_.null();
  }
  /// JSON that is there already.
  void raw(std::string_view key, std::string_view value) {
    json_.key(key);
    json_.raw(value);
  }

  template <typename T>
  void text_or_null(std::string_view key, const std::optional<T>& value) {
    if (value) return text(key, *value);
    null(key);
  }
  template <typename T>
  void number_or_null(std::string_view key, const std::optional<T>& value) {
    if (value) return number(key, *value);
    null(key);
  }
  void time_or_null(std::string_view key, const std::optional<base::Timestamp>& value) {
    if (value) return time(key, *value);
    null(key);
  }
  /// Nothing at all where there is no value.
  void text_if(std::string_view key, const std::optional<std::string>& value) {
    if (value) text(key, *value);
  }
  void time_if(std::string_view key, const std::optional<base::Timestamp>& value) {
    if (value) time(key, *value);
  }

 private:
  std::string& out_;
  encoding::JsonWriter json_;
};

void append(std::string& out, std::int64_t, const BundleHeader& header) {
  Line line(out, "bundle");
  line.number("version", bundle_version);
  line.number("sid", header.sid);
  line.text("name", header.name);
  line.text("timezone", header.timezone);
  line.time("exportedAt", header.exported_at);
}

void append(std::string& out, std::int64_t sid, const AgentRecord& record) {
  const agent::Agent& agent = record.agent;
  Line line(out, "agent");
  line.number("agentID", agent.agent_id);
  line.number("sid", sid);
  line.text("agentName", agent.name);
  line.text("agentEmail", agent.email);
  line.text("agentPicture", agent.picture);
  line.time_or_null("agentLastActive", agent.last_active_at);
  line.text("department", agent.department);
  line.text("isBackOffice", agent.is_back_office ? "1" : "0");
  line.text("groups", agent.groups);
  line.boolean("removed", agent.is_removed);
}

void append(std::string& out, std::int64_t sid, const PageFilterRecord& record) {
  Line line(out, "pageFilter");
  line.number("id", record.filter.filter_id);
  line.number("sid", sid);
  line.text("searchFilter", record.filter.pattern);
  line.text("searchName", record.filter.name);
  line.text("matchType", page_filter::name_of(record.filter.match_type));
}

void append(std::string& out, std::int64_t sid, const ConversationRecord& record) {
  Line line(out, "conversation");
  line.number("sid", sid);
  line.text("conversationID", record.conversation.conversation_id);
  line.time("date", record.conversation.created_at);
  line.text_if("trafficType", record.traffic_type);
  line.text_if("se_type", record.search_engine);
  line.time_if("last_visit", record.last_visit_at);
  line.text_if("browser", record.browser);
  line.text_if("os", record.os);
  line.text_if("user_city", record.city);
  line.text_if("user_country", record.country);
  line.text_if("exitPage", record.exit_page);
}

void append(std::string& out, std::int64_t sid, const MessageRecord& record) {
  const conversation::Message& message = record.message;
  Line line(out, "message");
  line.number("id", message.message_id);
  line.number("sid", sid);
  line.text("conversationID", message.conversation_id);
  line.text("from", message.sender);
  line.text("message", message.text);
  line.time("date", message.sent_at);
  line.number_or_null("agentID", message.agent_id);
}

void append(std::string& out, std::int64_t sid, const TagRecord& record) {
  Line line(out, "tag");
  line.number("sid", sid);
  line.text("conversationID", record.conversation_id);
  line.time("createdDate", record.tag.created_at);
  line.text("tag", record.tag.tag);
  line.number("type", static_cast<int>(record.tag.type));
}

void append(std::string& out, std::int64_t, const LabelRecord& record) {
  Line line(out, "label");
  line.text("conversationID", record.conversation_id);
  line.time("createdDate", record.label.created_at);
  line.text("label", record.label.label);
}

void append(std::string& out, std::int64_t sid, const CardRecord& record) {
  Line line(out, "card");
  line.text("dataID", record.card.data_id);
  line.text("data", record.card.data);
  line.number("sid", sid);
  line.text("conversationID", record.conversation_id);
  line.time("createdDate", record.card.created_at);
  line.time("updatedDate", record.card.updated_at);
}

/// What of a chat's keys is optional, and left out where it is empty.
struct ChatExtras {
  std::optional<std::int64_t> chat_id;
  bool has_agent_id = true;
};

void append_chat(std::string& out, const statistics::FactRow& fact, const ChatExtras& extras) {
  Line line(out, "chat");
  line.text("channel", fact.channel);
  line.text_or_null("agentName", fact.agent_name);
  line.text_or_null("agentEmail", fact.agent_email);
  line.text("referral", fact.referral);
  line.text("searchEngine", fact.search_engine);
  line.text("exitPage", fact.exit_page);
  line.text("browser", fact.browser);
  line.text("os", fact.os);
  line.text("city", fact.city);
  line.text("country", fact.country);
  line.raw("labels", fact.labels.empty() ? "[]" : fact.labels);
  line.raw("tags", fact.tags.empty() ? "[]" : fact.tags);
  line.number_or_null("duration", fact.duration_ms);
  line.number_or_null("rating", fact.rating);
  line.number_or_null("responseTime", fact.response_time_ms);
  line.time("startedAt", fact.started_at);
  if (extras.chat_id) line.number("chatID", *extras.chat_id);
  if (extras.has_agent_id) line.number_or_null("agentID", fact.agent_id);
}

std::string text_array(const std::vector<std::string>& texts) {
  std::string out;
  encoding::JsonWriter json(out);
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
  return out;
}

void append(std::string& out, std::int64_t, const ChatRecord& record) {
  const statistics::GivenFact& fact = record.fact;
  const std::string labels = text_array(record.labels);
  const std::string tags = text_array(record.tags);
  statistics::FactRow row{};
  row.channel = record.conversation_id;
  row.started_at = record.started_at;
  row.agent_id = fact.agent_id;
  if (fact.agent_name) row.agent_name = *fact.agent_name;
  if (fact.agent_email) row.agent_email = *fact.agent_email;
  row.referral = fact.visitor.traffic_type;
  row.search_engine = fact.visitor.search_engine;
  row.exit_page = fact.visitor.exit_page;
  row.browser = fact.visitor.browser;
  row.os = fact.visitor.os;
  row.city = fact.visitor.city;
  row.country = fact.visitor.country;
  row.labels = labels;
  row.tags = tags;
  row.duration_ms = fact.duration_ms;
  if (record.rating) row.rating = *record.rating;
  row.response_time_ms = fact.response_time_ms;
  append_chat(out, row, {record.chat_id, record.agent_reference == AgentReference::by_id});
  if (record.ended_at) add_ended_at(out, record.ended_at);
}

}  // namespace

void append_line(std::string& out, std::int64_t sid, const Record& record) {
  std::visit([&out, sid](const auto& one) { append(out, sid, one); }, record);
}

void append_chat_line(std::string& out, const statistics::FactRow& fact) {
  append_chat(out, fact, {fact.chat_id, true});
}

void add_ended_at(std::string& out, std::optional<base::Timestamp> ended_at) {
  constexpr std::string_view line_end = "}\n";
  PARLEY_CHECK(out.ends_with(line_end));
  out.resize(out.size() - line_end.size());
  out += ",\"endedAt\":";
  if (ended_at) {
    out.push_back('"');
    base::append_iso8601(out, *ended_at);
    out.push_back('"');
  } else {
    out += "null";
  }
  out += line_end;
}

}  // namespace parley::transfer
