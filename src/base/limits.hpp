#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every maximum of the program, each with its reason. A limit that is not here is a defect.
namespace parley::limits {

using namespace std::chrono_literals;

// HTTP requests ------------------------------------------------------------------------------------------------

/// Bytes of a request line (RFC 9112 section 3 recommends at least 8,000): a chatStatistics query with 400 repeated
/// `channels` fits.
inline constexpr std::size_t request_line_bytes = 16 * 1024;

/// Bytes of all header fields together: browsers with large cookies stay under 16 KB.
inline constexpr std::size_t request_header_bytes = 32 * 1024;

/// Bytes of a body that a method without a body still reads and drops, to keep the connection usable.
inline constexpr std::size_t discarded_body_bytes = 64 * 1024;

/// Query parameters in one request: far above any client's, so that a flood of `a&a&a` costs nothing.
inline constexpr std::size_t query_parameters = 2'000;

/// Time to send a whole request head, from its first byte.
inline constexpr auto request_head_time = 15s;

/// Time a kept-alive connection may stay silent between two requests.
inline constexpr auto idle_connection_time = 75s;

/// Time a reader may take to accept one chunk of an answer before it is cut.
inline constexpr auto write_chunk_time = 60s;

/// Connections in all: one costs about 10 KB, so the most is some 100 MB.
inline constexpr std::size_t connections = 10'000;

/// Bytes of a body from which compression on request pays (chat-api.md, section 1).
inline constexpr std::size_t compress_from_bytes = 1'000;

/// Bytes of an answer gathered before they go to the socket: large enough that system calls do not count, small enough
/// that thousands of slow readers stay cheap.
inline constexpr std::size_t stream_chunk_bytes = 64 * 1024;

// Chat API ----------------------------------------------------------------------------------------------------

/// What an error message repeats of a bad value, in characters (chat-api.md, section 1).
inline constexpr std::size_t echoed_value_characters = 100;

/// The span of one chatStatistics request: 365 times 24 hours (the vendor's "Maximum 365 days per request").
inline constexpr std::int64_t statistics_span_ms = 365LL * 24 * 3600 * 1000;

/// Calendar days that two bare dates may span, both ends included, so that a leap year can be asked for.
inline constexpr int statistics_span_calendar_days = 366;

/// Ids in one set of chatStatistics filters (agents, channels, page filters): bounds the SQL that a query becomes.
inline constexpr std::size_t filter_ids = 1'000;

/// Digits of a conversation id after its `V` (chat-api.md, section 3).
inline constexpr std::size_t conversation_id_digits = 40;

/// Agent, filter and message ids stay below 2^53, so that every client's JSON number holds them exactly.
inline constexpr std::int64_t id_end = 1LL << 53;

/// Rows a read unit takes before it ends: about a millisecond of work, so that no read transaction outlives a batch and
/// no request starves the others on its thread.
inline constexpr int rows_per_batch = 512;

/// Bytes of repeated texts that one running answer keeps at hand.
inline constexpr std::size_t dictionary_cache_bytes = 4 * 1024 * 1024;

/// Matches are decided in slices of so many pages, so that a filter being built never holds up a message.
inline constexpr int page_filter_slice_pages = 2'000;

// Bundles -----------------------------------------------------------------------------------------------------

/// Bytes of one line of a bundle: a message of 1 MiB escaped in the worst way (six bytes for one) still fits.
inline constexpr std::size_t bundle_line_bytes = 8 * 1024 * 1024;

/// Nesting of JSON that is read: our records are flat; eight leaves room and stops stack attacks.
inline constexpr int json_depth = 8;

/// Bytes read from or written to a file at once: more makes no file faster.
inline constexpr std::size_t file_block_bytes = 128 * 1024;

/// The largest window of zstd data that is read, as a power of two: 128 MB, what zstd itself allows unasked.
inline constexpr int zstd_window_log = 27;

// Logs --------------------------------------------------------------------------------------------------------

/// Bytes of one text in a log line: room for a long path and an error's words, while no stranger can flood the log.
inline constexpr std::size_t log_field_bytes = 2'048;

// Text that visitors, agents and bundles bring, in bytes of UTF-8 ----------------------------------------------

/// A message's text.
inline constexpr std::size_t message_bytes = 1024 * 1024;

/// A name, e-mail address, tag, label, department, group list, browser, place and the like.
inline constexpr std::size_t short_text_bytes = 4 * 1024;

/// A page address or picture address.
inline constexpr std::size_t url_bytes = 16 * 1024;

/// A card's data.
inline constexpr std::size_t card_bytes = 256 * 1024;

/// Tags, labels and cards of one conversation, each: far above what people set, so one answer holds them all.
inline constexpr std::size_t tags_per_conversation = 1'000;

/// A page filter's pattern: RE2 compiles it within its memory bound.
inline constexpr std::size_t page_filter_pattern_bytes = 1'024;

/// Page filters of one account: each new page is matched against all of them.
inline constexpr std::size_t page_filters_per_account = 1'000;

}  // namespace parley::limits
