#include "api/visitor_rows.hpp"

#include "api/answer.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

void append_visitor_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                        const visitor::Visitor& visitor, base::Timestamp conversation_made_at) {
  out += "{\"trafficType\":";
  encoding::append_json_string(out, visitor.traffic_type);
  out += ",\"se_type\":";
  encoding::append_json_string(out, visitor.search_engine);
  out += ",\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "last_visit", visitor.last_visit_at.value_or(conversation_made_at));
  out += ",\"browser\":";
  encoding::append_json_string(out, visitor.browser);
  out += ",\"os\":";
  encoding::append_json_string(out, visitor.os);
  out += ",\"user_city\":";
  encoding::append_json_string(out, visitor.city);
  out += ",\"user_country\":";
  encoding::append_json_string(out, visitor.country);
  out += ",\"exitPage\":";
  encoding::append_json_string(out, visitor.exit_page);
  out.push_back('}');
}

void append_tag_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                    const visitor::Tag& tag) {
  out += "{\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "createdDate", tag.created_at);
  out += ",\"tag\":";
  encoding::append_json_string(out, tag.tag);
  out += ",\"type\":";
  encoding::append_decimal(out, static_cast<std::int64_t>(tag.type));
  out.push_back('}');
}

void append_label_row(std::string& out, std::string_view conversation_id, const visitor::Label& label) {
  out += "{\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "createdDate", label.created_at);
  out += ",\"label\":";
  encoding::append_json_string(out, label.label);
  out.push_back('}');
}

void append_card_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                     const visitor::Card& card) {
  out += "{\"dataID\":";
  encoding::append_json_string(out, card.data_id);
  out += ",\"data\":";
  encoding::append_json_string(out, card.data);
  out += ",\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "createdDate", card.created_at);
  out.push_back(',');
  append_time(out, "updatedDate", card.updated_at);
  out.push_back('}');
}

}  // namespace parley::api
