#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "statistics/fact.hpp"
#include "store/database.hpp"

namespace parley::transfer {

/// Whom an import's messages and chats mean by an id, an e-mail address or a name. Lives as long as one
/// import; used by one write unit at a time.
class AgentReferences {
 public:
  explicit AgentReferences(std::int64_t sid) noexcept : sid_(sid) {}

  /// Learns the ids that the account has already.
  base::Task<base::Result<>> load(store::Unit& unit);

  /// Says that an agent was put; false if the account had one of this id.
  bool add(std::int64_t agent_id);

  /// Sees to it that there is an agent of this id: an unknown one is made, as removed.
  base::Task<base::Result<>> expect(store::WriteUnit& unit, std::int64_t agent_id, const std::string& name,
                                    const std::string& email);

  /// The agent of a chat that names nobody's id: whoever has the e-mail address, else the removed agent of
  /// that name, else nobody. A null or empty address is one that nobody has.
  base::Task<base::Result<std::optional<std::int64_t>>> find(store::WriteUnit& unit,
                                                             const statistics::GivenFact& fact);

  /// Remembers which chat got `find`'s answer for `fact`, for `settle`.
  void remember(const statistics::GivenFact& fact, std::int64_t chat_id);

  /// Asks everything that `find` was asked once more, now that all agents are known, and corrects the chats
  /// whose answer was another: so the order of the file does not matter, and a second import finds what the
  /// first one left.
  base::Task<base::Result<>> settle(store::WriteUnit& unit);

  /// How many agents were made because something named them.
  [[nodiscard]] std::uint64_t made() const noexcept { return made_; }

 private:
  /// E-mail address and name, empty where null.
  using Names = std::pair<std::string, std::string>;
  struct Answer {
    std::optional<std::int64_t> agent_id;
    std::vector<std::int64_t> chats;
  };

  [[nodiscard]] static Names names_of(const statistics::GivenFact& fact);
  base::Task<base::Result<std::optional<std::int64_t>>> look_up(store::Unit& unit, const Names& names) const;
  base::Task<base::Result<>> correct(store::WriteUnit& unit, const Answer& answer,
                                     std::optional<std::int64_t> agent_id) const;

  std::int64_t sid_;
  std::set<std::int64_t> known_;
  std::map<Names, Answer> answers_;
  std::uint64_t made_ = 0;
};

}  // namespace parley::transfer
