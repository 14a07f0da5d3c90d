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

/// A row without sid, as the vendor has it.
void append_row(std::string& out, const std::string& conversation_id, const visitor::Label& label) {
  if (!out.empty()) out.push_back(',');
  out += "{\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "createdDate", label.created_at);
  out += ",\"label\":";
  encoding::append_json_string(out, label.label);
  out.push_back('}');
}

}  // namespace

Task<Result<>> grab_visitor_labels(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto conversation_id,
                       conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string entity, co_await entity_tag(call));
  const bool done = co_await answered_not_modified(call, responder, entity);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return visitor::labels(unit, call.sid, conversation_id); };
  PARLEY_CO_TRY_ASSIGN(const auto labels,
                       co_await store::read_value<std::vector<visitor::Label>>(call.database, read));
  std::string rows;
  for (const visitor::Label& label : labels) append_row(rows, conversation_id, label);
  co_await send_short(call, responder, entity, rows, -1);
  co_return Result<>{};
}

}  // namespace parley::api
