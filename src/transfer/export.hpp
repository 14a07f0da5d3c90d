#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "encoding/line_file.hpp"
#include "store/database.hpp"
#include "transfer/import.hpp"

namespace parley::transfer {

/// What an export wrote, and what it did not.
struct ExportReport {
  std::uint64_t records = 0;  ///< Lines, the header among them.
  std::uint64_t agents = 0;
  std::uint64_t page_filters = 0;
  std::uint64_t conversations = 0;
  std::uint64_t messages = 0;
  std::uint64_t tags = 0;
  std::uint64_t labels = 0;
  std::uint64_t cards = 0;
  std::uint64_t chats = 0;
  std::vector<std::string> left_out;  ///< What stays behind, in words for people.
  double seconds = 0;
};

/// Writes an account as a bundle: header, agents, page filters, conversations, messages, tags, labels, cards,
/// chats, in constant memory. The caller finishes `out` when this has succeeded.
///
/// Each batch is a read unit of its own, so nothing waits for an export and no export holds the store back;
/// for this a batch sees what was written since the one before. What an export of an account at work gives is
/// therefore no single moment, but always whole enough to be imported: a conversation that was made after the
/// export began is left out with all it has, and one whose creation time was changed meanwhile is written
/// again before what refers to it. What is changed in others may or may not be in.
///
/// Errors: not_found for an account that does not exist or is not whole; those of `out` and the store.
base::Task<base::Result<ExportReport>> export_account(store::Database& database, std::int64_t sid,
                                                      encoding::LineWriter& out, ProgressCallback progress);

}  // namespace parley::transfer
