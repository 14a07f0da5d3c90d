#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/message_row.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "conversation/message.hpp"
#include "http/request.hpp"
#include "store/database.hpp"

namespace parley::api {

/// What a row of listConversations carries besides its own keys (`include`).
struct Parts {
  bool messages = false;
  bool visitor = false;
  bool tags = false;
  bool labels = false;
  bool cards = false;

  [[nodiscard]] bool any() const noexcept { return messages || visitor || tags || labels || cards; }
};

/// Reads `include`: names joined by commas, repeatable. Error: invalid_argument, naming what it takes.
[[nodiscard]] base::Result<Parts> read_parts(const http::Request& request);

/// Renders the parts of one conversation after another, each as its own method gives it. A long conversation
/// goes over several batches. On one thread at a time.
class PartsWriter {
 public:
  PartsWriter(std::int64_t sid, Parts parts) noexcept : sid_(sid), parts_(parts) {}

  /// Appends what is to come of this conversation, until `out` has `enough` bytes or a little more; each call
  /// names the same conversation until it has answered true: all parts are out. Errors: those of a read unit.
  base::Task<base::Result<bool>> append(store::Unit& unit, std::string& out, std::size_t enough,
                                        std::string_view conversation_id, base::Timestamp created_at);

 private:
  base::Task<base::Result<bool>> append_messages(store::Unit& unit, std::string& out, std::size_t enough,
                                                 std::string_view conversation_id);
  base::Task<base::Result<>> append_visitor(store::Unit& unit, std::string& out,
                                            std::string_view conversation_id, base::Timestamp created_at);
  base::Task<base::Result<>> append_notes(store::Unit& unit, std::string& out,
                                          std::string_view conversation_id);

  std::int64_t sid_;
  Parts parts_;
  bool in_messages_ = false;
  std::int64_t messages_ = 0;        // of this conversation, so far
  std::optional<MessageRows> rows_;  // of the same
  std::optional<conversation::MessagePosition> position_;
};

}  // namespace parley::api
