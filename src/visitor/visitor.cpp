#include "visitor/visitor.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/limits.hpp"
#include "change/change.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::visitor {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_visitor(
    "SELECT traffic_type, search_engine, last_visit_at, browser, os, city, country, exit_page "
    "FROM visitor WHERE sid = ?1 AND conversation_id = ?2");
const store::Sql upsert_visitor(
    "INSERT INTO visitor (sid, conversation_id, traffic_type, search_engine, last_visit_at, browser, os, "
    "city, country, "
    "exit_page) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "ON CONFLICT (sid, conversation_id) DO UPDATE SET traffic_type = excluded.traffic_type, "
    "search_engine = excluded.search_engine, last_visit_at = excluded.last_visit_at, browser = "
    "excluded.browser, "
    "os = excluded.os, city = excluded.city, country = excluded.country, exit_page = excluded.exit_page");

Result<> check_text(std::string_view name, std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return {};
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("{} is {} bytes long; it takes at most {}", name, text.size(), limit));
}

Result<> check_visitor(const Visitor& visitor) {
  const std::array<std::pair<std::string_view, std::string_view>, 6> texts = {{
      {"trafficType", visitor.traffic_type},
      {"se_type", visitor.search_engine},
      {"browser", visitor.browser},
      {"os", visitor.os},
      {"user_city", visitor.city},
      {"user_country", visitor.country},
  }};
  for (const auto& [name, text] : texts) PARLEY_TRY(check_text(name, text, limits::short_text_bytes));
  return check_text("exitPage", visitor.exit_page, limits::url_bytes);
}

}  // namespace

Task<Result<std::optional<Visitor>>> find(store::Unit& unit, std::int64_t sid,
                                          std::string_view conversation_id) {
  std::optional<Visitor> found;
  PARLEY_CO_TRY(co_await unit.query(select_visitor, bind(sid, conversation_id), [&found](const Row& row) {
    Visitor& visitor = found.emplace();
    visitor.traffic_type = row.text(0);
    visitor.search_engine = row.text(1);
    if (!row.is_null(2)) visitor.last_visit_at = row.timestamp(2);
    visitor.browser = row.text(3);
    visitor.os = row.text(4);
    visitor.city = row.text(5);
    visitor.country = row.text(6);
    visitor.exit_page = row.text(7);
  }));
  co_return found;
}

Task<Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                       const Visitor& visitor) {
  PARLEY_CO_TRY(check_visitor(visitor));
  PARLEY_CO_TRY_ASSIGN(const std::optional<Visitor> known, co_await find(unit, sid, conversation_id));
  if (known == visitor) co_return false;
  PARLEY_CO_TRY(co_await unit.execute(
      upsert_visitor,
      bind(sid, conversation_id, visitor.traffic_type, visitor.search_engine, visitor.last_visit_at,
           visitor.browser, visitor.os, visitor.city, visitor.country, visitor.exit_page)));
  if (!visitor.exit_page.empty()) {
    PARLEY_CO_TRY(co_await page_filter::record_page(unit, sid, conversation_id, visitor.exit_page));
  }
  change::touch(unit, {sid, std::string(conversation_id), change::Kind::visitor, std::string(conversation_id),
                       known ? change::Action::updated : change::Action::created});
  co_return true;
}

}  // namespace parley::visitor
