#include "agent/agent.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"

namespace parley::agent {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_agent(
    "SELECT agent_id, name, email, picture, last_active_at, department, is_back_office, groups, is_removed "
    "FROM agent WHERE sid = ?1 AND agent_id = ?2");
const store::Sql select_agents(
    "SELECT agent_id, name, email, picture, last_active_at, department, is_back_office, groups, is_removed "
    "FROM agent WHERE sid = ?1 AND agent_id > ?2 ORDER BY agent_id LIMIT ?3");
const store::Sql select_by_email(
    "SELECT agent_id FROM agent WHERE sid = ?1 AND email = ?2 ORDER BY is_removed, agent_id LIMIT 1",
    "SELECT agent_id FROM agent WHERE sid = ?1 AND email_digest = sha256(convert_to(?2, 'UTF8')) AND email = "
    "?2 ORDER BY is_removed, agent_id LIMIT 1");
const store::Sql select_removed_by_name(
    "SELECT min(agent_id) FROM agent WHERE sid = ?1 AND name = ?2 AND is_removed = 1");
const store::Sql upsert_agent(
    "INSERT INTO agent (sid, agent_id, name, email, picture, last_active_at, department, is_back_office, "
    "groups, "
    "is_removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "ON CONFLICT (sid, agent_id) DO UPDATE SET name = excluded.name, email = excluded.email, "
    "picture = excluded.picture, last_active_at = excluded.last_active_at, department = excluded.department, "
    "is_back_office = excluded.is_back_office, groups = excluded.groups, is_removed = excluded.is_removed");
const store::Sql mark_removed(
    "UPDATE agent SET is_removed = 1 WHERE sid = ?1 AND agent_id = ?2 AND is_removed = 0");

Agent read_agent(const Row& row) {
  Agent agent;
  agent.agent_id = row.integer(0);
  agent.name = row.text(1);
  agent.email = row.text(2);
  agent.picture = row.text(3);
  if (!row.is_null(4)) agent.last_active_at = row.timestamp(4);
  agent.department = row.text(5);
  agent.is_back_office = row.integer(6) != 0;
  agent.groups = row.text(7);
  agent.is_removed = row.integer(8) != 0;
  return agent;
}

Result<> check_text(std::string_view name, std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return {};
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("{} is {} bytes long; it takes at most {}", name, text.size(), limit));
}

Result<> check_agent(const Agent& agent) {
  if (agent.agent_id < 0 || agent.agent_id >= limits::id_end) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("agentID is {}; it takes 1 to 2^53-1", agent.agent_id));
  }
  const std::array<std::pair<std::string_view, std::string_view>, 4> texts = {{
      {"agentName", agent.name},
      {"agentEmail", agent.email},
      {"department", agent.department},
      {"groups", agent.groups},
  }};
  for (const auto& [name, text] : texts) PARLEY_TRY(check_text(name, text, limits::short_text_bytes));
  return check_text("agentPicture", agent.picture, limits::url_bytes);
}

/// What becomes of the account's agents, of which the removed are none, when `agent` takes the place of
/// `known`.
change::Action action_of(const std::optional<Agent>& known, const Agent& agent) {
  const bool was_there = known && !known->is_removed;
  if (was_there == !agent.is_removed) return change::Action::updated;
  return was_there ? change::Action::removed : change::Action::created;
}

void touch(store::WriteUnit& unit, std::int64_t sid, std::int64_t agent_id, change::Action action) {
  change::touch(unit, {sid, {}, change::Kind::agent, std::to_string(agent_id), action});
}

}  // namespace

Task<Result<std::optional<Agent>>> find(store::Unit& unit, std::int64_t sid, std::int64_t agent_id) {
  std::optional<Agent> found;
  PARLEY_CO_TRY(co_await unit.query(select_agent, bind(sid, agent_id),
                                    [&found](const Row& row) { found = read_agent(row); }));
  co_return found;
}

Task<Result<std::optional<std::int64_t>>> find_by_email(store::Unit& unit, std::int64_t sid,
                                                        std::string_view email) {
  std::optional<std::int64_t> found;
  PARLEY_CO_TRY(co_await unit.query(select_by_email, bind(sid, email),
                                    [&found](const Row& row) { found = row.integer(0); }));
  co_return found;
}

Task<Result<std::optional<std::int64_t>>> find_removed_by_name(store::Unit& unit, std::int64_t sid,
                                                               std::string_view name) {
  std::optional<std::int64_t> found;
  PARLEY_CO_TRY(co_await unit.query(select_removed_by_name, bind(sid, name),
                                    [&found](const Row& row) { found = row.optional_integer(0); }));
  co_return found;
}

Task<Result<std::vector<Agent>>> list(store::Unit& unit, std::int64_t sid, std::int64_t after_id, int limit) {
  std::vector<Agent> found;
  PARLEY_CO_TRY(co_await unit.query(select_agents, bind(sid, after_id, limit),
                                    [&found](const Row& row) { found.push_back(read_agent(row)); }));
  co_return found;
}

Task<Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, Agent agent) {
  PARLEY_CO_TRY(check_agent(agent));
  std::optional<Agent> known;
  if (agent.agent_id == 0) {
    PARLEY_CO_TRY_ASSIGN(agent.agent_id, co_await account::next_id(unit, sid, account::Counter::agent));
  } else {
    PARLEY_CO_TRY_ASSIGN(known, co_await find(unit, sid, agent.agent_id));
    if (known == agent) co_return false;
    PARLEY_CO_TRY(co_await account::keep_above(unit, sid, account::Counter::agent, agent.agent_id));
  }
  PARLEY_CO_TRY(co_await unit.execute(
      upsert_agent, bind(sid, agent.agent_id, agent.name, agent.email, agent.picture, agent.last_active_at,
                         agent.department, static_cast<int>(agent.is_back_office), agent.groups,
                         static_cast<int>(agent.is_removed))));
  touch(unit, sid, agent.agent_id, action_of(known, agent));
  co_return true;
}

Task<Result<>> remove(store::WriteUnit& unit, std::int64_t sid, std::int64_t agent_id) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t changed, co_await unit.execute(mark_removed, bind(sid, agent_id)));
  if (changed == 0) {
    co_return base::fail(ErrorCode::not_found, fmt::format("account {} has no agent {}", sid, agent_id));
  }
  touch(unit, sid, agent_id, change::Action::removed);
  co_return Result<>{};
}

}  // namespace parley::agent
