#include "transfer/record_reader.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string>
#include <utility>

#include "base/limits.hpp"

namespace parley::transfer {
namespace {

using base::ErrorCode;
using base::Result;

constexpr std::int64_t id_last = limits::id_end - 1;
/// Times are kept as milliseconds in 64 bits; no chat is longer than the calendar.
constexpr std::int64_t milliseconds_last = limits::id_end - 1;

constexpr std::array<std::string_view, 6> bundle_keys = {"kind", "version",  "sid",
                                                         "name", "timezone", "exportedAt"};
constexpr std::array<std::string_view, 11> agent_keys = {
    "kind",       "agentID",      "sid",    "agentName", "agentEmail", "agentPicture", "agentLastActive",
    "department", "isBackOffice", "groups", "removed"};
constexpr std::array<std::string_view, 6> page_filter_keys = {"kind",         "id",         "sid",
                                                              "searchFilter", "searchName", "matchType"};
constexpr std::array<std::string_view, 12> conversation_keys = {
    "kind",    "sid", "conversationID", "date",         "trafficType", "se_type", "last_visit",
    "browser", "os",  "user_city",      "user_country", "exitPage"};
constexpr std::array<std::string_view, 8> message_keys = {"kind", "id",      "sid",  "conversationID",
                                                          "from", "message", "date", "agentID"};
constexpr std::array<std::string_view, 6> tag_keys = {"kind",        "sid", "conversationID",
                                                      "createdDate", "tag", "type"};
constexpr std::array<std::string_view, 5> label_keys = {"kind", "sid", "conversationID", "createdDate",
                                                        "label"};
constexpr std::array<std::string_view, 7> card_keys = {"kind",           "dataID",      "data",       "sid",
                                                       "conversationID", "createdDate", "updatedDate"};
constexpr std::array<std::string_view, 21> chat_keys = {
    "kind",     "sid",     "channel",      "agentName", "agentEmail", "referral", "searchEngine",
    "exitPage", "browser", "os",           "city",      "country",    "labels",   "tags",
    "duration", "rating",  "responseTime", "startedAt", "chatID",     "endedAt",  "agentID"};

Result<Record> read_bundle(const Fields& fields) {
  BundleHeader header;
  PARLEY_TRY(fields.integer("version", bundle_version, bundle_version));
  PARLEY_TRY_ASSIGN(header.sid, fields.integer("sid", 1, id_last));
  PARLEY_TRY_ASSIGN(header.name, fields.text("name", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(header.timezone, fields.text("timezone", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(auto exported_at, fields.optional_timestamp("exportedAt"));
  if (exported_at) header.exported_at = *exported_at;
  return header;
}

Result<Record> read_agent(const Fields& fields) {
  agent::Agent agent;
  PARLEY_TRY_ASSIGN(agent.agent_id, fields.integer("agentID", 1, id_last));
  PARLEY_TRY_ASSIGN(agent.name, fields.text("agentName", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(agent.email, fields.text_or_empty("agentEmail", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(agent.picture, fields.text_or_empty("agentPicture", limits::url_bytes));
  PARLEY_TRY_ASSIGN(agent.last_active_at, fields.nullable_timestamp("agentLastActive"));
  PARLEY_TRY_ASSIGN(agent.department, fields.text_or_empty("department", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(auto back_office, fields.text_or_empty("isBackOffice", limits::short_text_bytes));
  const bool is_left_out = !fields.has("isBackOffice");
  if (!is_left_out && back_office != "0" && back_office != "1") {
    return fields.refuse("isBackOffice", "the text \"0\" or \"1\"");
  }
  agent.is_back_office = back_office == "1";
  PARLEY_TRY_ASSIGN(agent.groups, fields.text_or_empty("groups", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(agent.is_removed, fields.boolean("removed", false));
  return AgentRecord{std::move(agent)};
}

Result<Record> read_page_filter(const Fields& fields) {
  page_filter::PageFilter filter;
  PARLEY_TRY_ASSIGN(filter.filter_id, fields.integer("id", 1, id_last));
  PARLEY_TRY_ASSIGN(filter.pattern, fields.text("searchFilter", limits::page_filter_pattern_bytes));
  PARLEY_TRY_ASSIGN(filter.name, fields.text("searchName", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(auto type_name, fields.text("matchType", limits::short_text_bytes));
  auto type = page_filter::parse_match_type(type_name);
  if (!type) return fields.refuse("matchType", "like, exact, prefix or regex");
  filter.match_type = *type;
  return PageFilterRecord{std::move(filter)};
}

Result<Record> read_conversation(const Fields& fields) {
  ConversationRecord record;
  PARLEY_TRY_ASSIGN(record.conversation.conversation_id, fields.conversation_id("conversationID"));
  PARLEY_TRY_ASSIGN(record.conversation.created_at, fields.timestamp("date"));
  PARLEY_TRY_ASSIGN(record.traffic_type, fields.optional_text("trafficType", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.search_engine, fields.optional_text("se_type", limits::short_text_bytes));
  if (fields.has("last_visit")) {
    PARLEY_TRY_ASSIGN(record.last_visit_at, fields.replaceable_timestamp("last_visit"));
    record.is_last_visit_unknown = !record.last_visit_at;
  }
  PARLEY_TRY_ASSIGN(record.browser, fields.optional_text("browser", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.os, fields.optional_text("os", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.city, fields.optional_text("user_city", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.country, fields.optional_text("user_country", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.exit_page, fields.optional_text("exitPage", limits::url_bytes));
  return record;
}

/// Reads a date that the conversation's stands for where it is null or impossible; false then.
Result<bool> read_date(const Fields& fields, std::string_view key, base::Timestamp& time) {
  PARLEY_TRY_ASSIGN(const auto read, fields.replaceable_timestamp(key));
  if (read) time = *read;
  return read.has_value();
}

Result<Record> read_message(const Fields& fields) {
  conversation::Message message;
  PARLEY_TRY_ASSIGN(message.message_id, fields.integer("id", 1, id_last));
  PARLEY_TRY_ASSIGN(message.conversation_id, fields.conversation_id("conversationID"));
  PARLEY_TRY_ASSIGN(message.sender, fields.text("from", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(message.text, fields.text("message", limits::message_bytes));
  PARLEY_TRY_ASSIGN(const bool has_date, read_date(fields, "date", message.sent_at));
  // The Chat API never leaves this key out: without it nobody knows whether an agent, the visitor or the
  // system spoke.
  if (!fields.has("agentID"))
    return fields.refuse("agentID", "an agent's id, 0 (the visitor) or null (the system)");
  PARLEY_TRY_ASSIGN(message.agent_id, fields.nullable_integer("agentID", 0, id_last));
  return MessageRecord{std::move(message), has_date};
}

Result<Record> read_tag(const Fields& fields) {
  TagRecord record;
  PARLEY_TRY_ASSIGN(record.conversation_id, fields.conversation_id("conversationID"));
  PARLEY_TRY_ASSIGN(record.has_date, read_date(fields, "createdDate", record.tag.created_at));
  PARLEY_TRY_ASSIGN(record.tag.tag, fields.text("tag", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(auto type, fields.integer("type", 0, 1));
  record.tag.type = type == 0 ? visitor::TagType::name : visitor::TagType::ordinary;
  return record;
}

Result<Record> read_label(const Fields& fields) {
  LabelRecord record;
  PARLEY_TRY_ASSIGN(record.conversation_id, fields.conversation_id("conversationID"));
  PARLEY_TRY_ASSIGN(record.has_date, read_date(fields, "createdDate", record.label.created_at));
  PARLEY_TRY_ASSIGN(record.label.label, fields.text("label", limits::short_text_bytes));
  return record;
}

Result<Record> read_card(const Fields& fields) {
  CardRecord record;
  PARLEY_TRY_ASSIGN(record.card.data_id, fields.text("dataID", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.card.data, fields.text("data", limits::card_bytes));
  PARLEY_TRY_ASSIGN(record.conversation_id, fields.conversation_id("conversationID"));
  PARLEY_TRY_ASSIGN(record.has_created_date, read_date(fields, "createdDate", record.card.created_at));
  PARLEY_TRY_ASSIGN(record.has_updated_date, read_date(fields, "updatedDate", record.card.updated_at));
  return record;
}

Result<std::string> read_software(const Fields& fields, std::string_view key) {
  PARLEY_TRY_ASSIGN(auto name, fields.optional_text(key, limits::short_text_bytes));
  return name.value_or(std::string(unknown_software));
}

Result<> read_chat_fact(const Fields& fields, statistics::GivenFact& fact) {
  PARLEY_TRY_ASSIGN(fact.agent_name, fields.nullable_text("agentName", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(fact.agent_email, fields.nullable_text("agentEmail", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(fact.visitor.traffic_type, fields.text_or_empty("referral", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(fact.visitor.search_engine,
                    fields.text_or_empty("searchEngine", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(fact.visitor.exit_page, fields.text_or_empty("exitPage", limits::url_bytes));
  PARLEY_TRY_ASSIGN(fact.visitor.browser, read_software(fields, "browser"));
  PARLEY_TRY_ASSIGN(fact.visitor.os, read_software(fields, "os"));
  PARLEY_TRY_ASSIGN(fact.visitor.city, fields.text_or_empty("city", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(fact.visitor.country, fields.text_or_empty("country", limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(fact.duration_ms, fields.nullable_integer("duration", 0, milliseconds_last));
  PARLEY_TRY_ASSIGN(fact.response_time_ms, fields.nullable_integer("responseTime", 0, milliseconds_last));
  return {};
}

Result<Record> read_chat(const Fields& fields) {
  ChatRecord record;
  PARLEY_TRY_ASSIGN(record.conversation_id, fields.conversation_id("channel"));
  PARLEY_TRY_ASSIGN(record.has_start, read_date(fields, "startedAt", record.started_at));
  PARLEY_TRY(read_chat_fact(fields, record.fact));
  PARLEY_TRY_ASSIGN(record.labels,
                    fields.texts("labels", limits::tags_per_conversation, limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(record.tags,
                    fields.texts("tags", limits::tags_per_conversation, limits::short_text_bytes));
  PARLEY_TRY_ASSIGN(auto rating, fields.nullable_integer("rating", 1, 5));
  if (rating) record.rating = static_cast<int>(*rating);
  PARLEY_TRY_ASSIGN(record.chat_id, fields.optional_integer("chatID", 1, id_last));
  PARLEY_TRY_ASSIGN(record.ended_at, fields.nullable_timestamp("endedAt"));
  if (record.has_start && record.ended_at && *record.ended_at < record.started_at) {
    return fields.refuse("endedAt", "no time before startedAt");
  }
  if (fields.has("agentID")) {
    record.agent_reference = AgentReference::by_id;
    PARLEY_TRY_ASSIGN(record.fact.agent_id, fields.nullable_integer("agentID", 1, id_last));
  }
  return record;
}

struct Kind {
  std::string_view name;
  std::span<const std::string_view> keys;
  Result<Record> (*read)(const Fields&);
};

constexpr std::array<Kind, 9> kinds = {{{"message", message_keys, read_message},
                                        {"conversation", conversation_keys, read_conversation},
                                        {"chat", chat_keys, read_chat},
                                        {"tag", tag_keys, read_tag},
                                        {"label", label_keys, read_label},
                                        {"card", card_keys, read_card},
                                        {"agent", agent_keys, read_agent},
                                        {"pageFilter", page_filter_keys, read_page_filter},
                                        {"bundle", bundle_keys, read_bundle}}};

const Kind* find_kind(std::string_view name) noexcept {
  for (const Kind& kind : kinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::unexpected<base::Error> refuse_kind(std::string_view got) {
  return base::fail(
      ErrorCode::invalid_argument,
      fmt::format("kind: {}, expected bundle, agent, pageFilter, conversation, message, tag, label, card "
                  "or chat",
                  got));
}

std::unexpected<base::Error> at_line(std::uint64_t line_number, base::Error error) {
  error.public_text = fmt::format("line {}: {}", line_number, error.public_text);
  return base::fail(std::move(error));
}

}  // namespace

RecordParser::RecordParser() : json_(limits::bundle_line_bytes) {}

Result<Record> RecordParser::parse_object(simdjson::dom::object object) {
  auto found = object.at_key("kind");
  std::string_view kind_name;
  if (found.error() != simdjson::SUCCESS) return refuse_kind("missing");
  if (found.get_string().get(kind_name) != simdjson::SUCCESS) return refuse_kind("got no text");
  const Kind* kind = find_kind(kind_name);
  if (kind == nullptr) return refuse_kind("got " + quoted(kind_name));

  const bool is_header = kind->name == "bundle";
  if (is_header && sid_) {
    return base::fail(ErrorCode::invalid_argument,
                      "kind: got \"bundle\" again, expected it on the first line only");
  }
  if (!is_header && !sid_) {
    return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("kind: got \"{}\", expected \"bundle\": a bundle's first line says what it is",
                    kind->name));
  }
  PARLEY_TRY_ASSIGN(auto fields, Fields::make(object, kind->name, kind->keys, unknown_keys_));
  if (sid_) PARLEY_TRY(fields.optional_integer("sid", *sid_, *sid_));
  PARLEY_TRY_ASSIGN(auto record, kind->read(fields));
  if (is_header) sid_ = std::get<BundleHeader>(record).sid;
  return record;
}

Result<Record> RecordParser::parse(std::string_view line, std::uint64_t line_number) {
  auto root = json_.parse(line);
  if (!root) return at_line(line_number, std::move(root).error());
  simdjson::dom::object object;
  if (root->get_object().get(object) != simdjson::SUCCESS) {
    return at_line(line_number,
                   {ErrorCode::invalid_argument, "got no JSON object, expected one record a line", {}});
  }
  auto record = parse_object(object);
  if (!record) return at_line(line_number, std::move(record).error());
  return record;
}

Result<std::optional<Record>> RecordReader::next() {
  PARLEY_TRY_ASSIGN(auto line, lines_.next());
  if (!line) {
    if (lines_.line_number() > 0) return std::nullopt;
    return base::fail(ErrorCode::invalid_argument,
                      "line 1: missing, expected the record that says what the bundle is");
  }
  PARLEY_TRY_ASSIGN(auto record, parser_.parse(*line, lines_.line_number()));
  return record;
}

}  // namespace parley::transfer
