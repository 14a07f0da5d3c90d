#include <optional>
#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"
#include "api/visitor_rows.hpp"
#include "conversation/conversation.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

struct Found {
  visitor::Visitor visitor;
  base::Timestamp created_at;
};

Task<Result<std::optional<Found>>> find(store::Unit& unit, std::int64_t sid,
                                        const std::string& conversation_id) {
  PARLEY_CO_TRY_ASSIGN(const auto created_at, co_await conversation::find(unit, sid, conversation_id));
  if (!created_at) co_return std::optional<Found>();
  PARLEY_CO_TRY_ASSIGN(auto visitor, co_await visitor::find(unit, sid, conversation_id));
  co_return std::optional<Found>(Found{std::move(visitor).value_or(visitor::Visitor{}), *created_at});
}

}  // namespace

Task<Result<>> grab_visitor_info(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const auto conversation_id,
                       conversation_argument("conversationId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return find(unit, call.sid, conversation_id); };
  PARLEY_CO_TRY_ASSIGN(const auto found,
                       co_await store::read_value<std::optional<Found>>(call.database, read));
  std::string rows;
  if (found) append_visitor_row(rows, call.sid, conversation_id, found->visitor, found->created_at);
  const std::size_t count = found ? 1 : 0;
  co_await send_short(call, responder, tag, rows, count, Length::untold);
  co_return Result<>{};
}

}  // namespace parley::api
