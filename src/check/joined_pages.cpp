// The pages that visitorJoin messages name must be recorded for their conversation.

#include <fmt/format.h>

#include <limits>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "check/parts.hpp"
#include "conversation/message.hpp"

namespace parley::check {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_system_messages(
    "SELECT conversation_id, sent_at, message_id, text FROM message WHERE sid = ?1 "
    "AND (conversation_id, sent_at, message_id) > (?2, ?3, ?4) AND conversation_id < ?5 AND agent_id IS NULL "
    "ORDER BY conversation_id, sent_at, message_id LIMIT ?6");
const store::Sql select_recorded(
    "SELECT 1 FROM page p JOIN conversation_page s ON s.sid = p.sid AND s.page_id = p.page_id "
    "WHERE p.sid = ?1 AND p.url = ?2 AND s.conversation_id = ?3");

struct Place {
  std::string conversation_id;
  std::int64_t sent_at = 0;
  std::int64_t message_id = 0;
};

struct JoinedPage {
  std::string conversation_id;
  std::int64_t message_id = 0;
  std::string url;
};

Task<Result<>> check_recorded(store::Unit& unit, std::int64_t sid, const JoinedPage& page, Report& report) {
  bool is_recorded = false;
  PARLEY_CO_TRY(co_await unit.query(select_recorded, bind(sid, page.url, page.conversation_id),
                                    [&is_recorded](const Row&) { is_recorded = true; }));
  if (!is_recorded) {
    report.add(Claim::visitor_join_page, sid, "message",
               fmt::format("{}/{}", page.conversation_id, page.message_id));
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<>> check_joined_pages(store::Unit& unit, std::int64_t sid, const Range& range, Report& report) {
  constexpr auto before_all = std::numeric_limits<std::int64_t>::min();
  Place place{range.from, before_all, before_all};
  std::vector<JoinedPage> pages;
  int looked_at = limits::rows_per_batch;
  while (looked_at == limits::rows_per_batch) {
    looked_at = 0;
    pages.clear();
    const Place after = place;
    PARLEY_CO_TRY(co_await unit.query(
        select_system_messages,
        bind(sid, after.conversation_id, after.sent_at, after.message_id, range.to, limits::rows_per_batch),
        [&](const Row& row) {
          ++looked_at;
          place = {std::string(row.text(0)), row.integer(1), row.integer(2)};
          std::string url = conversation::visitor_join_page(row.text(3));
          if (!url.empty()) pages.push_back({place.conversation_id, place.message_id, std::move(url)});
        }));
    for (const JoinedPage& page : pages) PARLEY_CO_TRY(co_await check_recorded(unit, sid, page, report));
  }
  co_return Result<>{};
}

}  // namespace parley::check
