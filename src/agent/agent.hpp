#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

/// Agents: the people who answer. A removed agent stays as a record, because messages and statistics name it.
namespace parley::agent {

struct Agent {
  std::int64_t agent_id = 0;
  std::string name;
  std::string email;
  std::string picture;  ///< URL of the picture, or empty.
  std::optional<base::Timestamp> last_active_at;
  std::string department;
  bool is_back_office = false;
  std::string groups;  ///< Names joined by a comma; a group name holds none.
  bool is_removed = false;

  bool operator==(const Agent&) const = default;
};

/// The agent, removed or not; empty if there is none of that id.
base::Task<base::Result<std::optional<Agent>>> find(store::Unit& unit, std::int64_t sid,
                                                    std::int64_t agent_id);

/// The id of the agent with this e-mail: one who is not removed before one who is, then the lowest id.
base::Task<base::Result<std::optional<std::int64_t>>> find_by_email(store::Unit& unit, std::int64_t sid,
                                                                    std::string_view email);

/// The id of the removed agent of this name with the lowest id, if there is one.
base::Task<base::Result<std::optional<std::int64_t>>> find_removed_by_name(store::Unit& unit,
                                                                           std::int64_t sid,
                                                                           std::string_view name);

/// Up to `limit` agents with an id above `after_id`, by id, removed ones among them.
base::Task<base::Result<std::vector<Agent>>> list(store::Unit& unit, std::int64_t sid, std::int64_t after_id,
                                                  int limit);

/// Makes or replaces the record of `agent.agent_id` (0: the next free id). True if anything changed. Errors:
/// invalid_argument for an id outside 1…2^53-1 or text over its limit.
base::Task<base::Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, Agent agent);

/// Marks the agent removed. Error: not_found if there is none or it is removed already.
base::Task<base::Result<>> remove(store::WriteUnit& unit, std::int64_t sid, std::int64_t agent_id);

}  // namespace parley::agent
