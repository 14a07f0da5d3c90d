#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

/// The change log: what every write unit touched, numbered in commit order within an account. Domain
/// functions report what they touched; the last hook of the unit writes it in the same transaction.
namespace parley::change {

/// What was touched. The numbers are stored: never renumber.
enum class Kind : std::uint8_t {
  account = 1,
  agent = 2,
  page_filter = 3,
  conversation = 4,
  message = 5,
  visitor = 6,
  tag = 7,
  label = 8,
  card = 9,
  chat = 10,
};

/// What happened to it. The numbers are stored: never renumber.
enum class Action : std::uint8_t { created = 1, updated = 2, removed = 3 };

/// One touched thing. `conversation_id` is empty where the kind belongs to none; `key` is the thing's own id
/// as text.
struct Change {
  std::int64_t sid = 0;
  std::string conversation_id;
  Kind kind = Kind::account;
  std::string key;
  Action action = Action::updated;
};

/// Reports a change inside a unit.
void touch(store::WriteUnit& unit, Change change);

/// What the unit has touched so far, in order. For hooks.
[[nodiscard]] const std::vector<Change>& touched(store::WriteUnit& unit);

/// The conversations it touched, as (sid, conversation id); kept in units that fill an unseen account too.
/// For hooks.
[[nodiscard]] const std::set<std::pair<std::int64_t, std::string>>& touched_conversations(
    store::WriteUnit& unit);

/// Says that this unit fills an account nobody sees yet (an import): counts and touched conversations are
/// kept, but no log row is written and `touched` stays empty.
void fill_unseen(store::WriteUnit& unit);
[[nodiscard]] bool fills_unseen(store::WriteUnit& unit);

/// The `updated_at` of everything this unit touches in the account: now, or a millisecond after the account's
/// last where that is later. So it rises with every unit, in commit order, whatever the clock does.
base::Task<base::Result<base::Timestamp>> stamp(store::WriteUnit& unit, std::int64_t sid);

/// The bound between what is committed and what is to come: every stamp of the account that this unit can see
/// lies before it, and every later one at it or after.
base::Task<base::Result<base::Timestamp>> next_stamp(store::Unit& unit, std::int64_t sid);

/// Begins an account's log at number 1: what came before (the import that filled it) is to be read anew.
base::Task<base::Result<>> begin_log(store::WriteUnit& unit, std::int64_t sid);

/// The account's last change number: the part of every entity tag that moves with each write. 0 for an
/// unknown account.
base::Task<base::Result<std::int64_t>> last_number(store::Unit& unit, std::int64_t sid);

/// How many records of a kind the account holds, as counted by the writes.
base::Task<base::Result<std::int64_t>> count_of(store::Unit& unit, std::int64_t sid, Kind kind);

/// Drops log rows older than `before`. Returns how many went.
base::Task<base::Result<std::int64_t>> trim(store::WriteUnit& unit, std::int64_t sid, base::Timestamp before);

/// The hook: numbers and writes what was touched, moves the head and the counts.
base::Task<base::Result<>> append(store::WriteUnit& unit);

}  // namespace parley::change
