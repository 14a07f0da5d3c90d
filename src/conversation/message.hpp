#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

namespace parley::conversation {

/// One message. Who sent it is in `agent_id`, as on the wire: an agent's id, 0 for the visitor, empty for the
/// system.
struct Message {
  std::int64_t message_id = 0;
  std::string conversation_id;
  std::string
      sender;  ///< The wire's `from`: the agent's name, the conversation id, or `system`; kept as written.
  std::string text;
  base::Timestamp sent_at;
  std::optional<std::int64_t> agent_id;
};

/// The same on its way out; the views live as long as the row call.
struct MessageView {
  std::int64_t message_id;
  std::string_view sender;
  std::string_view text;
  base::Timestamp sent_at;
  std::optional<std::int64_t> agent_id;
};

/// Where a conversation's messages stand: the last one given.
struct MessagePosition {
  base::Timestamp sent_at;
  std::int64_t message_id = 0;

  auto operator<=>(const MessagePosition&) const = default;
};

/// What a visitor has newly written into a conversation in one unit.
struct VisitorWriting {
  std::size_t messages = 0;
  base::Timestamp earliest;
};

/// The same by (sid, conversation id): a chat that began before all of it looks as it did. For hooks.
[[nodiscard]] const std::map<std::pair<std::int64_t, std::string>, VisitorWriting>& visitor_writing(
    store::WriteUnit& unit);

/// Gets a message; false if it does not take it. May keep nothing of what it gets.
using MessageSink = std::function<bool(const MessageView&)>;

/// Gives the next messages of a conversation after `position` (empty: from the beginning) by date, then id,
/// none after `last` (empty: to the end). Moves `position` behind the last one taken; false when the end is
/// reached. Ends early, with true, at the first message that is not taken, which comes again next time, after
/// limits::rows_per_batch, and once limits::stream_chunk_bytes of text are given.
base::Task<base::Result<bool>> message_batch(store::Unit& unit, std::int64_t sid,
                                             std::string_view conversation_id,
                                             std::optional<MessagePosition>& position,
                                             std::optional<MessagePosition> last, MessageSink row);

/// The same order without the messages themselves, for who only counts: long texts are not read.
base::Task<base::Result<bool>> message_places(store::Unit& unit, std::int64_t sid,
                                              std::string_view conversation_id,
                                              std::optional<MessagePosition>& position,
                                              std::function<bool(const MessagePosition&)> row);

/// Makes a message (`message_id` 0: the next free id) or replaces the account's message of that id. A
/// visitorJoin's currentPage is recorded as a page of the conversation. True if anything changed. Errors:
/// invalid_argument for an id outside 1…2^53-1 or text over its limit; not_found if the conversation does not
/// exist.
base::Task<base::Result<bool>> put_message(store::WriteUnit& unit, std::int64_t sid, Message message);

/// The page that a system message of type visitorJoin names, or empty. `text` is the message's JSON.
[[nodiscard]] std::string visitor_join_page(std::string_view text);

}  // namespace parley::conversation
