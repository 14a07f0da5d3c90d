#include "transfer/account_tables.hpp"

namespace parley::transfer {
namespace {

// Each names its table's key: rows are found by it in slices, and deleted by it. In its order, without which
// PostgreSQL begins every slice at the table's first row; of a text that has a digest there, in that of what
// stands before.
const store::Sql delete_keys(
    "DELETE FROM api_key WHERE sid = ?1 AND key_id IN "
    "(SELECT key_id FROM api_key WHERE sid = ?1 ORDER BY key_id LIMIT ?2)");
const store::Sql delete_facts(
    "DELETE FROM chat_fact WHERE sid = ?1 AND (started_at, chat_id) IN "
    "(SELECT started_at, chat_id FROM chat_fact WHERE sid = ?1 ORDER BY started_at, chat_id LIMIT ?2)");
const store::Sql delete_days(
    "DELETE FROM statistics_day WHERE sid = ?1 AND day IN "
    "(SELECT day FROM statistics_day WHERE sid = ?1 ORDER BY day LIMIT ?2)");
const store::Sql delete_blocks(
    "DELETE FROM statistics_block WHERE sid = ?1 AND (day, last_started_at, last_chat_id) IN "
    "(SELECT day, last_started_at, last_chat_id FROM statistics_block WHERE sid = ?1 ORDER BY day, "
    "last_started_at, last_chat_id LIMIT ?2)");
const store::Sql delete_chats(
    "DELETE FROM chat WHERE sid = ?1 AND chat_id IN "
    "(SELECT chat_id FROM chat WHERE sid = ?1 ORDER BY chat_id LIMIT ?2)");
const store::Sql delete_cards(
    "DELETE FROM card WHERE sid = ?1 AND (conversation_id, data_id) IN "
    "(SELECT conversation_id, data_id FROM card WHERE sid = ?1 ORDER BY conversation_id LIMIT ?2)");
const store::Sql delete_labels(
    "DELETE FROM label WHERE sid = ?1 AND (conversation_id, label) IN "
    "(SELECT conversation_id, label FROM label WHERE sid = ?1 ORDER BY conversation_id LIMIT ?2)");
const store::Sql delete_tags(
    "DELETE FROM tag WHERE sid = ?1 AND (conversation_id, type, tag) IN "
    "(SELECT conversation_id, type, tag FROM tag WHERE sid = ?1 ORDER BY conversation_id, type LIMIT ?2)");
const store::Sql delete_messages(
    "DELETE FROM message WHERE sid = ?1 AND (conversation_id, sent_at, message_id) IN "
    "(SELECT conversation_id, sent_at, message_id FROM message WHERE sid = ?1 "
    "ORDER BY conversation_id, sent_at, message_id LIMIT ?2)");
const store::Sql delete_visitors(
    "DELETE FROM visitor WHERE sid = ?1 AND conversation_id IN "
    "(SELECT conversation_id FROM visitor WHERE sid = ?1 ORDER BY conversation_id LIMIT ?2)");
const store::Sql delete_conversations(
    "DELETE FROM conversation WHERE sid = ?1 AND conversation_id IN "
    "(SELECT conversation_id FROM conversation WHERE sid = ?1 ORDER BY conversation_id LIMIT ?2)");
const store::Sql delete_matches(
    "DELETE FROM page_filter_match WHERE sid = ?1 AND (filter_id, generation, page_id) IN "
    "(SELECT filter_id, generation, page_id FROM page_filter_match WHERE sid = ?1 ORDER BY filter_id, "
    "generation, page_id LIMIT ?2)");
const store::Sql delete_conversation_pages(
    "DELETE FROM conversation_page WHERE sid = ?1 AND (conversation_id, page_id) IN "
    "(SELECT conversation_id, page_id FROM conversation_page WHERE sid = ?1 ORDER BY conversation_id, "
    "page_id LIMIT ?2)");
const store::Sql delete_pages(
    "DELETE FROM page WHERE sid = ?1 AND page_id IN "
    "(SELECT page_id FROM page WHERE sid = ?1 ORDER BY page_id LIMIT ?2)");
const store::Sql delete_filters(
    "DELETE FROM page_filter WHERE sid = ?1 AND filter_id IN "
    "(SELECT filter_id FROM page_filter WHERE sid = ?1 ORDER BY filter_id LIMIT ?2)");
const store::Sql delete_agents(
    "DELETE FROM agent WHERE sid = ?1 AND agent_id IN "
    "(SELECT agent_id FROM agent WHERE sid = ?1 ORDER BY agent_id LIMIT ?2)");
const store::Sql delete_texts(
    "DELETE FROM dictionary WHERE sid = ?1 AND text_id IN "
    "(SELECT text_id FROM dictionary WHERE sid = ?1 ORDER BY text_id LIMIT ?2)");
const store::Sql delete_changes(
    "DELETE FROM change WHERE sid = ?1 AND seq IN "
    "(SELECT seq FROM change WHERE sid = ?1 ORDER BY seq LIMIT ?2)");
const store::Sql delete_statistics_head(
    "DELETE FROM statistics_head WHERE sid = ?1 AND CAST(?2 AS BIGINT) > 0");
const store::Sql delete_counts(
    "DELETE FROM record_count WHERE sid = ?1 AND kind IN "
    "(SELECT kind FROM record_count WHERE sid = ?1 ORDER BY kind LIMIT ?2)");
const store::Sql delete_change_head("DELETE FROM change_head WHERE sid = ?1 AND CAST(?2 AS BIGINT) > 0");

const AccountTable tables[] = {
    // Keys first: from then on nobody opens the account, whatever its state says.
    {"api_key", Carriage::left_out, "API keys: only their hashes are known; make new ones", delete_keys},
    // Days before their blocks: without its day nobody adds one.
    {"statistics_day", Carriage::derived, "chats, when they are read", delete_days},
    {"statistics_block", Carriage::derived, "chats, when they are read", delete_blocks},
    {"chat_fact", Carriage::carried, "chat", delete_facts},
    {"chat", Carriage::carried, "chat", delete_chats},
    {"card", Carriage::carried, "card", delete_cards},
    {"label", Carriage::carried, "label", delete_labels},
    {"tag", Carriage::carried, "tag", delete_tags},
    {"message", Carriage::carried, "message", delete_messages},
    {"visitor", Carriage::carried, "conversation", delete_visitors},
    {"conversation", Carriage::carried, "conversation", delete_conversations},
    {"page_filter_match", Carriage::derived, "page filters and pages", delete_matches},
    {"conversation_page", Carriage::derived, "visitorJoin messages and exit pages",
     delete_conversation_pages},
    {"page", Carriage::derived, "visitorJoin messages and exit pages", delete_pages},
    {"page_filter", Carriage::carried, "pageFilter", delete_filters},
    {"agent", Carriage::carried, "agent", delete_agents},
    {"dictionary", Carriage::derived, "chats", delete_texts},
    {"change", Carriage::left_out, "the change log: an import begins a new one", delete_changes},
    {"statistics_head", Carriage::derived, "chats", delete_statistics_head},
    {"record_count", Carriage::derived, "all records", delete_counts},
    {"change_head", Carriage::derived, "the import", delete_change_head},
};

}  // namespace

std::span<const AccountTable> account_tables() noexcept {
  return tables;
}

}  // namespace parley::transfer
