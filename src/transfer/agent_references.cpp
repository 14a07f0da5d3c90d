#include "transfer/agent_references.hpp"

#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "statistics/stored_fact.hpp"

namespace parley::transfer {

using base::Result;
using base::Task;

Task<Result<>> AgentReferences::load(store::Unit& unit) {
  std::int64_t after_id = 0;
  while (true) {
    PARLEY_CO_TRY_ASSIGN(const auto agents,
                         co_await agent::list(unit, sid_, after_id, limits::rows_per_batch));
    if (agents.empty()) co_return Result<>{};
    for (const agent::Agent& agent : agents) known_.insert(agent.agent_id);
    after_id = agents.back().agent_id;
  }
}

bool AgentReferences::add(std::int64_t agent_id) {
  return known_.insert(agent_id).second;
}

Task<Result<>> AgentReferences::expect(store::WriteUnit& unit, std::int64_t agent_id, const std::string& name,
                                       const std::string& email) {
  if (known_.contains(agent_id)) co_return Result<>{};
  agent::Agent agent;
  agent.agent_id = agent_id;
  agent.name = name;
  agent.email = email;
  agent.is_removed = true;
  PARLEY_CO_TRY(co_await agent::put(unit, sid_, std::move(agent)));
  known_.insert(agent_id);
  ++made_;
  co_return Result<>{};
}

AgentReferences::Names AgentReferences::names_of(const statistics::GivenFact& fact) {
  return {fact.agent_email.value_or(""), fact.agent_name.value_or("")};
}

Task<Result<std::optional<std::int64_t>>> AgentReferences::look_up(store::Unit& unit,
                                                                   const Names& names) const {
  std::optional<std::int64_t> found;
  if (!names.first.empty()) {
    PARLEY_CO_TRY_ASSIGN(found, co_await agent::find_by_email(unit, sid_, names.first));
  }
  if (!found && !names.second.empty()) {
    PARLEY_CO_TRY_ASSIGN(found, co_await agent::find_removed_by_name(unit, sid_, names.second));
  }
  co_return found;
}

Task<Result<std::optional<std::int64_t>>> AgentReferences::find(store::WriteUnit& unit,
                                                                const statistics::GivenFact& fact) {
  const Names names = names_of(fact);
  const auto known = answers_.find(names);
  if (known != answers_.end()) co_return known->second.agent_id;
  PARLEY_CO_TRY_ASSIGN(const auto agent_id, co_await look_up(unit, names));
  answers_[names].agent_id = agent_id;
  co_return agent_id;
}

void AgentReferences::remember(const statistics::GivenFact& fact, std::int64_t chat_id) {
  const Names names = names_of(fact);
  if (names.first.empty() && names.second.empty()) return;
  answers_[names].chats.push_back(chat_id);
}

Task<Result<>> AgentReferences::correct(store::WriteUnit& unit, const Answer& answer,
                                        std::optional<std::int64_t> agent_id) const {
  for (const std::int64_t chat_id : answer.chats) {
    PARLEY_CO_TRY_ASSIGN(auto fact, co_await statistics::find_stored(unit, sid_, chat_id));
    // A later line may have made this chat another one.
    if (!fact || fact->agent_id != answer.agent_id) continue;
    fact->agent_id = agent_id;
    PARLEY_CO_TRY(co_await statistics::write_stored(unit, sid_, chat_id, *fact));
    change::touch(unit, {sid_, fact->conversation_id, change::Kind::chat, std::to_string(chat_id),
                         change::Action::updated});
  }
  co_return Result<>{};
}

Task<Result<>> AgentReferences::settle(store::WriteUnit& unit) {
  for (auto& [names, answer] : answers_) {
    PARLEY_CO_TRY_ASSIGN(const auto agent_id, co_await look_up(unit, names));
    if (agent_id == answer.agent_id) continue;
    PARLEY_CO_TRY(co_await correct(unit, answer, agent_id));
    answer.agent_id = agent_id;
  }
  co_return Result<>{};
}

}  // namespace parley::transfer
