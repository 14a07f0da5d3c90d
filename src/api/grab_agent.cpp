#include <optional>

#include "agent/agent.hpp"
#include "api/agent_row.hpp"
#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"

namespace parley::api {

using base::Result;
using base::Task;

Task<Result<>> grab_agent(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t agent_id, id_argument("agentId", call.arguments[0]));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return agent::find(unit, call.sid, agent_id); };
  PARLEY_CO_TRY_ASSIGN(const auto found,
                       co_await store::read_value<std::optional<agent::Agent>>(call.database, read));
  std::string rows;
  if (found && !found->is_removed) append_agent_row(rows, call.sid, *found);
  const std::size_t count = rows.empty() ? 0 : 1;
  co_await send_short(call, responder, tag, rows, count, Length::untold);
  co_return Result<>{};
}

}  // namespace parley::api
