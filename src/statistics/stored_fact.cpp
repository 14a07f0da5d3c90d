#include "statistics/stored_fact.hpp"

#include <utility>

#include "change/change.hpp"
#include "encoding/json_writer.hpp"
#include "statistics/block_store.hpp"
#include "statistics/dictionary.hpp"
#include "statistics/fact.hpp"

namespace parley::statistics {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_fact(
    "SELECT conversation_id, started_at, agent_id, agent_name, agent_email, referral, search_engine, "
    "exit_page, "
    "browser, os, city, country, labels, tags, duration_ms, rating, response_time_ms FROM chat_fact "
    "WHERE sid = ?1 AND chat_id = ?2");
const store::Sql upsert_fact(
    "INSERT INTO chat_fact (sid, chat_id, conversation_id, started_at, agent_id, agent_name, agent_email, "
    "referral, "
    "search_engine, exit_page, browser, os, city, country, labels, tags, duration_ms, rating, "
    "response_time_ms, "
    "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
    "?19, ?20) "
    "ON CONFLICT (sid, chat_id) DO UPDATE SET conversation_id = excluded.conversation_id, "
    "started_at = excluded.started_at, agent_id = excluded.agent_id, agent_name = excluded.agent_name, "
    "agent_email = excluded.agent_email, referral = excluded.referral, search_engine = "
    "excluded.search_engine, "
    "exit_page = excluded.exit_page, browser = excluded.browser, os = excluded.os, city = excluded.city, "
    "country = excluded.country, labels = excluded.labels, tags = excluded.tags, duration_ms = "
    "excluded.duration_ms, "
    "rating = excluded.rating, response_time_ms = excluded.response_time_ms, updated_at = "
    "excluded.updated_at");
const store::Sql raise_latest_start(
    "INSERT INTO statistics_head (sid, latest_started_at) VALUES (?1, ?2) ON CONFLICT (sid) DO UPDATE SET "
    "latest_started_at = excluded.latest_started_at "
    "WHERE excluded.latest_started_at > statistics_head.latest_started_at");
const store::Sql select_latest_start("SELECT latest_started_at FROM statistics_head WHERE sid = ?1");

StoredFact read_fact(const Row& row) {
  StoredFact fact;
  fact.conversation_id = row.text(0);
  fact.started_at = row.timestamp(1);
  fact.agent_id = row.optional_integer(2);
  fact.agent_name = row.optional_integer(3);
  fact.agent_email = row.optional_integer(4);
  fact.referral = row.integer(5);
  fact.search_engine = row.integer(6);
  fact.exit_page = row.integer(7);
  fact.browser = row.integer(8);
  fact.os = row.integer(9);
  fact.city = row.integer(10);
  fact.country = row.integer(11);
  fact.labels = row.integer(12);
  fact.tags = row.integer(13);
  fact.duration_ms = row.optional_integer(14);
  fact.rating = row.optional_integer(15);
  fact.response_time_ms = row.optional_integer(16);
  return fact;
}

}  // namespace

Task<Result<std::optional<StoredFact>>> find_stored(store::Unit& unit, std::int64_t sid,
                                                    std::int64_t chat_id) {
  std::optional<StoredFact> found;
  PARLEY_CO_TRY(co_await unit.query(select_fact, bind(sid, chat_id),
                                    [&found](const Row& row) { found = read_fact(row); }));
  co_return found;
}

Task<Result<>> write_stored(store::WriteUnit& unit, std::int64_t sid, std::int64_t chat_id,
                            const StoredFact& fact) {
  PARLEY_CO_TRY_ASSIGN(const base::Timestamp stamp, co_await change::stamp(unit, sid));
  PARLEY_CO_TRY(co_await forget_days(unit, sid, chat_id, fact.started_at));
  PARLEY_CO_TRY(co_await unit.execute(
      upsert_fact, bind(sid, chat_id, fact.conversation_id, fact.started_at, fact.agent_id, fact.agent_name,
                        fact.agent_email, fact.referral, fact.search_engine, fact.exit_page, fact.browser,
                        fact.os, fact.city, fact.country, fact.labels, fact.tags, fact.duration_ms,
                        fact.rating, fact.response_time_ms, stamp)));
  PARLEY_CO_TRY(co_await unit.execute(raise_latest_start, bind(sid, fact.started_at)));
  co_return Result<>{};
}

Task<Result<>> set_visitor(store::WriteUnit& unit, std::int64_t sid, StoredFact& fact,
                           const visitor::Visitor& visitor) {
  PARLEY_CO_TRY_ASSIGN(fact.referral, co_await text_id(unit, sid, visitor.traffic_type));
  PARLEY_CO_TRY_ASSIGN(fact.search_engine, co_await text_id(unit, sid, visitor.search_engine));
  PARLEY_CO_TRY_ASSIGN(fact.exit_page, co_await text_id(unit, sid, visitor.exit_page));
  PARLEY_CO_TRY_ASSIGN(fact.browser, co_await text_id(unit, sid, visitor.browser));
  PARLEY_CO_TRY_ASSIGN(fact.os, co_await text_id(unit, sid, visitor.os));
  PARLEY_CO_TRY_ASSIGN(fact.city, co_await text_id(unit, sid, visitor.city));
  PARLEY_CO_TRY_ASSIGN(fact.country, co_await text_id(unit, sid, visitor.country));
  co_return Result<>{};
}

Task<Result<NoteNumbers>> note_numbers(store::WriteUnit& unit, std::int64_t sid,
                                       std::string_view conversation_id) {
  PARLEY_CO_TRY_ASSIGN(const auto labels, co_await visitor::labels(unit, sid, conversation_id));
  PARLEY_CO_TRY_ASSIGN(const auto tags, co_await visitor::tags(unit, sid, conversation_id));
  NoteNumbers numbers;
  const std::string label_text = label_list(labels);
  const std::string tag_text = tag_list(tags);
  PARLEY_CO_TRY_ASSIGN(numbers.labels, co_await text_id(unit, sid, label_text));
  PARLEY_CO_TRY_ASSIGN(numbers.tags, co_await text_id(unit, sid, tag_text));
  co_return numbers;
}

std::string label_list(const std::vector<visitor::Label>& labels) {
  std::string out;
  for (const visitor::Label& label : labels) {
    out.push_back(out.empty() ? '[' : ',');
    encoding::append_json_string(out, label.label);
  }
  if (!out.empty()) out.push_back(']');
  return out;
}

std::string tag_list(const std::vector<visitor::Tag>& tags) {
  std::string out;
  for (const visitor::Tag& tag : tags) {
    if (tag.type != visitor::TagType::ordinary) continue;
    out.push_back(out.empty() ? '[' : ',');
    encoding::append_json_string(out, tag.tag);
  }
  if (!out.empty()) out.push_back(']');
  return out;
}

Task<Result<std::optional<base::Timestamp>>> latest_start(store::Unit& unit, std::int64_t sid) {
  std::optional<base::Timestamp> latest;
  PARLEY_CO_TRY(co_await unit.query(select_latest_start, bind(sid),
                                    [&latest](const Row& row) { latest = row.timestamp(0); }));
  co_return latest;
}

}  // namespace parley::statistics
