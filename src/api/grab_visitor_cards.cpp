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
                const visitor::Card& card) {
  if (!out.empty()) out.push_back(',');
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

}  // namespace

Task<Result<>> grab_visitor_cards(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto conversation_id,
                       conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string entity, co_await entity_tag(call));
  const bool done = co_await answered_not_modified(call, responder, entity);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return visitor::cards(unit, call.sid, conversation_id); };
  PARLEY_CO_TRY_ASSIGN(const auto cards,
                       co_await store::read_value<std::vector<visitor::Card>>(call.database, read));
  std::string rows;
  for (const visitor::Card& card : cards) append_row(rows, call.sid, conversation_id, card);
  co_await send_short(call, responder, entity, rows, -1);
  co_return Result<>{};
}

}  // namespace parley::api
