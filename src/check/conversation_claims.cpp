// Conversations and what belongs to each: visitor, messages, tags, labels, cards, pages seen.

#include <array>

#include "check/parts.hpp"

namespace parley::check {

namespace {

using store::Sql;

// -62167219200000 and 253402300799999 are the years 0000 to 9999 (base::first_timestamp,
// base::last_timestamp).
const std::array claims_of_range = {
    SqlClaim{Claim::conversation_row, "conversation",
             Sql("SELECT conversation_id FROM conversation WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND (substr(conversation_id, 1, 1) <> 'V' OR length(conversation_id) NOT BETWEEN 2 AND 41 "
                 "OR ltrim(substr(conversation_id, 2), '0123456789') <> '' "
                 "OR created_at NOT BETWEEN -62167219200000 AND 253402300799999)")},
    SqlClaim{Claim::visitor_missing, "visitor",
             Sql("SELECT c.conversation_id FROM conversation c WHERE c.sid = ?1 AND c.conversation_id >= ?2 "
                 "AND c.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM visitor v WHERE v.sid = c.sid "
                 "AND v.conversation_id = c.conversation_id)")},
    SqlClaim{
        Claim::visitor_conversation, "visitor",
        Sql("SELECT v.conversation_id FROM visitor v WHERE v.sid = ?1 AND v.conversation_id >= ?2 "
            "AND v.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.sid = v.sid "
            "AND c.conversation_id = v.conversation_id)")},
    SqlClaim{Claim::visitor_row, "visitor",
             Sql("SELECT conversation_id FROM visitor WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND last_visit_at NOT BETWEEN -62167219200000 AND 253402300799999")},
    // The inner query asks once per conversation, not once per message.
    SqlClaim{Claim::message_conversation, "message",
             Sql("SELECT m.conversation_id FROM (SELECT DISTINCT conversation_id FROM message "
                 "WHERE sid = ?1 AND conversation_id >= ?2 AND conversation_id < ?3) m "
                 "WHERE NOT EXISTS (SELECT 1 FROM conversation c WHERE c.sid = ?1 "
                 "AND c.conversation_id = m.conversation_id)")},
    SqlClaim{Claim::message_row, "message",
             Sql("SELECT conversation_id || '/' || message_id FROM message WHERE sid = ?1 AND "
                 "conversation_id >= ?2 "
                 "AND conversation_id < ?3 AND (message_id NOT BETWEEN 1 AND 9007199254740991 "
                 "OR sent_at NOT BETWEEN -62167219200000 AND 253402300799999)")},
    SqlClaim{Claim::message_agent, "message",
             Sql("SELECT conversation_id || '/' || message_id FROM message WHERE sid = ?1 AND "
                 "conversation_id >= ?2 "
                 "AND conversation_id < ?3 AND agent_id <> 0 "
                 "AND agent_id NOT IN (SELECT agent_id FROM agent WHERE sid = ?1)")},
    SqlClaim{
        Claim::message_sender, "message",
        Sql("SELECT conversation_id || '/' || message_id FROM message WHERE sid = ?1 AND conversation_id >= "
            "?2 "
            "AND conversation_id < ?3 AND ((agent_id <> 0 AND sender IS NULL) "
            "OR (agent_id = 0 AND sender = conversation_id) OR (agent_id IS NULL AND sender = 'system'))")},
    SqlClaim{Claim::tag_conversation, "tag",
             Sql("SELECT t.conversation_id || '/' || t.type || '/' || t.tag FROM tag t WHERE t.sid = ?1 "
                 "AND t.conversation_id >= ?2 AND t.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM "
                 "conversation c "
                 "WHERE c.sid = t.sid AND c.conversation_id = t.conversation_id)")},
    SqlClaim{Claim::tag_row, "tag",
             Sql("SELECT conversation_id || '/' || type || '/' || tag FROM tag WHERE sid = ?1 AND "
                 "conversation_id >= ?2 "
                 "AND conversation_id < ?3 AND (type NOT IN (0, 1) "
                 "OR created_at NOT BETWEEN -62167219200000 AND 253402300799999)")},
    SqlClaim{Claim::tag_name_once, "tag",
             Sql("SELECT conversation_id FROM tag WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND type = 0 GROUP BY conversation_id HAVING count(*) > 1")},
    SqlClaim{
        Claim::label_conversation, "label",
        Sql("SELECT l.conversation_id || '/' || l.label FROM label l WHERE l.sid = ?1 AND l.conversation_id "
            ">= ?2 "
            "AND l.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.sid = l.sid "
            "AND c.conversation_id = l.conversation_id)")},
    SqlClaim{Claim::label_row, "label",
             Sql("SELECT conversation_id || '/' || label FROM label WHERE sid = ?1 AND conversation_id >= ?2 "
                 "AND conversation_id < ?3 AND created_at NOT BETWEEN -62167219200000 AND 253402300799999")},
    SqlClaim{
        Claim::card_conversation, "card",
        Sql("SELECT d.conversation_id || '/' || d.data_id FROM card d WHERE d.sid = ?1 AND d.conversation_id "
            ">= ?2 "
            "AND d.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.sid = d.sid "
            "AND c.conversation_id = d.conversation_id)")},
    SqlClaim{
        Claim::card_row, "card",
        Sql("SELECT conversation_id || '/' || data_id FROM card WHERE sid = ?1 AND conversation_id >= ?2 "
            "AND conversation_id < ?3 AND "
            "(created_at NOT BETWEEN -62167219200000 AND 253402300799999 "
            "OR updated_at NOT BETWEEN -62167219200000 AND 253402300799999)")},
    SqlClaim{Claim::conversation_page_conversation, "conversation_page",
             Sql("SELECT p.conversation_id || '/' || p.page_id FROM conversation_page p WHERE p.sid = ?1 "
                 "AND p.conversation_id >= ?2 AND p.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM "
                 "conversation c "
                 "WHERE c.sid = p.sid AND c.conversation_id = p.conversation_id)")},
    SqlClaim{
        Claim::conversation_page_page, "conversation_page",
        Sql("SELECT c.conversation_id || '/' || c.page_id FROM conversation_page c WHERE c.sid = ?1 "
            "AND c.conversation_id >= ?2 AND c.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM page p "
            "WHERE p.sid = c.sid AND p.page_id = c.page_id)")},
    SqlClaim{Claim::exit_page, "visitor",
             Sql("SELECT v.conversation_id FROM visitor v WHERE v.sid = ?1 AND v.conversation_id >= ?2 "
                 "AND v.conversation_id < ?3 AND v.exit_page <> '' AND NOT EXISTS (SELECT 1 FROM page p "
                 "JOIN conversation_page s ON s.sid = p.sid AND s.conversation_id = v.conversation_id "
                 "AND s.page_id = p.page_id WHERE p.sid = v.sid AND p.url = v.exit_page)")},
};

}  // namespace

std::span<const SqlClaim> conversation_claims() noexcept {
  return claims_of_range;
}

}  // namespace parley::check
