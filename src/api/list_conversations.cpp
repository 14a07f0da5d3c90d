#include <memory>
#include <utility>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "api/parameters.hpp"
#include "conversation/conversation.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

Result<conversation::ListQuery> read_query(const Call& call) {
  PARLEY_TRY_ASSIGN(const auto from, day_argument("fromDate", call.arguments[0]));
  PARLEY_TRY_ASSIGN(const auto to, day_argument("toDate", call.arguments[1]));
  if (from > to) return bad_parameter("toDate", call.arguments[1], "takes a day that is not before fromDate");
  conversation::ListQuery query;
  query.sid = call.sid;
  query.from = base::Timestamp(from);
  query.to = base::Timestamp(to + std::chrono::days(1)) - std::chrono::milliseconds(1);
  PARLEY_TRY_ASSIGN(const auto filters, id_set(call.request, "pageFilterId", {}));
  if (filters) query.page_filter_ids = id_array(*filters);
  return query;
}

void append_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                base::Timestamp created_at) {
  out += "{\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"conversationID\":";
  encoding::append_json_string(out, conversation_id);
  out.push_back(',');
  append_time(out, "date", created_at);
  out.push_back('}');
}

/// The list as it goes out: what is asked, how far it is, how many rows it has.
struct Listing {
  conversation::ListQuery query;
  std::optional<conversation::ListPosition> position;
  std::int64_t length = 0;
};

}  // namespace

Task<Result<>> list_conversations(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(auto query, read_query(call));
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call));
  const bool done = co_await answered_not_modified(call, responder, tag);
  if (done) co_return Result<>{};

  Listing listing{std::move(query), std::nullopt, 0};
  Rows rows;
  rows.before = envelope_begin;
  rows.batch = [&listing](store::Unit& unit, std::string& out, std::size_t /*wanted_bytes*/) {
    return conversation::list_batch(
        unit, listing.query, listing.position,
        [&listing, &out](std::string_view conversation_id, base::Timestamp created_at) {
          if (listing.length++ > 0) out.push_back(',');
          append_row(out, listing.query.sid, conversation_id, created_at);
        });
  };
  rows.after = [&listing] { return envelope_end(listing.length); };
  co_return co_await send_rows(call, responder, success_head(call, json_type, tag), std::move(rows));
}

}  // namespace parley::api
