#include "conversation/conversation.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
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
    "SELECT created_at, conversation_id FROM conversation "
    "WHERE sid = ?1 AND (created_at, conversation_id) > (?2, ?3) AND created_at <= ?4 "
    "ORDER BY created_at, conversation_id LIMIT ?5");

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
  change::touch(unit, {sid, id, change::Kind::conversation, id, change::Action::created});
  const visitor::Visitor unknown;
  PARLEY_CO_TRY(co_await visitor::put(unit, sid, id, unknown));
  co_return true;
}

Task<Result<bool>> list_batch(store::Unit& unit, const ListQuery& query,
                              std::optional<ListPosition>& position,
                              std::function<void(std::string_view, base::Timestamp)> row) {
  // Before the first row: a place that sorts below every id of the first instant.
  if (!position) position = ListPosition{query.from, std::string()};
  std::vector<ListPosition> found;
  found.reserve(static_cast<std::size_t>(limits::rows_per_batch));
  PARLEY_CO_TRY(co_await unit.query(
      select_list,
      bind(query.sid, position->created_at, position->conversation_id, query.to, limits::rows_per_batch),
      [&found](const Row& next) { found.push_back({next.timestamp(0), std::string(next.text(1))}); }));
  for (const ListPosition& place : found) {
    if (!query.page_filter_ids.empty()) {
      PARLEY_CO_TRY_ASSIGN(const bool matches,
                           co_await page_filter::conversation_matches(unit, query.sid, place.conversation_id,
                                                                      query.page_filter_ids));
      if (!matches) continue;
    }
    row(place.conversation_id, place.created_at);
  }
  if (!found.empty()) position = found.back();
  co_return found.size() == static_cast<std::size_t>(limits::rows_per_batch);
}

Task<Result<>> stamp_touched(store::WriteUnit& unit) {
  // What an import fills unseen has its stamp from its making, and nobody can have followed it before it is
  // seen.
  if (change::fills_unseen(unit)) co_return Result<>{};
  for (const auto& place : change::touched_conversations(unit)) {
    PARLEY_CO_TRY_ASSIGN(const base::Timestamp stamp, co_await change::stamp(unit, place.first));
    PARLEY_CO_TRY(co_await unit.execute(update_stamp, bind(place.first, place.second, stamp)));
  }
  co_return Result<>{};
}

}  // namespace parley::conversation
