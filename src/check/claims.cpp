#include "check/claims.hpp"

#include <array>
#include <cstddef>

namespace parley::check {

namespace {

constexpr std::array all_claims = {
    ClaimText{Claim::integrity, "integrity", "SQLite finds the file damaged"},
    ClaimText{Claim::schema, "schema", "not as the migrations made it"},

    ClaimText{Claim::account_known, "account_known", "rows of an account that does not exist"},
    ClaimText{Claim::account_row, "account_row",
              "number, name, time zone, origins, state or date are out of range"},
    ClaimText{Claim::account_unfinished, "account_unfinished",
              "an import or removal is under way or was cut off", Severity::remnant},
    ClaimText{Claim::counters, "counters", "the counter would give an id that is in use"},
    ClaimText{Claim::api_key_row, "api_key_row", "id or hash have the wrong form"},
    ClaimText{Claim::api_key_scopes, "api_key_scopes", "the scopes are none, unknown or out of order"},
    ClaimText{Claim::api_key_unique, "api_key_unique", "two keys have one hash"},
    ClaimText{Claim::agent_row, "agent_row", "id, date or flags are out of range"},

    ClaimText{Claim::conversation_row, "conversation_row", "id or creation date have the wrong form"},
    ClaimText{Claim::visitor_missing, "visitor_missing", "the conversation has no visitor"},
    ClaimText{Claim::visitor_conversation, "visitor_conversation", "its conversation does not exist"},
    ClaimText{Claim::visitor_row, "visitor_row", "the last visit is out of range"},
    ClaimText{Claim::message_conversation, "message_conversation",
              "the conversation of messages does not exist"},
    ClaimText{Claim::message_row, "message_row", "id or date are out of range"},
    ClaimText{Claim::message_agent, "message_agent", "its agent does not exist"},
    ClaimText{Claim::message_sender, "message_sender", "the sender is not stored in the form of its kind"},
    ClaimText{Claim::message_unique, "message_unique", "two messages have one id"},
    ClaimText{Claim::tag_conversation, "tag_conversation", "its conversation does not exist"},
    ClaimText{Claim::tag_row, "tag_row", "type or date are out of range"},
    ClaimText{Claim::tag_name_once, "tag_name_once", "the visitor has more than one name"},
    ClaimText{Claim::label_conversation, "label_conversation", "its conversation does not exist"},
    ClaimText{Claim::label_row, "label_row", "the date is out of range"},
    ClaimText{Claim::card_conversation, "card_conversation", "its conversation does not exist"},
    ClaimText{Claim::card_row, "card_row", "a date is out of range"},

    ClaimText{Claim::chat_conversation, "chat_conversation", "its conversation does not exist"},
    ClaimText{Claim::chat_row, "chat_row", "id, dates, rating or flag are out of range"},
    ClaimText{Claim::chat_agent, "chat_agent", "the agent it was routed to does not exist"},
    ClaimText{Claim::fact_missing, "fact_missing", "the chat has no fact"},
    ClaimText{Claim::fact_surplus, "fact_surplus", "the fact has no chat"},
    ClaimText{Claim::fact_chat, "fact_chat", "conversation, start or rating differ from the chat's"},
    ClaimText{Claim::fact_agent, "fact_agent", "its agent does not exist"},
    ClaimText{Claim::fact_text, "fact_text", "it names a text that the dictionary does not have"},
    ClaimText{Claim::fact_row, "fact_row", "a time is negative"},
    ClaimText{Claim::fact_computed, "fact_computed", "it differs from what the messages say"},
    ClaimText{Claim::fact_visitor, "fact_visitor", "the chat is open, and the visitor is another now"},
    ClaimText{Claim::fact_labels, "fact_labels", "the labels differ from the conversation's"},
    ClaimText{Claim::fact_tags, "fact_tags", "the tags differ from the conversation's"},
    ClaimText{Claim::dictionary_row, "dictionary_row", "id or text have the wrong form"},
    ClaimText{Claim::dictionary_unique, "dictionary_unique", "one text has two numbers"},
    ClaimText{Claim::statistics_head, "statistics_head", "a chat starts later than the latest start noted"},
    ClaimText{Claim::statistics_block, "statistics_block", "the day's blocks are not what its facts give"},

    ClaimText{Claim::conversation_page_conversation, "conversation_page_conversation",
              "its conversation does not exist"},
    ClaimText{Claim::conversation_page_page, "conversation_page_page", "its page does not exist"},
    ClaimText{Claim::page_row, "page_row", "id or address have the wrong form"},
    ClaimText{Claim::page_unique, "page_unique", "one address has two numbers"},
    ClaimText{Claim::page_used, "page_used", "no conversation has seen it"},
    ClaimText{Claim::visitor_join_page, "visitor_join_page", "its page is not recorded for the conversation"},
    ClaimText{Claim::exit_page, "exit_page", "the exit page is not recorded for the conversation"},
    ClaimText{Claim::fact_exit_page, "fact_exit_page", "the exit page is not recorded for the conversation"},
    ClaimText{Claim::page_filter_row, "page_filter_row", "type, pattern or generations have the wrong form"},
    ClaimText{Claim::page_filter_building, "page_filter_building",
              "a new pattern is being matched; what was served before answers", Severity::remnant},
    ClaimText{Claim::match_missing, "match_missing", "the page matches, and no match is stored"},
    ClaimText{Claim::match_surplus, "match_surplus",
              "a match is stored, and the page does not match or exist"},
    ClaimText{Claim::match_stale, "match_stale", "matches of a pattern that answers no more",
              Severity::remnant},

    ClaimText{Claim::record_count, "record_count", "the count differs from what is there"},
    ClaimText{Claim::change_head, "change_head", "the numbers of the log's head contradict each other"},
    ClaimText{Claim::change_gap, "change_gap", "the number before it is missing, or the last one"},
    ClaimText{Claim::change_outside, "change_outside", "the number was never given or is trimmed"},
    ClaimText{Claim::change_row, "change_row", "kind or action are unknown"},
    ClaimText{Claim::change_conversation, "change_conversation", "its conversation does not exist"},
    ClaimText{Claim::change_time, "change_time", "its time is after the log's, or before its predecessor's"},
    ClaimText{Claim::conversation_stamp, "conversation_stamp", "it was touched later than the log says"},
    ClaimText{Claim::fact_stamp, "fact_stamp", "it was touched later than the log says"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < all_claims.size(); ++i) {
    if (static_cast<std::size_t>(all_claims[i].claim) != i) return false;
  }
  return all_claims.size() == static_cast<std::size_t>(Claim::fact_stamp) + 1;
}
static_assert(is_in_order(), "every claim has its text, in the order of the enumeration");

}  // namespace

std::span<const ClaimText> claims() noexcept {
  return all_claims;
}

const ClaimText& text_of(Claim claim) noexcept {
  return all_claims[static_cast<std::size_t>(claim)];
}

}  // namespace parley::check
