#pragma once

#include <cstdint>

#include "transfer/fields.hpp"

namespace parley::transfer {

/// What became of the records of one kind.
struct Tally {
  std::uint64_t created = 0;
  std::uint64_t changed = 0;
  std::uint64_t same = 0;
};

/// The same of every kind.
struct Counts {
  Tally agents;
  Tally page_filters;
  Tally conversations;
  Tally messages;
  Tally tags;
  Tally labels;
  Tally cards;
  Tally chats;
};

/// What an import did.
struct ImportReport {
  std::int64_t sid = 0;  ///< The account it went to.
  bool is_new_account = false;
  std::uint64_t records = 0;  ///< Lines, the header among them.
  Counts counts;
  std::uint64_t agents_made = 0;        ///< Removed agents made because a message or chat named them.
  std::uint64_t label_differences = 0;  ///< Chats whose `labels` were not the conversation's, which hold.
  std::uint64_t tag_differences = 0;    ///< The same for `tags`.
  std::uint64_t dates_replaced = 0;     ///< Null or impossible dates for which the conversation's stands.
  UnknownKeys unknown_keys;             ///< Keys left out; empty where no file was read.
  double seconds = 0;
};

}  // namespace parley::transfer
