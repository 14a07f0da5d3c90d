#include <vector>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"
#include "api/visitor_rows.hpp"

namespace parley::api {

using base::Result;
using base::Task;

Task<Result<>> grab_visitor_cards(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto conversation_id,
                       conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string entity, co_await entity_tag(call));
  const bool done = co_await answered_at_once(call, responder, entity);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return visitor::cards(unit, call.sid, conversation_id); };
  PARLEY_CO_TRY_ASSIGN(const auto cards,
                       co_await store::read_value<std::vector<visitor::Card>>(call.database, read));
  std::string rows;
  for (const visitor::Card& card : cards) {
    if (!rows.empty()) rows.push_back(',');
    append_card_row(rows, call.sid, conversation_id, card);
  }
  co_await send_short(call, responder, entity, rows, cards.size(), Length::untold);
  co_return Result<>{};
}

}  // namespace parley::api
