#include <vector>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"
#include "encoding/json_writer.hpp"
#include "visitor/visitor.hpp"

namespace parley::api {

using base::Result;
using base::Task;

namespace {

void append_row(std::string& out, std::int64_t sid, const std::string& conversation_id,
                const visitor::Tag& tag) {
  if (!out.empty()) out.push_back(',');
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

}  // namespace

Task<Result<>> grab_visitor_tags(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto conversation_id,
                       conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string entity, co_await entity_tag(call));
  const bool done = co_await answered_not_modified(call, responder, entity);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return visitor::tags(unit, call.sid, conversation_id); };
  PARLEY_CO_TRY_ASSIGN(const auto tags,
                       co_await store::read_value<std::vector<visitor::Tag>>(call.database, read));
  std::string rows;
  for (const visitor::Tag& tag : tags) append_row(rows, call.sid, conversation_id, tag);
  co_await send_short(call, responder, entity, rows, static_cast<std::int64_t>(tags.size()));
  co_return Result<>{};
}

}  // namespace parley::api
