#include <utility>

#include "agent/agent.hpp"
#include "api/agent_row.hpp"
#include "api/answer.hpp"
#include "api/methods.hpp"
#include "base/limits.hpp"

namespace parley::api {

using base::Result;
using base::Task;

namespace {

/// The list as it goes out.
struct Listing {
  std::int64_t sid = 0;
  std::int64_t last_id = 0;
  std::int64_t length = 0;
};

Task<Result<bool>> append_batch(store::Unit& unit, Listing& listing, std::string& out) {
  PARLEY_CO_TRY_ASSIGN(const auto agents,
                       co_await agent::list(unit, listing.sid, listing.last_id, limits::rows_per_batch));
  for (const agent::Agent& agent : agents) {
    listing.last_id = agent.agent_id;
    if (agent.is_removed) continue;
    if (listing.length++ > 0) out.push_back(',');
    append_agent_row(out, listing.sid, agent);
  }
  co_return agents.size() == static_cast<std::size_t>(limits::rows_per_batch);
}

}  // namespace

Task<Result<>> grab_agents(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  Listing listing{call.sid, 0, 0};
  Rows rows;
  rows.before = envelope_begin;
  rows.batch = [&listing](store::Unit& unit, std::string& out, std::size_t /*wanted_bytes*/) {
    return append_batch(unit, listing, out);
  };
  rows.count = [&listing] { return listing.length; };
  rows.after = [&listing] { return envelope_end(listing.length); };
  co_return co_await send_rows(call, responder, success_head(call, json_type, tag), std::move(rows));
}

}  // namespace parley::api
