#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

/// Where a page ended, as the next request names it (chat-api.md, section 4).
namespace parley::api {

/// A row's place in its method's order, as `cursorUpdated` and `cursorId` say it.
struct Cursor {
  base::Timestamp time;
  std::string id;  ///< A conversation id, or a number in digits.

  bool operator==(const Cursor&) const = default;
};

/// Reads `cursorUpdated`, an instant in epoch milliseconds. Error: invalid_argument.
[[nodiscard]] base::Result<base::Timestamp> parse_cursor_time(std::string_view text);

/// The cursor of a request, if it has one; `id` is not yet looked into. Errors: invalid_argument when a part
/// is missing or cannot be read, or `cursorCheck` does not fit the request: the cursor is of another account,
/// method or question.
[[nodiscard]] base::Result<std::optional<Cursor>> read_cursor(const Call& call);

/// What `next` says beside the request's own query, such as an `endTime` that was not given.
using Additions = std::vector<std::pair<std::string, std::string>>;

/// The absolute URL of the rows after `cursor`: the request's path as it was asked, its query, each addition
/// in the place of what the query says of that name, and the cursor.
[[nodiscard]] std::string next_url(const Call& call, std::string_view base_url, const Cursor& cursor,
                                   const Additions& additions);

/// `http::own_url` of this request. Error: invalid_argument where there is none.
[[nodiscard]] base::Result<std::string> base_url(const Call& call);

}  // namespace parley::api
