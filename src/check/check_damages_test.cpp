#include "check/check_damages_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::check {

namespace {

std::vector<Damage> file_damages() {
  return {
      // The index is declared over another column than it was built of.
      {Claim::integrity, "file", "",
       "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'email,', 'name,') "
       "WHERE name = 'agent_by_email'"},
      {Claim::schema, "index agent_by_email", "", "DROP INDEX agent_by_email"},
      {Claim::schema, "table label", "",
       "ALTER TABLE label RENAME COLUMN created_at TO made_at; "
       "ALTER TABLE label ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0"},
      {Claim::schema, "table stranger", "", "CREATE TABLE stranger (x INTEGER) STRICT"},
  };
}

/// A row of account 99 in every table that has a sid.
std::vector<Damage> foreign_damages() {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"api_key", "99, 1, '', 'admin', zeroblob(32), 0, NULL, NULL"},
      {"change_head", "99, 0, 0, 0"},
      {"change", "99, 1, '', 1, '', 1, 0"},
      {"record_count", "99, 4, 1"},
      {"agent", "99, 1, '', '', '', NULL, '', 0, '', 0"},
      {"page_filter", "99, 1, '', '', 'like', 1, '', 'like', 0, 0"},
      {"page", "99, 1, '/'"},
      {"conversation_page", "99, 'V1', 1"},
      {"page_filter_match", "99, 1, 1, 1"},
      {"visitor", "99, 'V1', '', '', NULL, '', '', '', '', ''"},
      {"tag", "99, 'V1', 1, 'x', 0"},
      {"label", "99, 'V1', 'x', 0"},
      {"card", "99, 'V1', 'x', '', 0, 0"},
      {"conversation", "99, 'V1', 0, 0"},
      {"message", "99, 'V1', 0, 1, 0, NULL, ''"},
      {"chat", "99, 1, 'V1', 0, NULL, NULL, NULL, 0"},
      {"chat_fact", "99, 1, 'V1', 0, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, 0"},
      {"dictionary", "99, 1, 'x'"},
      {"statistics_day", "99, 0, 0"},
      {"statistics_block", "99, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0"},
      {"statistics_head", "99, 0"},
  };
  std::vector<Damage> all;
  for (const auto& [table, values] : rows) {
    all.push_back(
        {Claim::account_known, table, "", fmt::format("INSERT INTO {} VALUES ({})", table, values)});
  }
  return all;
}

std::vector<Damage> account_damages() {
  std::vector<Damage> all = {
      {Claim::account_row, "account", "", "UPDATE account SET name = '' WHERE sid = 7"},
      {Claim::account_row, "account", "", "UPDATE account SET timezone = 'Nowhere' WHERE sid = 7"},
      {Claim::account_row, "account", "",
       "UPDATE account SET origins = 'https://example.org/x' WHERE sid = 7"},
      {Claim::account_row, "account", "", "UPDATE account SET state = 3 WHERE sid = 7"},
      {Claim::account_row, "account", "", "UPDATE account SET created_at = 999999999999999 WHERE sid = 7"},
      {Claim::account_row, "account", "", "UPDATE account SET sid = -1 WHERE sid = 8"},
      {Claim::account_unfinished, "account", "", "UPDATE account SET state = 1 WHERE sid = 8"},
      {Claim::account_unfinished, "account", "", "UPDATE account SET state = 2 WHERE sid = 8"},
      {Claim::api_key_row, "api_key", "1", "UPDATE api_key SET hash = zeroblob(31)"},
      {Claim::api_key_row, "api_key", "0", "UPDATE api_key SET key_id = 0"},
      {Claim::api_key_scopes, "api_key", "1", "UPDATE api_key SET scopes = ''"},
      {Claim::api_key_scopes, "api_key", "1", "UPDATE api_key SET scopes = 'chat:everything'"},
      {Claim::api_key_scopes, "api_key", "1", "UPDATE api_key SET scopes = 'chat:write,chat:read'"},
      {Claim::api_key_scopes, "api_key", "1", "UPDATE api_key SET scopes = 'chat:read,chat:read'"},
      {Claim::api_key_unique, "api_key", "2",
       "DROP INDEX api_key_by_hash; INSERT INTO api_key SELECT sid, 2, name, scopes, hash, 0, NULL, NULL "
       "FROM api_key"},
      {Claim::agent_row, "agent", "0", "UPDATE agent SET agent_id = 0 WHERE agent_id = 2"},
      {Claim::agent_row, "agent", "2", "UPDATE agent SET is_back_office = 2 WHERE agent_id = 2"},
      {Claim::agent_row, "agent", "2", "UPDATE agent SET is_removed = -1 WHERE agent_id = 2"},
      {Claim::agent_row, "agent", "2",
       "UPDATE agent SET last_active_at = 999999999999999 WHERE agent_id = 2"},
  };
  for (const char* counter : {"next_key_id", "next_agent_id", "next_page_filter_id", "next_page_id",
                              "next_text_id", "next_message_id", "next_chat_id"}) {
    all.push_back({Claim::counters, "account", counter,
                   fmt::format("UPDATE account SET {} = 1 WHERE sid = 7", counter)});
  }
  return all;
}

std::vector<Damage> conversation_damages() {
  return {
      {Claim::conversation_row, "conversation", "X1", "INSERT INTO conversation VALUES (7, 'X1', 0, 0)"},
      {Claim::conversation_row, "conversation", "V", "INSERT INTO conversation VALUES (7, 'V', 0, 0)"},
      {Claim::conversation_row, "conversation", "V7a", "INSERT INTO conversation VALUES (7, 'V7a', 0, 0)"},
      {Claim::conversation_row, "conversation", "V12345678901234567890123456789012345678901",
       "INSERT INTO conversation VALUES (7, 'V12345678901234567890123456789012345678901', 0, 0)"},
      {Claim::conversation_row, "conversation", "V702",
       "UPDATE conversation SET created_at = 999999999999999 "
       "WHERE conversation_id = 'V702'"},
      {Claim::visitor_missing, "visitor", "V702", "DELETE FROM visitor WHERE conversation_id = 'V702'"},
      {Claim::visitor_conversation, "visitor", "V799",
       "INSERT INTO visitor VALUES (7, 'V799', '', '', NULL, '', '', '', '', '')"},
      {Claim::visitor_row, "visitor", "V702",
       "UPDATE visitor SET last_visit_at = 999999999999999 WHERE conversation_id = 'V702'"},
      {Claim::message_conversation, "message", "V799",
       "INSERT INTO message VALUES (7, 'V799', 0, 900, 0, NULL, 'x')"},
      {Claim::message_row, "message", "V700/2",
       "UPDATE message SET sent_at = -99999999999999 WHERE message_id = 2"},
      {Claim::message_row, "message", "V700/0", "UPDATE message SET message_id = 0 WHERE message_id = 2"},
      {Claim::message_agent, "message", "V700/3", "UPDATE message SET agent_id = 77 WHERE message_id = 3"},
      {Claim::message_sender, "message", "V700/3", "UPDATE message SET sender = NULL WHERE message_id = 3"},
      {Claim::message_sender, "message", "V700/2", "UPDATE message SET sender = 'V700' WHERE message_id = 2"},
      {Claim::message_sender, "message", "V700/1",
       "UPDATE message SET sender = 'system' WHERE message_id = 1"},
      {Claim::message_unique, "message", "2",
       "DROP INDEX message_by_id; INSERT INTO message VALUES (7, 'V702', 5, 2, 0, NULL, 'x')"},
      {Claim::tag_conversation, "tag", "V799/1/x", "INSERT INTO tag VALUES (7, 'V799', 1, 'x', 0)"},
      {Claim::tag_row, "tag", "V700/2/vip", "UPDATE tag SET type = 2 WHERE tag = 'vip'"},
      {Claim::tag_row, "tag", "V700/1/vip", "UPDATE tag SET created_at = 999999999999999 WHERE tag = 'vip'"},
      {Claim::tag_name_once, "tag", "V700", "INSERT INTO tag VALUES (7, 'V700', 0, 'Other', 0)"},
      {Claim::label_conversation, "label", "V799/x", "INSERT INTO label VALUES (7, 'V799', 'x', 0)"},
      {Claim::label_row, "label", "V700/order", "UPDATE label SET created_at = 999999999999999"},
      {Claim::card_conversation, "card", "V799/x", "INSERT INTO card VALUES (7, 'V799', 'x', '', 0, 0)"},
      {Claim::card_row, "card", "V700/crm", "UPDATE card SET created_at = 999999999999999"},
      {Claim::card_row, "card", "V700/crm", "UPDATE card SET updated_at = -99999999999999"},
  };
}

std::vector<Damage> chat_damages() {
  std::vector<Damage> all = {
      {Claim::chat_conversation, "chat", "3", "UPDATE chat SET conversation_id = 'V799' WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "3", "UPDATE chat SET rating = 6 WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "3", "UPDATE chat SET rating = 0 WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "3", "UPDATE chat SET ended_at = started_at - 1 WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "3", "UPDATE chat SET is_given = 2 WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "3", "UPDATE chat SET started_at = -99999999999999 WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "3", "UPDATE chat SET ended_at = 999999999999999 WHERE chat_id = 3"},
      {Claim::chat_row, "chat", "0", "UPDATE chat SET chat_id = 0 WHERE chat_id = 3"},
      {Claim::chat_agent, "chat", "2", "UPDATE chat SET routed_agent_id = 77 WHERE chat_id = 2"},
      {Claim::fact_missing, "chat_fact", "1", "DELETE FROM chat_fact WHERE chat_id = 1"},
      {Claim::fact_surplus, "chat_fact", "3", "DELETE FROM chat WHERE chat_id = 3"},
      {Claim::fact_chat, "chat_fact", "1",
       "UPDATE chat_fact SET started_at = started_at + 1 WHERE chat_id = 1"},
      {Claim::fact_chat, "chat_fact", "1", "UPDATE chat_fact SET conversation_id = 'V701' WHERE chat_id = 1"},
      {Claim::fact_chat, "chat_fact", "3", "UPDATE chat_fact SET rating = NULL WHERE chat_id = 3"},
      {Claim::fact_chat, "chat_fact", "2", "UPDATE chat_fact SET rating = 1 WHERE chat_id = 2"},
      {Claim::fact_agent, "chat_fact", "3", "UPDATE chat_fact SET agent_id = 77 WHERE chat_id = 3"},
      {Claim::fact_row, "chat_fact", "3", "UPDATE chat_fact SET duration_ms = -1 WHERE chat_id = 3"},
      {Claim::fact_row, "chat_fact", "3", "UPDATE chat_fact SET response_time_ms = -1 WHERE chat_id = 3"},
      {Claim::fact_computed, "chat_fact", "1", "UPDATE chat_fact SET agent_id = 2 WHERE chat_id = 1"},
      {Claim::fact_computed, "chat_fact", "1", "UPDATE chat_fact SET duration_ms = 1 WHERE chat_id = 1"},
      {Claim::fact_computed, "chat_fact", "1",
       "UPDATE chat_fact SET response_time_ms = NULL WHERE chat_id = 1"},
      {Claim::fact_computed, "chat_fact", "2", "UPDATE chat_fact SET duration_ms = 1 WHERE chat_id = 2"},
      // The answer lies behind the chat's end now.
      {Claim::fact_computed, "chat_fact", "1",
       "UPDATE message SET sent_at = sent_at + 4000 WHERE message_id = 3"},
      // Nobody was asked, so nobody may be named.
      {Claim::fact_computed, "chat_fact", "2",
       "UPDATE chat SET routed_agent_id = NULL WHERE chat_id = 2; UPDATE chat_fact SET agent_id = NULL WHERE "
       "chat_id = 2"},
      {Claim::fact_labels, "chat_fact", "1", "UPDATE label SET label = 'other'"},
      {Claim::fact_labels, "chat_fact", "3", "INSERT INTO label VALUES (7, 'V701', 'x', 0)"},
      {Claim::fact_tags, "chat_fact", "2", "DELETE FROM tag WHERE type = 1"},
      {Claim::fact_tags, "chat_fact", "1", "UPDATE chat_fact SET tags = labels WHERE chat_id = 1"},
      {Claim::dictionary_row, "dictionary", "0", "INSERT INTO dictionary VALUES (7, 0, 'zero')"},
      {Claim::dictionary_row, "dictionary", "1", "UPDATE dictionary SET text = '' WHERE text_id = 1"},
      {Claim::dictionary_unique, "dictionary", "9000",
       "DROP INDEX dictionary_by_text; INSERT INTO dictionary SELECT sid, 9000, text FROM dictionary WHERE "
       "text_id = 1"},
      {Claim::statistics_head, "statistics_head", "latest_started_at",
       "UPDATE statistics_head SET latest_started_at = 0"},
      {Claim::statistics_head, "statistics_head", "latest_started_at", "DELETE FROM statistics_head"},
  };
  for (const char* column : {"agent_name", "agent_email", "referral", "search_engine", "exit_page", "browser",
                             "os", "city", "country", "labels", "tags"}) {
    all.push_back({Claim::fact_text, "chat_fact", "3",
                   fmt::format("UPDATE chat_fact SET {} = 9999 WHERE chat_id = 3", column)});
  }
  for (const char* column :
       {"traffic_type", "search_engine", "exit_page", "browser", "os", "city", "country"}) {
    all.push_back({Claim::fact_visitor, "chat_fact", "2",
                   fmt::format("UPDATE visitor SET {} = 'other' WHERE conversation_id = 'V700'", column)});
  }
  return all;
}

std::vector<Damage> page_damages() {
  return {
      {Claim::conversation_page_conversation, "conversation_page", "V799/1",
       "INSERT INTO conversation_page VALUES (7, 'V799', 1)"},
      {Claim::conversation_page_page, "conversation_page", "V700/999",
       "INSERT INTO conversation_page VALUES (7, 'V700', 999)"},
      {Claim::page_row, "page", "0", "INSERT INTO page VALUES (7, 0, '/zero')"},
      {Claim::page_row, "page", "2", "UPDATE page SET url = '' WHERE page_id = 2"},
      {Claim::page_unique, "page", "900",
       "DROP INDEX page_by_url; INSERT INTO page SELECT sid, 900, url FROM page WHERE page_id = 1"},
      {Claim::page_used, "page", "900", "INSERT INTO page VALUES (7, 900, '/never')"},
      {Claim::page_used, "page", "3", "DELETE FROM conversation_page WHERE page_id = 3"},
      {Claim::visitor_join_page, "message", "V700/1", "DELETE FROM conversation_page WHERE page_id = 2"},
      {Claim::visitor_join_page, "message", "V700/1", "UPDATE page SET url = '/other' WHERE page_id = 2"},
      {Claim::exit_page, "visitor", "V700",
       "UPDATE visitor SET exit_page = '/other' WHERE conversation_id = 'V700'"},
      {Claim::exit_page, "visitor", "V700", "DELETE FROM conversation_page WHERE page_id = 1"},
      {Claim::fact_exit_page, "chat_fact", "3",
       "UPDATE chat_fact SET exit_page = referral WHERE chat_id = 3"},
      {Claim::page_filter_row, "page_filter", "1",
       "UPDATE page_filter SET match_type = 'glob' WHERE filter_id = 1"},
      {Claim::page_filter_row, "page_filter", "1",
       "UPDATE page_filter SET served_match_type = 'glob' WHERE filter_id = 1"},
      {Claim::page_filter_row, "page_filter", "3",
       "UPDATE page_filter SET pattern = '(', served_pattern = '(' WHERE filter_id = 3"},
      {Claim::page_filter_row, "page_filter", "1",
       "UPDATE page_filter SET pattern = 'other' WHERE filter_id = 1"},
      {Claim::page_filter_row, "page_filter", "1",
       "UPDATE page_filter SET served_generation = 0 WHERE filter_id = 1"},
      {Claim::page_filter_row, "page_filter", "1",
       "UPDATE page_filter SET building_generation = 1 WHERE filter_id = 1"},
      {Claim::page_filter_row, "page_filter", "0",
       "UPDATE page_filter SET filter_id = 0 WHERE filter_id = 1"},
      {Claim::page_filter_building, "page_filter", "1",
       "UPDATE page_filter SET pattern = 'other', building_generation = 2 WHERE filter_id = 1"},
      {Claim::match_missing, "page_filter_match", "1/1/3",
       "DELETE FROM page_filter_match WHERE filter_id = 1 AND page_id = 3"},
      {Claim::match_missing, "page_filter_match", "2/1/2",
       "DELETE FROM page_filter_match WHERE filter_id = 2"},
      {Claim::match_surplus, "page_filter_match", "1/1/2",
       "INSERT INTO page_filter_match VALUES (7, 1, 1, 2)"},
      {Claim::match_surplus, "page_filter_match", "1/1/999",
       "INSERT INTO page_filter_match VALUES (7, 1, 1, 999)"},
      {Claim::match_stale, "page_filter_match", "1/9", "INSERT INTO page_filter_match VALUES (7, 1, 9, 1)"},
      {Claim::match_stale, "page_filter_match", "99/1", "INSERT INTO page_filter_match VALUES (7, 99, 1, 1)"},
  };
}

/// All chats of the store start on one day.
std::vector<Damage> block_damages() {
  std::vector<Damage> all;
  for (const std::string change :
       {"UPDATE statistics_block SET json_crc32 = 0", "UPDATE statistics_block SET csv_crc32 = 0",
        "UPDATE statistics_block SET json_bytes = json_bytes - 1, json_deflated_bytes = json_deflated_bytes "
        "+ 1",
        "UPDATE statistics_block SET csv_bytes = csv_bytes - 1, csv_deflated_bytes = csv_deflated_bytes + 1",
        "UPDATE statistics_block SET json_deflated_bytes = json_deflated_bytes - 1",
        "UPDATE statistics_block SET csv_deflated_bytes = csv_deflated_bytes - 1",
        "UPDATE statistics_block SET row_count = row_count - 1",
        "UPDATE statistics_block SET first_chat_id = 0",
        "UPDATE statistics_block SET last_started_at = last_started_at + 1", "DELETE FROM statistics_block",
        "INSERT INTO statistics_block SELECT sid, day, last_started_at + 1, last_chat_id, first_started_at, "
        "first_chat_id, row_count, file, begin_at, json_bytes, json_deflated_bytes, json_crc32, csv_bytes, "
        "csv_deflated_bytes, csv_crc32 FROM statistics_block",
        "UPDATE chat_fact SET duration_ms = 78 WHERE chat_id = 3",
        "UPDATE dictionary SET text_id = 900 WHERE text = 'Lund'",
        "INSERT INTO statistics_day VALUES (7, -5, 1); INSERT INTO statistics_block "
        "SELECT sid, -5, last_started_at, last_chat_id, first_started_at, first_chat_id, row_count, file, "
        "begin_at, json_bytes, json_deflated_bytes, json_crc32, csv_bytes, csv_deflated_bytes, csv_crc32 "
        "FROM statistics_block"}) {
    const bool is_other_day = change.find("-5") != std::string::npos;
    all.push_back(
        {Claim::statistics_block, "statistics_block", is_other_day ? "1969-12-27" : "2023-11-14", change});
  }
  return all;
}

std::vector<Damage> log_damages() {
  std::vector<Damage> all = {
      {Claim::record_count, "record_count", "unknown kind 11", "INSERT INTO record_count VALUES (7, 11, 1)"},
      {Claim::record_count, "record_count", "message", "DELETE FROM record_count WHERE sid = 7 AND kind = 5"},
      {Claim::change_head, "change_head", "5/6",
       "UPDATE change_head SET seq = 5, trimmed_seq = 6 WHERE sid = 7"},
      {Claim::change_gap, "change", "3", "DELETE FROM change WHERE sid = 7 AND seq = 2"},
      {Claim::change_gap, "change", "9000", "UPDATE change_head SET seq = 9000 WHERE sid = 7"},
      {Claim::change_outside, "change", "9000", "INSERT INTO change VALUES (7, 9000, '', 2, '1', 2, 0)"},
      {Claim::change_outside, "change", "1", "UPDATE change_head SET trimmed_seq = 1 WHERE sid = 7"},
      {Claim::change_outside, "change", "1", "DELETE FROM change_head WHERE sid = 7"},
      {Claim::change_row, "change", "4", "UPDATE change SET kind = 11 WHERE sid = 7 AND seq = 4"},
      {Claim::change_row, "change", "4", "UPDATE change SET action = 0 WHERE sid = 7 AND seq = 4"},
      {Claim::change_conversation, "change", "4",
       "UPDATE change SET kind = 5, conversation_id = 'V799' WHERE sid = 7 AND seq = 4"},
      {Claim::change_time, "change", "4",
       "UPDATE change SET changed_at = 9000000000000000 WHERE sid = 7 AND seq = 4"},
      {Claim::change_time, "change", "4", "UPDATE change SET changed_at = 0 WHERE sid = 7 AND seq = 4"},
      {Claim::conversation_stamp, "conversation", "V702",
       "UPDATE conversation SET updated_at = 9000000000000000 WHERE conversation_id = 'V702'"},
      {Claim::fact_stamp, "chat_fact", "3",
       "UPDATE chat_fact SET updated_at = 9000000000000000 WHERE chat_id = 3"},
  };
  const std::vector<std::string> kinds = {"agent", "page_filter", "conversation", "message", "visitor",
                                          "tag",   "label",       "card",         "chat"};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    all.push_back(
        {Claim::record_count, "record_count", kinds[i],
         fmt::format("UPDATE record_count SET count = count + 1 WHERE sid = 7 AND kind = {}", i + 2)});
  }
  return all;
}

}  // namespace

std::vector<Damage> damages() {
  std::vector<Damage> all;
  for (auto part : {&file_damages, &foreign_damages, &account_damages, &conversation_damages, &chat_damages,
                    &page_damages, &block_damages, &log_damages}) {
    std::ranges::move(part(), std::back_inserter(all));
  }
  return all;
}

}  // namespace parley::check
