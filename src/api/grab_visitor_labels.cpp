#include <vector>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"
#include "api/visitor_rows.hpp"

namespace parley::api {

using base::Result;
using base::Task;

Task<Result<>> grab_visitor_labels(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto conversation_id,
                       conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string entity, co_await entity_tag(call));
  const bool done = co_await answered_at_once(call, responder, entity);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return visitor::labels(unit, call.sid, conversation_id); };
  PARLEY_CO_TRY_ASSIGN(const auto labels,
                       co_await store::read_value<std::vector<visitor::Label>>(call.database, read));
  std::string rows;
  for (const visitor::Label& label : labels) {
    if (!rows.empty()) rows.push_back(',');
    append_label_row(rows, conversation_id, label);
  }
  co_await send_short(call, responder, entity, rows, labels.size(), Length::untold);
  co_return Result<>{};
}

}  // namespace parley::api
