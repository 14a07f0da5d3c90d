#include "change/change.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.hpp"

namespace parley::change {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

/// The account's place in its log.
struct Head {
  std::int64_t seq = 0;
  std::int64_t trimmed_seq = 0;
  base::Timestamp stamp{};
};

/// An account's head, as this unit moves it.
struct MovedHead {
  Head* head = nullptr;  // in Known
  bool is_stamped = false;
};

/// What units have read and written of the accounts' heads and counts.
struct Known {
  std::map<std::int64_t, Head> heads;
  std::map<std::pair<std::int64_t, Kind>, std::int64_t> counts;
};

/// What a unit has gathered.
struct Gathered {
  std::vector<Change> changes;
  std::set<std::pair<std::int64_t, std::string>> conversations;
  std::map<std::pair<std::int64_t, Kind>, std::int64_t> count_deltas;
  std::map<std::int64_t, MovedHead> heads;
  bool fills_unseen = false;
};

const store::Sql select_head("SELECT seq, trimmed_seq, stamp FROM change_head WHERE sid = ?1");
const store::Sql upsert_head(
    "INSERT INTO change_head (sid, seq, trimmed_seq, stamp) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (sid) DO UPDATE SET seq = excluded.seq, trimmed_seq = excluded.trimmed_seq, stamp = "
    "excluded.stamp");
const store::Sql insert_change(
    "INSERT INTO change (sid, seq, conversation_id, kind, key, action, changed_at) VALUES (?1, ?2, ?3, ?4, "
    "?5, ?6, ?7)");
const store::Sql upsert_count(
    "INSERT INTO record_count (sid, kind, count) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (sid, kind) DO UPDATE SET count = excluded.count");
const store::Sql select_count("SELECT count FROM record_count WHERE sid = ?1 AND kind = ?2");
const store::Sql select_trim_bound(
    "SELECT seq FROM change WHERE sid = ?1 AND changed_at < ?2 ORDER BY seq DESC LIMIT 1");
const store::Sql delete_trimmed("DELETE FROM change WHERE sid = ?1 AND seq <= ?2");

Task<Result<MovedHead*>> head_of(store::WriteUnit& unit, std::int64_t sid) {
  MovedHead& moved = unit.attachment<Gathered>().heads[sid];
  if (moved.head != nullptr) co_return &moved;
  auto& heads = unit.memory<Known>().heads;
  auto known = heads.find(sid);
  if (known == heads.end()) {
    Head head;
    PARLEY_CO_TRY(co_await unit.query(select_head, bind(sid), [&head](const Row& row) {
      head.seq = row.integer(0);
      head.trimmed_seq = row.integer(1);
      head.stamp = row.timestamp(2);
    }));
    known = heads.emplace(sid, head).first;
  }
  moved.head = &known->second;
  co_return &moved;
}

/// Moves the stamp once per unit, so that all it touches carries the same one. Never twice the same: a reader
/// who has seen everything up to a stamp need not look at it again.
void move_stamp(MovedHead& moved, base::Timestamp now) {
  if (moved.is_stamped) return;
  moved.head->stamp = std::max(moved.head->stamp + std::chrono::milliseconds(1), now);
  moved.is_stamped = true;
}

}  // namespace

void touch(store::WriteUnit& unit, Change change) {
  auto& gathered = unit.attachment<Gathered>();
  if (change.action == Action::created) ++gathered.count_deltas[{change.sid, change.kind}];
  if (change.action == Action::removed) --gathered.count_deltas[{change.sid, change.kind}];
  if (!change.conversation_id.empty()) gathered.conversations.emplace(change.sid, change.conversation_id);
  if (!gathered.fills_unseen) gathered.changes.push_back(std::move(change));
}

const std::vector<Change>& touched(store::WriteUnit& unit) {
  return unit.attachment<Gathered>().changes;
}

const std::set<std::pair<std::int64_t, std::string>>& touched_conversations(store::WriteUnit& unit) {
  return unit.attachment<Gathered>().conversations;
}

void fill_unseen(store::WriteUnit& unit) {
  unit.attachment<Gathered>().fills_unseen = true;
}

bool fills_unseen(store::WriteUnit& unit) {
  return unit.attachment<Gathered>().fills_unseen;
}

Task<Result<base::Timestamp>> stamp(store::WriteUnit& unit, std::int64_t sid) {
  PARLEY_CO_TRY_ASSIGN(MovedHead * moved, co_await head_of(unit, sid));
  move_stamp(*moved, unit.began_at());
  co_return moved->head->stamp;
}

Task<Result<>> begin_log(store::WriteUnit& unit, std::int64_t sid) {
  PARLEY_CO_TRY_ASSIGN(MovedHead * moved, co_await head_of(unit, sid));
  move_stamp(*moved, unit.began_at());
  moved->head->trimmed_seq = ++moved->head->seq;
  co_return Result<>{};
}

Task<Result<std::int64_t>> last_number(store::Unit& unit, std::int64_t sid) {
  std::int64_t seq = 0;
  PARLEY_CO_TRY(
      co_await unit.query(select_head, bind(sid), [&seq](const Row& row) { seq = row.integer(0); }));
  co_return seq;
}

Task<Result<base::Timestamp>> next_stamp(store::Unit& unit, std::int64_t sid) {
  base::Timestamp last{};
  PARLEY_CO_TRY(
      co_await unit.query(select_head, bind(sid), [&last](const Row& row) { last = row.timestamp(2); }));
  co_return last + std::chrono::milliseconds(1);
}

Task<Result<std::int64_t>> count_of(store::Unit& unit, std::int64_t sid, Kind kind) {
  std::int64_t count = 0;
  PARLEY_CO_TRY(co_await unit.query(select_count, bind(sid, static_cast<int>(kind)),
                                    [&count](const Row& row) { count = row.integer(0); }));
  co_return count;
}

Task<Result<std::int64_t>> trim(store::WriteUnit& unit, std::int64_t sid, base::Timestamp before) {
  PARLEY_CO_TRY_ASSIGN(MovedHead * moved, co_await head_of(unit, sid));
  std::int64_t bound = moved->head->trimmed_seq;
  PARLEY_CO_TRY(co_await unit.query(select_trim_bound, bind(sid, before),
                                    [&bound](const Row& row) { bound = std::max(bound, row.integer(0)); }));
  moved->head->trimmed_seq = bound;
  co_return co_await unit.execute(delete_trimmed, bind(sid, bound));
}

namespace {

Task<Result<>> write_changes(store::WriteUnit& unit, Gathered& gathered) {
  for (const Change& change : gathered.changes) {
    PARLEY_CO_TRY_ASSIGN(MovedHead * moved, co_await head_of(unit, change.sid));
    move_stamp(*moved, unit.began_at());
    ++moved->head->seq;
    PARLEY_CO_TRY(co_await unit.leave(
        insert_change,
        bind(change.sid, moved->head->seq, change.conversation_id, static_cast<int>(change.kind), change.key,
             static_cast<int>(change.action), moved->head->stamp)));
  }
  co_return Result<>{};
}

Task<Result<>> write_count(store::WriteUnit& unit, std::int64_t sid, Kind kind, std::int64_t delta) {
  auto& counts = unit.memory<Known>().counts;
  auto known = counts.find({sid, kind});
  if (known == counts.end()) {
    PARLEY_CO_TRY_ASSIGN(const std::int64_t count, co_await count_of(unit, sid, kind));
    known = counts.emplace(std::pair(sid, kind), count).first;
  }
  known->second += delta;
  co_return co_await unit.leave_newest(upsert_count, 2, bind(sid, static_cast<int>(kind), known->second));
}

}  // namespace

Task<Result<>> append(store::WriteUnit& unit) {
  auto& gathered = unit.attachment<Gathered>();
  PARLEY_CO_TRY(co_await write_changes(unit, gathered));
  for (const auto& [sid, moved] : gathered.heads) {
    if (moved.head == nullptr) continue;
    const Head& head = *moved.head;
    PARLEY_CO_TRY(
        co_await unit.leave_newest(upsert_head, 1, bind(sid, head.seq, head.trimmed_seq, head.stamp)));
  }
  for (const auto& [place, delta] : gathered.count_deltas) {
    if (delta != 0) PARLEY_CO_TRY(co_await write_count(unit, place.first, place.second, delta));
  }
  auto& known = unit.memory<Known>();
  if (known.heads.size() <= limits::known_change_numbers) co_return Result<>{};
  gathered.heads.clear();
  known = {};
  co_return Result<>{};
}

}  // namespace parley::change
