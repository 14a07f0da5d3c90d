#pragma once

#include <cstdint>
#include <string>

#include "agent/agent.hpp"

namespace parley::api {

/// Appends an agent as grabAgent and grabAgents give it.
void append_agent_row(std::string& out, std::int64_t sid, const agent::Agent& agent);

}  // namespace parley::api
