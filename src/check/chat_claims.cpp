// Chats and their facts, as far as statements can compare them.

#include <array>

#include "check/parts.hpp"

namespace parley::check {

namespace {

using store::Sql;

const std::array claims_of_chats = {
    SqlClaim{
        Claim::chat_conversation, "chat",
        Sql("SELECT '' || h.chat_id FROM chat h WHERE h.sid = ?1 AND h.conversation_id >= ?2 "
            "AND h.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.sid = h.sid "
            "AND c.conversation_id = h.conversation_id)")},
    SqlClaim{Claim::chat_row, "chat",
             Sql("SELECT '' || chat_id FROM chat WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND (chat_id NOT BETWEEN 1 AND 9007199254740991 OR ended_at < started_at "
                 "OR started_at NOT BETWEEN -62167219200000 AND 253402300799999 "
                 "OR ended_at NOT BETWEEN -62167219200000 AND 253402300799999 "
                 "OR rating NOT BETWEEN 1 AND 5 OR is_given NOT IN (0, 1))")},
    // NULL NOT IN (nothing) is true in SQL, so an account without agents needs the question before.
    SqlClaim{Claim::chat_agent, "chat",
             Sql("SELECT '' || chat_id FROM chat WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND routed_agent_id IS NOT NULL "
                 "AND routed_agent_id NOT IN (SELECT agent_id FROM agent WHERE sid = ?1)")},
    SqlClaim{Claim::fact_missing, "chat_fact",
             Sql("SELECT '' || h.chat_id FROM chat h WHERE h.sid = ?1 AND h.conversation_id >= ?2 "
                 "AND h.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM chat_fact f WHERE f.sid = h.sid "
                 "AND f.chat_id = h.chat_id)")},
    SqlClaim{Claim::fact_surplus, "chat_fact",
             Sql("SELECT '' || f.chat_id FROM chat_fact f WHERE f.sid = ?1 AND f.conversation_id >= ?2 "
                 "AND f.conversation_id < ?3 AND NOT EXISTS (SELECT 1 FROM chat h WHERE h.sid = f.sid "
                 "AND h.chat_id = f.chat_id)")},
    SqlClaim{
        Claim::fact_chat, "chat_fact",
        Sql("SELECT '' || f.chat_id FROM chat_fact f JOIN chat h ON h.sid = f.sid AND h.chat_id = f.chat_id "
            "WHERE f.sid = ?1 AND f.conversation_id >= ?2 AND f.conversation_id < ?3 "
            "AND (f.conversation_id <> h.conversation_id OR f.started_at <> h.started_at "
            "OR f.rating IS DISTINCT FROM h.rating)")},
    SqlClaim{Claim::fact_agent, "chat_fact",
             Sql("SELECT '' || chat_id FROM chat_fact WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND agent_id IS NOT NULL AND agent_id NOT IN (SELECT agent_id FROM agent WHERE sid = ?1)")},
    SqlClaim{Claim::fact_text, "chat_fact",
             Sql("SELECT '' || f.chat_id FROM chat_fact f WHERE f.sid = ?1 AND f.conversation_id >= ?2 "
                 "AND f.conversation_id < ?3 AND ("
                 "(f.agent_name <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.agent_name)) OR "
                 "(f.agent_email <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.agent_email)) OR "
                 "(f.referral <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.referral)) OR "
                 "(f.search_engine <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.search_engine)) OR "
                 "(f.exit_page <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.exit_page)) OR "
                 "(f.browser <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.browser)) OR "
                 "(f.os <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND d.text_id = "
                 "f.os)) OR "
                 "(f.city <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND d.text_id "
                 "= f.city)) OR "
                 "(f.country <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.country)) OR "
                 "(f.labels <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND "
                 "d.text_id = f.labels)) OR "
                 "(f.tags <> 0 AND NOT EXISTS (SELECT 1 FROM dictionary d WHERE d.sid = f.sid AND d.text_id "
                 "= f.tags)))")},
    SqlClaim{Claim::fact_row, "chat_fact",
             Sql("SELECT '' || chat_id FROM chat_fact WHERE sid = ?1 AND conversation_id >= ?2 AND "
                 "conversation_id < ?3 "
                 "AND (duration_ms < 0 OR response_time_ms < 0)")},
    // An open chat's columns follow its visitor; an ended one's stand.
    SqlClaim{
        Claim::fact_visitor, "chat_fact",
        Sql("SELECT '' || f.chat_id FROM chat h JOIN chat_fact f ON f.sid = h.sid AND f.chat_id = h.chat_id "
            "JOIN visitor v ON v.sid = h.sid AND v.conversation_id = h.conversation_id "
            "WHERE h.sid = ?1 AND h.conversation_id >= ?2 AND h.conversation_id < ?3 "
            "AND h.ended_at IS NULL AND h.is_given = 0 AND ("
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.referral), '') <> "
            "v.traffic_type OR "
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.search_engine), '') <> "
            "v.search_engine OR "
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.exit_page), '') <> "
            "v.exit_page OR "
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.browser), '') <> "
            "v.browser OR "
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.os), '') <> v.os OR "
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.city), '') <> v.city OR "
            "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.country), '') <> "
            "v.country)")},
    SqlClaim{
        Claim::fact_exit_page, "chat_fact",
        Sql("SELECT '' || f.chat_id FROM chat_fact f JOIN dictionary d ON d.sid = f.sid AND d.text_id = "
            "f.exit_page "
            "WHERE f.sid = ?1 AND f.conversation_id >= ?2 AND f.conversation_id < ?3 AND NOT EXISTS (SELECT "
            "1 "
            "FROM page p JOIN conversation_page s ON s.sid = p.sid AND s.conversation_id = f.conversation_id "
            "AND s.page_id = p.page_id WHERE p.sid = f.sid AND p.url = d.text)")},
};

}  // namespace

std::span<const SqlClaim> chat_claims() noexcept {
  return claims_of_chats;
}

}  // namespace parley::check
