#include "api/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "api/turn.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "change/change.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;

/// A status and its word on the wire.
struct Refused {
  int status;
  std::string_view word;
  std::string_view usual_text;
};

Refused refused(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return {400, "invalid_parameter", "a parameter cannot be read"};
    case ErrorCode::missing_argument:
      return {400, "missing_parameter", "a required parameter is absent"};
    case ErrorCode::unauthenticated:
      return {401, "unauthorized", "the API key is not valid for this userId; check both, or make a new key"};
    case ErrorCode::permission_denied:
      return {403, "forbidden", "the API key lacks the scope chat:read"};
    case ErrorCode::not_found:
      return {404, "unknown_method", "there is no such method"};
    case ErrorCode::rate_limited:
      return {429, "rate_limited", "too many requests; try again later"};
    case ErrorCode::too_large:
      return {400, "invalid_parameter", "a parameter is too large"};
    case ErrorCode::unavailable:
    case ErrorCode::cancelled:
      return {503, "unavailable", "the server cannot answer now; try again"};
    case ErrorCode::already_exists:
    case ErrorCode::conflict:
    case ErrorCode::internal:
      return {500, "internal", "the server failed; its log says more"};
  }
  return {500, "internal", "the server failed; its log says more"};
}

Refused refused(http::Refusal refusal) {
  switch (refusal) {
    case http::Refusal::bad_request:
      return {400, "invalid_parameter", "the request cannot be read as HTTP/1.1"};
    case http::Refusal::request_timeout:
      return {408, "request_timeout", "the request did not come in time"};
    case http::Refusal::content_too_large:
      return {413, "content_too_large", "this method takes no body"};
    case http::Refusal::uri_too_long:
      return {414, "uri_too_long", "the request line is too long; ask in several requests"};
    case http::Refusal::headers_too_large:
      return {431, "headers_too_large", "the request's header fields are too large"};
    case http::Refusal::unknown_path:
      return {404, "unknown_method",
              "there is no such method, or the path has too few or too many segments; it takes "
              "/message/<method>/<apiKey>/<userId>[/<argument>…]"};
    case http::Refusal::method_not_allowed:
      return {405, "method_not_allowed", "this path takes GET and HEAD"};
    case http::Refusal::unavailable:
      return {503, "unavailable", "the server cannot answer now; try again"};
  }
  return {500, "internal", "the server failed; its log says more"};
}

http::Response render(const Refused& refused, std::string_view text) {
  http::Response response;
  response.status = refused.status;
  response.content_type = json_type;
  if (refused.status == 503) response.headers.add("Retry-After", "1");
  if (refused.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  response.headers.add("Cache-Control", "no-store");
  encoding::JsonWriter json(response.body);
  json.begin_object();
  json.key("result");
  json.string("error");
  json.key("error");
  json.string(refused.word);
  json.key("message");
  json.string(text.empty() ? refused.usual_text : text);
  json.end_object();
  return response;
}

}  // namespace

http::Response render_error(const base::Error& error) {
  const Refused form = refused(error.code);
  // A fault's text may hold internals, and a refused key must not say why: both get the usual sentence.
  const bool is_usual = form.status >= 500 || form.status == 401;
  return render(form, is_usual ? std::string_view() : std::string_view(error.public_text));
}

http::Response render_refusal(http::Refusal refusal, std::string_view detail) {
  return render(refused(refusal), detail);
}

void add_allowance(http::Response& response, const Allowance& allowance) {
  const auto seconds = [](std::chrono::nanoseconds time) {
    return fmt::format("{}", std::chrono::ceil<std::chrono::seconds>(time).count());
  };
  response.headers.add("X-RateLimit-Limit", fmt::format("{}", allowance.limit));
  response.headers.add("X-RateLimit-Remaining", fmt::format("{}", allowance.remaining));
  response.headers.add("X-RateLimit-Reset", seconds(allowance.reset));
  if (!allowance.is_granted) response.headers.add("Retry-After", seconds(allowance.retry));
}

http::Response success_head(const Call& call, std::string_view content_type, std::string_view entity_tag) {
  http::Response head;
  head.content_type = content_type;
  head.headers.add("ETag", entity_tag);
  // The answer is one account's own, and its tag is asked for before it is used again.
  head.headers.add("Cache-Control", "private, no-cache");
  const std::vector<std::string>& origins = call.grant.origins;
  if (origins.empty()) return head;
  head.headers.add("Vary", "Origin");
  const std::string origin(call.request.header("origin"));
  if (std::find(origins.begin(), origins.end(), origin) != origins.end()) {
    head.headers.add("Access-Control-Allow-Origin", origin);
    head.headers.add("Access-Control-Expose-Headers",
                     "ETag, Content-Disposition, Link, Updated-Until, X-RateLimit-Limit, "
                     "X-RateLimit-Remaining, X-RateLimit-Reset");
  }
  return head;
}

namespace {

/// The tags that this thread made last: what is polled has the same one until the account changes, and to
/// compare what it depends on takes less than to digest it.
class RecentTags {
 public:
  /// `seen`: all that the answer depends on.
  std::string tag_of(std::string seen, std::int64_t number) {
    Entry& entry = entries_[std::hash<std::string>()(seen) % entries_.size()];
    if (entry.seen == seen) return entry.tag;
    const base::Sha256 digest = base::sha256(seen);
    std::string tag("W/\"");
    encoding::append_decimal(tag, number);
    tag.append("-").append(base::to_hex(std::span(digest).first(12))).push_back('"');
    if (seen.size() <= limits::recent_tag_bytes) entry = {std::move(seen), tag};
    return tag;
  }

 private:
  struct Entry {
    std::string seen;
    std::string tag;
  };
  std::array<Entry, limits::recent_tags> entries_;
};

/// The tag of an answer at this change number of its account.
std::string tag_at(const Call& call, std::string_view extra, std::int64_t number) {
  std::string seen;
  seen.reserve(limits::recent_tag_bytes / 2);
  seen += PARLEY_VERSION "\n";
  const auto add_number = [&seen](std::int64_t value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    seen.append(bytes.data(), bytes.size());
  };
  // Lengths keep neighbouring values apart.
  const auto add = [&seen, add_number](std::string_view text) {
    add_number(static_cast<std::int64_t>(text.size()));
    seen.append(text);
  };
  for (const std::int64_t part : {call.sid, base::epoch_ms(call.grant.account_created_at), number}) {
    add_number(part);
  }
  add(extra);
  add(call.request.target.segments[1]);
  for (const std::string& argument : call.arguments) add(argument);
  for (const auto& [name, value] : call.request.target.query) {
    add(name);
    add(value);
  }
  thread_local RecentTags recent;
  return recent.tag_of(std::move(seen), number);
}

Task<Result<std::string>> looked_up_tag(const Call& call, std::string_view extra) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t number, co_await call.numbers.last_number(call.sid));
  co_return tag_at(call, extra, number);
}

}  // namespace

Task<Result<std::string>> entity_tag(const Call& call, std::string_view extra) {
  const auto number = call.numbers.known_number(call.sid);
  if (!number) return looked_up_tag(call, extra);
  return Task<Result<std::string>>::ready(tag_at(call, extra, *number));
}

namespace {

/// What the key has left is of this request alone, so it comes behind whatever is kept.
void say_allowance(const Call& call, http::Response& response) {
  if (call.allowance) add_allowance(response, *call.allowance);
}

/// Answers to other origins differ in their heads; one answer stands for all that name none.
bool fits_memory(const Call& call) {
  return call.request.header("origin").empty();
}

std::string tag_of(const http::Response& head) {
  return std::string(head.headers.find("ETag").value_or(std::string_view()));
}

/// Sends what `stream` holds and the rest of the rows, if there are `more`.
Task<Result<>> stream_rows(const Call& call, http::BodyStream stream, Rows rows, bool more) {
  if (more && rows.set_deflated_sink && stream.takes_deflated()) {
    rows.set_deflated_sink([&stream](std::uint32_t crc32, std::uint64_t text_bytes) -> std::string& {
      return stream.deflated_buffer(crc32, text_bytes);
    });
  }
  const auto append = [&rows, &stream](store::Unit& unit) {
    return rows.batch(unit, stream.buffer(), stream.wanted_bytes());
  };
  while (more) {
    const auto sent = co_await stream.flush_if_full();
    if (!sent) co_return Result<>{};
    const std::int64_t rows_before = rows.count();
    const auto batch = co_await store::read_value<bool>(call.database, append);
    stream.add_rows(static_cast<std::uint64_t>(rows.count() - rows_before));
    if (!batch) {
      base::log(
          base::Level::error, "answer cut",
          {{"request", call.request.request_id}, {"sid", call.sid}, {"reason", batch.error().log_text}});
      co_return Result<>{};
    }
    more = *batch;
    if (!more) stream.buffer() += rows.after();
    // Rows that are passed over fill no buffer.
    const bool is_searching = more && stream.buffer().size() < stream.wanted_bytes();
    if (is_searching) co_await next_turn();
  }
  // Who has gone needs no end.
  [[maybe_unused]] const auto finished = co_await stream.finish();
  co_return Result<>{};
}

/// What answers without a look at the store: the client has it, or it is kept.
std::optional<http::Response> known_answer(const Call& call, const std::string& entity_tag) {
  std::optional<http::Response> response;
  if (call.request.has_entity_tag(entity_tag)) {
    response = success_head(call, {}, entity_tag);
    response->status = 304;
  } else if (fits_memory(call)) {
    const auto kept = call.answers.recall(entity_tag);
    if (kept) response = *kept;
  }
  if (response) say_allowance(call, *response);
  return response;
}

Task<bool> send_known(http::Responder responder, http::Response response) {
  co_await std::move(responder).send(std::move(response));
  co_return true;
}

}  // namespace

Task<bool> answered_at_once(const Call& call, http::Responder& responder, const std::string& entity_tag) {
  std::optional<http::Response> response = known_answer(call, entity_tag);
  if (!response) return Task<bool>::ready(false);
  return send_known(std::move(responder), *std::move(response));
}

Task<Result<>> send_rows(const Call& call, http::Responder& responder, http::Response head, Rows rows) {
  const std::string tag = tag_of(head);
  const bool is_wanted = fits_memory(call) && call.answers.is_wanted_again(tag);
  const std::size_t whole_bytes = is_wanted ? limits::kept_answer_bytes : 0;
  std::string out = std::move(rows.before);
  bool more = true;
  while (more) {
    const std::size_t room = whole_bytes - std::min(whole_bytes, out.size());
    const std::size_t wanted = std::max(limits::stream_chunk_bytes_least, room);
    const auto next = [&rows, &out, wanted](store::Unit& unit) { return rows.batch(unit, out, wanted); };
    PARLEY_CO_TRY_ASSIGN(more, co_await store::read_value<bool>(call.database, next));
    if (out.size() >= whole_bytes) break;
    if (more) co_await next_turn();
  }
  if (!more) out += rows.after();
  head.body = std::move(out);
  head.rows = static_cast<std::uint64_t>(rows.count());
  if (is_wanted && more) call.answers.pass_over(tag);
  if (is_wanted && !more) call.answers.keep(tag, head);
  say_allowance(call, head);
  if (is_wanted && !more) {
    co_await std::move(responder).send(std::move(head));
    co_return Result<>{};
  }
  co_return co_await stream_rows(call, std::move(responder).stream(std::move(head)), std::move(rows), more);
}

Task<void> send_short(const Call& call, http::Responder& responder, std::string_view entity_tag,
                      std::string_view rows, std::size_t count, Length length) {
  http::Response response = success_head(call, json_type, entity_tag);
  response.rows = count;
  response.body.append(envelope_begin).append(rows);
  if (length == Length::told) {
    response.body += envelope_end(static_cast<std::int64_t>(count));
  } else {
    response.body += envelope_end_without_length;
  }
  if (fits_memory(call) && call.answers.is_wanted_again(entity_tag)) call.answers.keep(entity_tag, response);
  say_allowance(call, response);
  co_await std::move(responder).send(std::move(response));
}

std::string envelope_end(std::int64_t length) {
  return fmt::format("],\"length\":{}}}", length);
}

int rows_for(std::size_t wanted_bytes, std::size_t row_bytes) noexcept {
  const std::size_t rows = wanted_bytes / row_bytes + 1;
  return static_cast<int>(std::min<std::size_t>(rows, limits::rows_per_batch));
}

void append_time(std::string& out, std::string_view name, base::Timestamp time) {
  out.push_back('"');
  out.append(name).append("\":\"");
  base::append_iso8601(out, time);
  out.push_back('"');
}

}  // namespace parley::api
