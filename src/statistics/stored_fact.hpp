#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "visitor/visitor.hpp"

namespace parley::statistics {

/// A row of chat_fact as it is stored: texts by their dictionary number.
struct StoredFact {
  std::string conversation_id;
  base::Timestamp started_at;
  std::optional<std::int64_t> agent_id;
  std::optional<std::int64_t> agent_name;
  std::optional<std::int64_t> agent_email;
  std::int64_t referral = 0;
  std::int64_t search_engine = 0;
  std::int64_t exit_page = 0;
  std::int64_t browser = 0;
  std::int64_t os = 0;
  std::int64_t city = 0;
  std::int64_t country = 0;
  std::int64_t labels = 0;
  std::int64_t tags = 0;
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> rating;
  std::optional<std::int64_t> response_time_ms;

  bool operator==(const StoredFact&) const = default;
};

/// The stored fact of a chat, if it has one.
base::Task<base::Result<std::optional<StoredFact>>> find_stored(store::Unit& unit, std::int64_t sid,
                                                                std::int64_t chat_id);

/// Writes the row with the unit's stamp, moves the account's latest start and forgets the day's blocks. The
/// one place that writes facts.
base::Task<base::Result<>> write_stored(store::WriteUnit& unit, std::int64_t sid, std::int64_t chat_id,
                                        const StoredFact& fact);

/// Sets the visitor's columns.
base::Task<base::Result<>> set_visitor(store::WriteUnit& unit, std::int64_t sid, StoredFact& fact,
                                       const visitor::Visitor& visitor);

/// The dictionary numbers of a conversation's label and tag lists, as they are now.
struct NoteNumbers {
  std::int64_t labels = 0;
  std::int64_t tags = 0;
};
base::Task<base::Result<NoteNumbers>> note_numbers(store::WriteUnit& unit, std::int64_t sid,
                                                   std::string_view conversation_id);

}  // namespace parley::statistics
