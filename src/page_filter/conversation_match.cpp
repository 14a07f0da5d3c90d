#include "page_filter/conversation_match.hpp"

namespace parley::page_filter {

namespace {

const store::Sql select_match(
    "SELECT 1 FROM conversation_page p "
    "JOIN page_filter f ON f.sid = p.sid AND f.filter_id IN (SELECT value FROM json_each(?3)) "
    "JOIN page_filter_match m ON m.sid = p.sid AND m.filter_id = f.filter_id "
    "AND m.generation = f.served_generation AND m.page_id = p.page_id "
    "WHERE p.sid = ?1 AND p.conversation_id = ?2 LIMIT 1",
    "SELECT 1 FROM conversation_page p "
    "JOIN page_filter f ON f.sid = p.sid "
    "AND f.filter_id = ANY (CAST(translate(?3, '[]', '{}') AS BIGINT[])) "
    "JOIN page_filter_match m ON m.sid = p.sid AND m.filter_id = f.filter_id "
    "AND m.generation = f.served_generation AND m.page_id = p.page_id "
    "WHERE p.sid = ?1 AND p.conversation_id = ?2 LIMIT 1");

}  // namespace

base::Task<base::Result<bool>> conversation_matches(store::Unit& unit, std::int64_t sid,
                                                    std::string_view conversation_id,
                                                    std::string_view filter_ids) {
  bool matches = false;
  PARLEY_CO_TRY(co_await unit.query(select_match, store::bind(sid, conversation_id, filter_ids),
                                    [&matches](const store::Row&) { matches = true; }));
  co_return matches;
}

}  // namespace parley::page_filter
