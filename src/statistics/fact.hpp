#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "conversation/chat.hpp"
#include "store/database.hpp"
#include "visitor/visitor.hpp"

/// Chat facts: one narrow row per chat, right at every commit, from which chatStatistics is rendered.
namespace parley::statistics {

/// What an imported chat brings with it beside its `conversation::Chat`; holds as given.
struct GivenFact {
  std::optional<std::int64_t> agent_id;
  std::optional<std::string> agent_name;
  std::optional<std::string> agent_email;
  visitor::Visitor visitor;  ///< As it stood when the chat ended (last_visit_at is not used).
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> response_time_ms;
};

/// Writes the fact of a given chat. True if anything changed. Errors: invalid_argument for text over its
/// limit or a negative time.
base::Task<base::Result<bool>> put_given(store::WriteUnit& unit, std::int64_t sid,
                                         const conversation::Chat& chat, const GivenFact& fact);

/// What messages and agents say of a chat that is not given (chat-api.md, section 3, "Row").
struct ComputedFact {
  std::optional<std::int64_t> agent_id;
  std::optional<std::string> agent_name;
  std::optional<std::string> agent_email;
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> response_time_ms;

  bool operator==(const ComputedFact&) const = default;
};

/// Computes it from the messages and agents as they are now. The stored fact keeps the agent's name and
/// e-mail of its own time: a later rename changes no past row, so those two may differ from what this gives.
/// Looks at what lies between the chat's start and its end (or the next chat's start, `next_started_at`).
base::Task<base::Result<ComputedFact>> compute(store::Unit& unit, std::int64_t sid,
                                               const conversation::Chat& chat,
                                               std::optional<base::Timestamp> next_started_at);

/// The labels of a conversation, or its ordinary tags, as fact rows keep them: a JSON array in order of
/// creation, or empty text for none.
[[nodiscard]] std::string label_list(const std::vector<visitor::Label>& labels);
[[nodiscard]] std::string tag_list(const std::vector<visitor::Tag>& tags);

/// The hook: brings the facts of every chat up to date whose conversation this unit touched.
base::Task<base::Result<>> refresh_facts(store::WriteUnit& unit);

/// The latest start of a chat in the account; empty if it has none. An answer up to a later moment is the
/// same.
base::Task<base::Result<std::optional<base::Timestamp>>> latest_start(store::Unit& unit, std::int64_t sid);

}  // namespace parley::statistics
