#include "conversation/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/known_conversations.hpp"
#include "encoding/utf8.hpp"
#include "page_filter/conversation_match.hpp"
#include "visitor/visitor.hpp"

namespace parley::conversation {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_conversation(
    "SELECT created_at FROM conversation WHERE sid = ?1 AND conversation_id = ?2");
const store::Sql insert_conversation(
    "INSERT INTO conversation (sid, conversation_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4)");
const store::Sql update_created(
    "UPDATE conversation SET created_at = ?3 WHERE sid = ?1 AND conversation_id = ?2");
const store::Sql update_stamp(
    "UPDATE conversation SET updated_at = ?3 WHERE sid = ?1 AND conversation_id = ?2");

const store::Sql select_list(
    "SELECT created_at, conversation_id, created_at FROM conversation "
    "WHERE sid = ?1 AND (created_at, conversation_id) > (?2, ?3) AND created_at <= ?4 "
    "ORDER BY created_at, conversation_id LIMIT ?5");
const store::Sql select_updated(
    "SELECT updated_at, conversation_id, created_at FROM conversation "
    "WHERE sid = ?1 AND (updated_at, conversation_id) > (?2, ?3) AND updated_at < ?4 "
    "ORDER BY updated_at, conversation_id LIMIT ?5");

struct ListedRow {
  ListPosition place;
  base::Timestamp created_at;
};

/// The next rows of the query's order on their way to `take`, at most so many, whatever its filters say.
Task<Result<>> next_listed(store::Unit& unit, const ListQuery& query, const ListPosition& from, int most,
                           store::RowSink take) {
  const store::Sql& sql = query.updated ? select_updated : select_list;
  const base::Timestamp end = query.updated ? query.updated->until : query.to;
  PARLEY_CO_TRY(co_await unit.query(sql, bind(query.sid, from.time, from.conversation_id, end, most), take));
  co_return Result<>{};
}

bool is_in_span(const ListQuery& query, base::Timestamp created_at) {
  return created_at >= query.from && created_at <= query.to;
}

/// Without a page filter a row goes from the statement to its taker, and is kept by nobody.
Task<Result<bool>> give_unfiltered(store::Unit& unit, const ListQuery& query, ListPosition& position,
                                   const ListSink& row) {
  const ListPosition from = position;
  ListPosition place;
  int looked_at = 0;
  bool is_refused = false;
  const auto take = [&](const Row& next) {
    place.time = next.timestamp(0);
    place.conversation_id.assign(next.text(1));
    if (query.last && place > *query.last) return false;
    const base::Timestamp created_at = next.timestamp(2);
    is_refused = is_in_span(query, created_at) && !row(place, created_at);
    if (is_refused) return false;
    position = place;
    ++looked_at;
    return true;
  };
  PARLEY_CO_TRY(co_await next_listed(unit, query, from, limits::rows_per_batch, take));
  co_return is_refused || looked_at == limits::rows_per_batch;
}

/// A page filter is asked by a statement of its own, so the rows are gathered first, as many as are wanted.
Task<Result<bool>> give_filtered(store::Unit& unit, const ListQuery& query, ListPosition& position,
                                 int wanted_rows, const ListSink& row) {
  std::vector<ListedRow> found;
  for (int looked_at = 0; looked_at < limits::rows_per_batch;) {
    const int most = std::clamp(wanted_rows, 1, limits::rows_per_batch - looked_at);
    found.clear();
    const auto take = [&](const Row& next) {
      ListedRow listed{{next.timestamp(0), std::string(next.text(1))}, next.timestamp(2)};
      if (query.last && listed.place > *query.last) return false;
      found.push_back(std::move(listed));
      return true;
    };
    PARLEY_CO_TRY(co_await next_listed(unit, query, position, most, take));
    for (ListedRow& next : found) {
      bool is_asked_for = is_in_span(query, next.created_at);
      if (is_asked_for) {
        PARLEY_CO_TRY_ASSIGN(is_asked_for,
                             co_await page_filter::conversation_matches(
                                 unit, query.sid, next.place.conversation_id, query.page_filter_ids));
      }
      if (is_asked_for && !row(next.place, next.created_at)) co_return true;
      position = std::move(next.place);
    }
    if (found.size() < static_cast<std::size_t>(most)) co_return false;
    looked_at += most;
  }
  co_return true;
}

}  // namespace

Task<Result<std::optional<base::Timestamp>>> find(store::Unit& unit, std::int64_t sid,
                                                  std::string_view conversation_id) {
  std::optional<base::Timestamp> created;
  PARLEY_CO_TRY(co_await unit.query(select_conversation, bind(sid, conversation_id),
                                    [&created](const Row& row) { created = row.timestamp(0); }));
  co_return created;
}

Task<Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, const Conversation& conversation) {
  const std::string& id = conversation.conversation_id;
  if (!base::is_conversation_id(id)) {
    co_return base::fail(ErrorCode::invalid_argument,
                         fmt::format("conversationID is '{}'; it takes V and 1 to {} digits",
                                     encoding::first_characters(id, limits::echoed_value_characters),
                                     limits::conversation_id_digits));
  }
  PARLEY_CO_TRY_ASSIGN(const std::optional<base::Timestamp> known, co_await find(unit, sid, id));
  if (known == conversation.created_at) co_return false;
  if (known) {
    PARLEY_CO_TRY(co_await unit.execute(update_created, bind(sid, id, conversation.created_at)));
    change::touch(unit, {sid, id, change::Kind::conversation, id, change::Action::updated});
    co_return true;
  }
  PARLEY_CO_TRY_ASSIGN(const base::Timestamp stamp, co_await change::stamp(unit, sid));
  PARLEY_CO_TRY(co_await unit.execute(insert_conversation, bind(sid, id, conversation.created_at, stamp)));
  note_made(unit, sid, id);
  change::touch(unit, {sid, id, change::Kind::conversation, id, change::Action::created});
  const visitor::Visitor unknown;
  PARLEY_CO_TRY(co_await visitor::put(unit, sid, id, unknown));
  co_return true;
}

Task<Result<bool>> list_batch(store::Unit& unit, const ListQuery& query,
                              std::optional<ListPosition>& position, int wanted_rows, ListSink row) {
  // Before the first row: a place that sorts below every id of the first instant.
  if (!position) position = ListPosition{query.updated ? query.updated->from : query.from, std::string()};
  if (query.page_filter_ids.empty()) co_return co_await give_unfiltered(unit, query, *position, row);
  co_return co_await give_filtered(unit, query, *position, wanted_rows, row);
}

std::array<const store::Sql*, 2> list_statements() {
  return {&select_list, &select_updated};
}

Task<Result<>> stamp_touched(store::WriteUnit& unit) {
  // What an import fills unseen has its stamp from its making, and nobody can have followed it before it is
  // seen.
  if (change::fills_unseen(unit)) co_return Result<>{};
  for (const auto& place : change::touched_conversations(unit)) {
    PARLEY_CO_TRY_ASSIGN(const base::Timestamp stamp, co_await change::stamp(unit, place.first));
    PARLEY_CO_TRY(co_await unit.leave(update_stamp, bind(place.first, place.second, stamp)));
  }
  co_return Result<>{};
}

}  // namespace parley::conversation
