// The change log, and the times it gives to what was touched.

#include <array>

#include "check/parts.hpp"

namespace parley::check {

namespace {

using store::Sql;

const std::array claims_of_log = {
    SqlClaim{Claim::change_head, "change_head",
             Sql("SELECT seq || '/' || trimmed_seq FROM change_head WHERE sid = ?1 AND (trimmed_seq < 0 OR "
                 "trimmed_seq > seq)")},
    SqlClaim{Claim::change_gap, "change",
             Sql("SELECT '' || c.seq FROM change c JOIN change_head h ON h.sid = c.sid "
                 "WHERE c.sid = ?1 AND c.seq > h.trimmed_seq + 1 "
                 "AND NOT EXISTS (SELECT 1 FROM change p WHERE p.sid = c.sid AND p.seq = c.seq - 1) "
                 "UNION ALL SELECT '' || h.seq FROM change_head h WHERE h.sid = ?1 AND h.seq > h.trimmed_seq "
                 "AND NOT EXISTS (SELECT 1 FROM change c WHERE c.sid = h.sid AND c.seq = h.seq)")},
    SqlClaim{
        Claim::change_outside, "change",
        Sql("SELECT '' || c.seq FROM change c WHERE c.sid = ?1 AND NOT EXISTS (SELECT 1 FROM change_head h "
            "WHERE h.sid = c.sid AND h.seq >= c.seq AND h.trimmed_seq < c.seq)")},
    // The numbers are change::Kind's and change::Action's.
    SqlClaim{Claim::change_row, "change",
             Sql("SELECT '' || seq FROM change WHERE sid = ?1 AND (kind NOT BETWEEN 1 AND 10 OR action NOT "
                 "BETWEEN 1 AND 3)")},
    SqlClaim{Claim::change_conversation, "change",
             Sql("SELECT '' || g.seq FROM change g WHERE g.sid = ?1 AND g.kind >= 4 AND NOT EXISTS (SELECT 1 "
                 "FROM conversation c WHERE c.sid = g.sid AND c.conversation_id = g.conversation_id)")},
    SqlClaim{Claim::change_time, "change",
             Sql("SELECT '' || c.seq FROM change c JOIN change_head h ON h.sid = c.sid "
                 "WHERE c.sid = ?1 AND (c.changed_at > h.stamp OR c.changed_at < "
                 "(SELECT p.changed_at FROM change p WHERE p.sid = c.sid AND p.seq = c.seq - 1))")},
    SqlClaim{Claim::conversation_stamp, "conversation",
             Sql("SELECT conversation_id FROM conversation WHERE sid = ?1 AND updated_at > "
                 "coalesce((SELECT stamp FROM change_head WHERE sid = ?1), -9223372036854775807)")},
    SqlClaim{Claim::fact_stamp, "chat_fact",
             Sql("SELECT '' || chat_id FROM chat_fact WHERE sid = ?1 AND updated_at > "
                 "coalesce((SELECT stamp FROM change_head WHERE sid = ?1), -9223372036854775807)")},
};

}  // namespace

std::span<const SqlClaim> change_claims() noexcept {
  return claims_of_log;
}

}  // namespace parley::check
