#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "statistics/query.hpp"
#include "transfer/record.hpp"

namespace parley::transfer {

/// Appends a record as one line of a bundle, LF included, with the Chat API's keys in their order. `sid` is
/// the account the bundle is of; a `BundleHeader` brings its own.
void append_line(std::string& out, std::int64_t sid, const Record& record);

/// Appends a chat record from a fact row, so that an export copies no text; the chat's id and agent id (or
/// null) with it.
void append_chat_line(std::string& out, const statistics::FactRow& fact);

/// Adds `endedAt`, null where it is empty, to the chat line that `out` ends with: a fact row does not know
/// it.
void add_ended_at(std::string& out, std::optional<base::Timestamp> ended_at);

}  // namespace parley::transfer
