#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// What a store claims of itself, as `check` verifies it: one entry for each thing that can be wrong.
namespace parley::check {

enum class Claim : std::uint8_t {
  // The file itself.
  integrity,
  schema,
  // Accounts, keys, agents.
  account_known,
  account_row,
  account_unfinished,
  counters,
  api_key_row,
  api_key_scopes,
  api_key_unique,
  agent_row,
  // Conversations and what belongs to them.
  conversation_row,
  visitor_missing,
  visitor_conversation,
  visitor_row,
  message_conversation,
  message_row,
  message_agent,
  message_sender,
  message_unique,
  tag_conversation,
  tag_row,
  tag_name_once,
  label_conversation,
  label_row,
  card_conversation,
  card_row,
  // Chats and their facts.
  chat_conversation,
  chat_row,
  chat_agent,
  fact_missing,
  fact_surplus,
  fact_chat,
  fact_agent,
  fact_text,
  fact_row,
  fact_computed,
  fact_visitor,
  fact_labels,
  fact_tags,
  dictionary_row,
  dictionary_unique,
  statistics_head,
  statistics_block,
  // Pages and page filters.
  conversation_page_conversation,
  conversation_page_page,
  page_row,
  page_unique,
  page_used,
  visitor_join_page,
  exit_page,
  fact_exit_page,
  page_filter_row,
  page_filter_building,
  match_missing,
  match_surplus,
  match_stale,
  // Counts and the change log.
  record_count,
  change_head,
  change_gap,
  change_outside,
  change_row,
  change_conversation,
  change_time,
  conversation_stamp,
  fact_stamp,
};

/// What a broken claim means.
enum class Severity : std::uint8_t {
  fault,    ///< The store says something that is not so.
  remnant,  ///< Work that is under way or was cut off; nothing wrong is answered meanwhile.
};

struct ClaimText {
  Claim claim;
  std::string_view name;      ///< As the report prints it.
  std::string_view sentence;  ///< What is wrong where it does not hold.
  Severity severity = Severity::fault;
};

/// All claims, in the order of `Claim`.
[[nodiscard]] std::span<const ClaimText> claims() noexcept;
[[nodiscard]] const ClaimText& text_of(Claim claim) noexcept;

}  // namespace parley::check
