#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "encoding/compression.hpp"
#include "http/responder.hpp"
#include "http/router.hpp"

/// How the Chat API answers: its envelope, its errors, its entity tags (chat-api.md, section 1).
namespace parley::api {

inline constexpr std::string_view json_type = "application/json; charset=utf-8";

/// An error as the API shows it: the status and `{"result":"error","error":…,"message":…}`. The log text
/// stays here.
[[nodiscard]] http::Response render_error(const base::Error& error);

/// What the server itself refuses, in the same form.
[[nodiscard]] http::Response render_refusal(http::Refusal refusal, std::string_view detail);

/// Says in an answer's head what the key has left: `X-RateLimit-Limit` (requests a second, and so many at
/// once), `X-RateLimit-Remaining` (requests that would be granted now), `X-RateLimit-Reset` (whole seconds
/// until all are there again), and `Retry-After` (whole seconds) where it was refused.
void add_allowance(http::Response& response, const Allowance& allowance);

/// The head of a good answer: type, entity tag, caching and the CORS header of the account.
[[nodiscard]] http::Response success_head(const Call& call, std::string_view content_type,
                                          std::string_view entity_tag);

/// The weak entity tag of an answer (RFC 9110 section 8.8.3), known before a row is read: a digest of the
/// account, its change number, the path without the key, the query, and `extra` for what else the bytes
/// depend on. Errors: those of a read unit.
base::Task<base::Result<std::string>> entity_tag(const Call& call, std::string_view extra = {});

/// Answers what needs no reading: 304 if the client has this entity tag, or the answer itself if it is kept
/// in memory. True when it did; the responder is used up then.
base::Task<bool> answered_at_once(const Call& call, http::Responder& responder,
                                  const std::string& entity_tag);

/// As `http::BodyStream::deflated_buffer`.
using DeflatedSink = std::function<std::string&(std::uint32_t crc32, std::uint64_t text_bytes)>;

/// A long answer: what stands before the rows and after them, and how to append the next rows.
struct Rows {
  std::string before;
  /// Appends one batch inside a read unit, of about `wanted_bytes` if there are so many; false when it was
  /// the last.
  std::function<base::Task<base::Result<bool>>(store::Unit& unit, std::string& out, std::size_t wanted_bytes)>
      batch;
  /// Made when the last row is known.
  std::function<std::string()> after;
  /// Rows given so far, for the metrics.
  std::function<std::int64_t()> count;
  /// Told, before the second batch, where batches may give pieces deflated beforehand, each behind what `out`
  /// holds then; only where the client gets gzip. Null: this answer has none.
  std::function<void(DeflatedSink sink)> set_deflated_sink;
};

/// Streams an answer, one read unit a batch, with back-pressure. An error of the first batch is returned
/// (nothing is sent yet); a later one cuts the answer and is logged.
base::Task<base::Result<>> send_rows(const Call& call, http::Responder& responder, http::Response head,
                                     Rows rows);

/// Whether an answer's envelope tells how many rows it has.
enum class Length : std::uint8_t { told, untold };

/// Sends a short answer in the envelope: `rows` are `count` rendered rows joined by commas.
base::Task<void> send_short(const Call& call, http::Responder& responder, std::string_view entity_tag,
                            std::string_view rows, std::size_t count, Length length);

/// `{"result":"success","json":[`
inline constexpr std::string_view envelope_begin = R"({"result":"success","json":[)";
/// `],"length":N}`
[[nodiscard]] std::string envelope_end(std::int64_t length);
/// Rows that a batch may read at once for somebody who wants so many bytes, a row being about this long.
[[nodiscard]] int rows_for(std::size_t wanted_bytes, std::size_t row_bytes) noexcept;
/// `]}`, for the methods without `length`.
inline constexpr std::string_view envelope_end_without_length = "]}";

/// Appends `"name":"2020-01-01T00:00:00.000Z"`.
void append_time(std::string& out, std::string_view name, base::Timestamp time);

}  // namespace parley::api
