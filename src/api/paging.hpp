#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "api/cursor.hpp"
#include "api/turn.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "base/time_zone.hpp"
#include "change/update_span.hpp"
#include "http/responder.hpp"
#include "store/database.hpp"

/// Answers in pages, and answers to who keeps in step (chat-api.md, section 4).
namespace parley::api {

/// What a request says of pages.
struct PageRequest {
  std::optional<std::int64_t> limit;  ///< 1 to limits::page_rows; empty: all rows.
  std::optional<Cursor> cursor;       ///< The last row of the page before; empty: from the beginning.
  std::string base_url;               ///< What `next` begins with; empty without a limit.
};

/// Reads `limit` and the cursor. Error: invalid_argument, naming the parameter.
[[nodiscard]] base::Result<PageRequest> read_page_request(const Call& call);

/// What a request that keeps in step asks for.
struct UpdateRequest {
  base::Timestamp after;                 ///< Included.
  std::optional<base::Timestamp> until;  ///< Not included; empty: all that is committed.
};

/// Reads `updatedAfter` and `updatedUntil`; empty without them. A bare date is its first instant in `zone`.
/// Error: invalid_argument, naming the parameter.
[[nodiscard]] base::Result<std::optional<UpdateRequest>> read_update_request(const http::Request& request,
                                                                             const base::TimeZone& zone);

/// Fixes the span that is answered: it ends where the account's changes end now, or earlier if that was asked
/// for. Empty for a request that does not keep in step. Errors: those of a read unit.
base::Task<base::Result<std::optional<change::UpdateSpan>>> update_span(const Call& call,
                                                                        std::optional<UpdateRequest> asked);

/// The rows of one page as they are given: counted, and not more than its limit. `Place` is a row's place in
/// its order.
template <typename Place>
class Page {
 public:
  explicit Page(std::optional<std::int64_t> limit) : limit_(limit) {}

  /// Whether the row at `place` belongs to the page. The first that does not says that more is to come.
  [[nodiscard]] bool take(const Place& place) {
    has_more_ = limit_ && length_ == *limit_;
    if (has_more_) return false;
    ++length_;
    if (limit_) last_ = place;
    return true;
  }

  [[nodiscard]] const std::optional<std::int64_t>& limit() const noexcept { return limit_; }
  [[nodiscard]] std::int64_t length() const noexcept { return length_; }
  [[nodiscard]] bool has_more() const noexcept { return has_more_; }
  /// The last row taken; empty without a limit.
  [[nodiscard]] const std::optional<Place>& last() const noexcept { return last_; }

 private:
  std::optional<std::int64_t> limit_;
  std::int64_t length_ = 0;
  bool has_more_ = false;
  std::optional<Place> last_;
};

/// Goes through a page before its head is sent, for answers that name the next one in a header: `places` is a
/// coroutine `(Unit&, Page<Place>&) -> Task<Result<bool>>` that lets the page take places, false at the end.
/// One read unit a batch. Rows that others write meanwhile may make the page that is then sent longer; what
/// was there is in it, or after it. Errors: those of a read unit.
template <typename Place, typename Places>
base::Task<base::Result<Page<Place>>> look_ahead(store::Database& database, std::int64_t limit,
                                                 Places places) {
  Page<Place> page(limit);
  const auto look = [&](store::Unit& unit) { return places(unit, page); };
  bool more = true;
  while (more && !page.has_more()) {
    PARLEY_CO_TRY_ASSIGN(more, co_await store::read_value<bool>(database, look));
    co_await next_turn();
  }
  co_return page;
}

/// The end of a JSON answer: `],"length":N`, then `updatedUntil` and `next` where there are such.
[[nodiscard]] std::string page_end(std::int64_t length, const std::optional<change::UpdateSpan>& updated,
                                   std::string_view next);

/// The same two for answers that are only rows: `Updated-Until` and `Link: <…>; rel="next"`.
void add_page_headers(http::Response& head, const std::optional<change::UpdateSpan>& updated,
                      std::string_view next);

/// What `next` repeats of the span that the first page fixed.
void add_updated_until(Additions& additions, const std::optional<change::UpdateSpan>& updated);

/// The cursor's id as a number below 2^53. Error: invalid_argument, naming cursorId.
[[nodiscard]] base::Result<std::int64_t> cursor_number(const Cursor& cursor);

}  // namespace parley::api
