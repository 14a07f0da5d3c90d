#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace parley::base {

/// Whether the text is written as a conversation id: `V` and 1 to `limits::conversation_id_digits` ASCII
/// digits. An id is an opaque string and does not fit in 64 bits.
[[nodiscard]] bool is_conversation_id(std::string_view text) noexcept;

/// A new conversation id: `V`, the account, the creation time in epoch milliseconds, three digits of chance.
/// `sid` is an account's (0 or more), `three_digits` below 1000; a time before 1970 counts as 1970. Not
/// unique by itself: the caller draws again when the store has it.
[[nodiscard]] std::string make_conversation_id(std::int64_t sid, Timestamp created, unsigned three_digits);

/// Reads an account's, agent's, filter's or message's id: 1 to 16 ASCII digits without sign, below
/// `limits::id_end`; leading zeros are accepted. Error: `invalid_argument`, public text "takes …".
[[nodiscard]] Result<std::int64_t> parse_id(std::string_view text);

}  // namespace parley::base
