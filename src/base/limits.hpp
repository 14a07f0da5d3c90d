#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/store_limits.hpp"

/// Every maximum of the program, each with its reason. A limit that is not here is a defect.
namespace parley::limits {

using namespace std::chrono_literals;

// HTTP requests

/// Bytes of a request line (RFC 9112 section 3 recommends at least 8,000): a chatStatistics query with 400
/// repeated `channels` fits.
inline constexpr std::size_t request_line_bytes = 16 * 1024;

/// Bytes of all header fields together: browsers with large cookies stay under 16 KB.
inline constexpr std::size_t request_header_bytes = 32 * 1024;

/// Bytes of a body that a method without a body still reads and drops, to keep the connection usable.
inline constexpr std::size_t discarded_body_bytes = 64 * 1024;

/// Query parameters in one request: far above any client's, so that a flood of `a&a&a` costs nothing.
inline constexpr std::size_t query_parameters = 2'000;

/// Time to send a whole request head, from its first byte; and to begin one, on a connection over a limit.
inline constexpr auto request_head_time = 15s;

/// Bytes a second at which a body must come behind its head, on the average, and the time that is given on
/// top: a slow line has far more, and who drips holds a connection no longer than the rest.
inline constexpr std::size_t request_body_pace = 1'024;
inline constexpr auto request_body_grace = 10s;

/// Time a kept-alive connection may stay silent between two requests.
inline constexpr auto idle_connection_time = 75s;

/// Time in which a reader's system must take twice stream_chunk_bytes_least of an answer, or the rest of it:
/// 136 bytes a second, less than any line that people use. No shorter time tells: a system whose buffer is
/// full may take nothing until 64 KB of it have been read, at 1 KB/s a minute.
inline constexpr auto write_chunk_time = 120s;

/// Connections in all: one costs about 10 KB, so the most is some 100 MB.
inline constexpr std::size_t connections = 10'000;
/// Connections from one address, or one network of 64 bits in IPv6, which is what one customer of a provider
/// has: half of all, so that nobody has the server alone and no office behind one address is locked out.
inline constexpr std::size_t connections_per_address = 5'000;

/// The most that either of the two may be set to: what a large machine has descriptors and memory for.
inline constexpr std::size_t settable_connections = 1'000'000;

/// Networks of trusted proxies: each is compared with the address of every connection.
inline constexpr std::size_t trusted_networks = 100;

/// Addresses of X-Forwarded-For that are looked at: far more than there are proxies in a row.
inline constexpr std::size_t forwarded_addresses = 32;

/// Bytes of a chunk's extensions and of all trailer fields (RFC 9112 sections 7.1.1, 7.1.2): rarely any.
inline constexpr std::size_t chunk_extension_bytes = 1'024;

/// Bytes of a body from which compression on request pays (chat-api.md, section 1).
inline constexpr std::size_t compress_from_bytes = 1'000;

/// Bytes of an answer gathered before they go to the socket, at first: few system calls.
inline constexpr std::size_t stream_chunk_bytes = 64 * 1024;
/// The most of them, for a reader who takes all of them at once: what the socket itself holds.
inline constexpr std::size_t stream_chunk_bytes_most = 256 * 1024;
/// The least of them: what a slow reader, or each of very many readers, holds. A few rows of any method.
inline constexpr std::size_t stream_chunk_bytes_least = 8 * 1024;

/// Bytes that all running answers together may hold gathered; each gets its share between the two above, so
/// that two thousand slow readers take no more than this.
inline constexpr std::size_t gathered_bytes = 64 * 1024 * 1024;

/// Bytes of one connection's answers that the system may hold unsent: enough to keep a fast line busy, and a
/// slow reader cannot make it hold megabytes.
inline constexpr std::size_t unsent_bytes = 256 * 1024;
/// The same for a reader that has not shown yet that it is fast, or has shown that it is not.
inline constexpr std::size_t unsent_bytes_least = 16 * 1024;

/// Connections above a limit that are told so by a 503 at one time; above these they are closed at once.
inline constexpr std::size_t refused_connections = 256;

/// Capacity of its input buffer that an idle connection keeps: an ordinary request fits.
inline constexpr std::size_t idle_input_bytes = 2 * 1024;

/// After a refusal the rest of the request may still be on its way; it is read and dropped for this long and
/// this much, so that the refusal arrives (RFC 9112 section 9.6).
inline constexpr auto lingering_close_time = 2s;
inline constexpr std::size_t lingering_close_bytes = 1024 * 1024;

// TLS

/// Bytes of a certificate's or a key's file: a chain of three takes some six kilobytes.
inline constexpr std::size_t tls_file_bytes = 1024 * 1024;

/// Bytes of a client's first TLS message: clients send half a kilobyte, two with keys that withstand quantum
/// computers. OpenSSL alone would make room for eight times as much because a stranger says it will come.
inline constexpr std::size_t tls_hello_bytes = 16 * 1024;

/// How often the files of certificate and key are looked at: a renewed one is in use within a minute.
inline constexpr auto tls_files_interval = 60s;

/// How long keys that seal session tickets are used: who gets hold of one opens a day's sessions of TLS 1.2.
inline constexpr auto tls_ticket_key_time = 24h;

// Chat API

/// What an error message repeats of a bad value, in characters (chat-api.md, section 1).
inline constexpr std::size_t echoed_value_characters = 100;

/// The span of one chatStatistics request: 365 times 24 hours (the vendor's "Maximum 365 days per request").
inline constexpr std::int64_t statistics_span_ms = 365LL * 24 * 3600 * 1000;

/// Calendar days that two bare dates may span, both ends included, so that a leap year can be asked for.
inline constexpr int statistics_span_calendar_days = 366;

/// Ids in one set of chatStatistics filters (agents, channels, page filters): bounds its SQL.
inline constexpr std::size_t filter_ids = 1'000;

/// Digits of a conversation id after its `V` (chat-api.md, section 3).
inline constexpr std::size_t conversation_id_digits = 40;

/// Agent, filter and message ids stay below 2^53, so that every client's JSON number holds them exactly.
inline constexpr std::int64_t id_end = 1LL << 53;

/// How long a good key is remembered without a look into the store: a revoked one stops within a second, and
/// a busy client costs two looks a second.
inline constexpr auto key_cache_time = 500ms;
/// Good keys remembered at once.
inline constexpr std::size_t key_cache_entries = 10'000;

/// Coroutine frames of one size that a thread keeps for its next requests, and the longest such: what the
/// requests of one turn have.
inline constexpr std::size_t kept_frames = 64;
inline constexpr std::size_t kept_frame_bytes = 2'048;

/// Accounts whose last change number is kept at hand, and conversations that messages are written into.
inline constexpr std::size_t known_change_numbers = 10'000;
inline constexpr std::size_t known_conversations = 10'000;

/// Answers that are kept because they were asked for again: the longest one, a day of a thousand chats, and
/// all together, with the compressed forms of each.
inline constexpr std::size_t kept_answer_bytes = 512 * 1024;
inline constexpr std::size_t kept_answers_bytes = 16 * 1024 * 1024;

/// Answers that have been asked for once lately and are kept when they are asked for again: as many as fit.
inline constexpr std::size_t answers_asked_once = 8'192;
/// Entity tags that a thread keeps with what they were made of, where that is no longer than this.
inline constexpr std::size_t recent_tags = 64;
inline constexpr std::size_t recent_tag_bytes = 1'024;

/// The most requests a second that a key may be limited to: more no machine answers.
inline constexpr std::uint32_t requests_per_second = 1'000'000;

/// Keys whose requests are counted at once, where they are limited: about 1 MB. One that has been silent for
/// a second needs no place.
inline constexpr std::size_t limited_keys = 10'000;

/// Rows a read unit takes before it ends: about a millisecond of work, so that no read transaction outlives a
/// batch and no request starves the others on its thread.
inline constexpr int rows_per_batch = 512;

/// Rows of one page, where a client asks in pages (chat-api.md, section 4).
inline constexpr std::int64_t page_rows = 10'000;

/// Characters of a `cursorCheck`: 96 bits of a digest in hexadecimal.
inline constexpr std::size_t cursor_check_characters = 24;

/// Bytes of a host's name (RFC 1035 section 2.3.4).
inline constexpr std::size_t host_name_bytes = 255;

/// Rows of an XLSX workbook: a sheet has 1,048,576 lines and one is the header.
inline constexpr std::int64_t workbook_rows = 1'048'575;

/// Time one XLSX workbook may take to be made: a full sheet takes half of it on a small machine.
inline constexpr auto workbook_time = 120s;

/// What a cell of a workbook holds, in UTF-16 units: what spreadsheets themselves allow.
inline constexpr std::size_t workbook_cell_units = 32'767;

/// XML of one sheet: half of what the archive can hold without its 64-bit form, which not every reader knows.
inline constexpr std::uint64_t workbook_sheet_bytes = std::uint64_t{2} << 30;

/// Workbooks and other long work done at once beside the loops, and how much more may wait: who comes later
/// is asked to come again.
inline constexpr std::size_t pool_threads = 2;
inline constexpr std::size_t pool_waiting = 32;

/// Bytes of a block's text: two thousand chats, so one is a day of most accounts; making it takes some such.
inline constexpr std::size_t statistics_block_text_bytes = 1024 * 1024;

/// Bytes from which a file of blocks is left for a new one: it goes as a whole, when most of it is forgotten.
inline constexpr std::uint64_t statistics_file_bytes = 64 * 1024 * 1024;

/// Files of blocks that an account keeps: years of a thousand chats a day. Each run of Parley begins one.
inline constexpr std::size_t statistics_files = 64;

/// Days whose blocks may wait to be made: a year and a leap day for several answers at once; what is beyond
/// is made at the next read.
inline constexpr std::size_t statistics_days_waiting = 2'000;

/// Compression of blocks, made once and served often: the middle of zlib's scale.
inline constexpr int statistics_block_level = 6;

/// Bytes of repeated texts of one account at hand, and accounts whose texts a thread's answers share.
inline constexpr std::size_t dictionary_cache_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t shared_dictionaries = 4;

/// Matches are decided in slices of so many pages, so that a filter being built never holds up a message.
inline constexpr int page_filter_slice_pages = 2'000;

// Bundles

/// Bytes of one line of a bundle: a message of 1 MiB escaped in the worst way (six bytes for one) still fits.
inline constexpr std::size_t bundle_line_bytes = 8 * 1024 * 1024;

/// Nesting of JSON that is read: our records are flat; eight leaves room and stops stack attacks.
inline constexpr int json_depth = 8;

/// Bytes read from or written to a file at once: more makes no file faster.
inline constexpr std::size_t file_block_bytes = 128 * 1024;

/// The largest window of zstd data that is read, as a power of two: 128 MB, what zstd itself allows unasked.
inline constexpr int zstd_window_log = 27;

/// Where the ids begin that an import gives to chats without one: below is left to bundles that bring ids of
/// their own, so that the two never meet.
inline constexpr std::int64_t made_chat_ids_from = 1LL << 40;

/// Names of unknown keys that an import tells; the rest is counted together, however many a file has.
inline constexpr std::size_t bundle_unknown_keys = 100;

/// Time that one slice of an import into a new account takes the writer, without its hooks and its commit:
/// what waits behind it is a person's message, and the sync that each commit costs stays the smaller.
inline constexpr auto import_slice_time = 20ms;

/// Records of one such slice: where it starts and does not go below, because each slice costs a commit
/// however slow the machine is; and the most it grows to on a fast one.
inline constexpr std::size_t import_slice_records_least = 500;
inline constexpr std::size_t import_slice_records_most = 5'000;

/// Bytes of long texts from which a slice is full, however few its records: it is in memory whole.
inline constexpr std::size_t import_slice_bytes = 4 * 1024 * 1024;

/// Records between two calls of an import's or export's progress callback: some milliseconds.
inline constexpr std::uint64_t progress_records = 1'000;

/// Rows that one slice of a removal takes: a few milliseconds.
inline constexpr std::int64_t remove_slice_rows = 1'000;

/// Conversations of a demo account: ten million messages, some 3 GB of store, more than is needed.
inline constexpr std::uint32_t demo_conversations = 1'000'000;

// Logs

/// Bytes of one text in a log line: room for a long path and an error's words, and no flood.
inline constexpr std::size_t log_field_bytes = 2'048;

/// Bytes of lines that one thread keeps until it has answered whom it has heard: a pipe takes so many.
inline constexpr std::size_t log_gathered_bytes = 64 * 1024;

// Text that visitors, agents and bundles bring, in bytes of UTF-8

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

// Accounts and keys

/// Web origins that CORS lets into one account: a company's sites; each request looks through it.
inline constexpr std::size_t origins_per_account = 100;

// Page filters at work

/// Bytes that one regular expression may take for its program and automaton (RE2 gets slower, never larger).
inline constexpr std::int64_t page_filter_regex_bytes = 512 * 1024;

/// Patterns kept ready between two writes: some accounts' worth, so that no message waits for one.
inline constexpr std::size_t compiled_page_filters = 4'000;

/// Bytes of page addresses that one write unit keeps at hand, so an import seldom asks twice for a page.
inline constexpr std::size_t page_cache_bytes = 4 * 1024 * 1024;

// Checking a store

/// Findings of one claim that a check lists; the rest it counts. Nobody reads more of the same.
inline constexpr std::int64_t check_findings_per_claim = 20;

/// Conversations that a check looks at in one snapshot: some 20,000 messages, a fraction of a second.
inline constexpr int check_conversations = 2'000;

/// Pages whose use a check looks up in one pass over what conversations have seen: some 20 MB of numbers.
inline constexpr int check_pages = 1'000'000;

// The running server

/// How long running answers may go on after a stop was asked for: within the 30 s that service managers
/// usually give.
inline constexpr auto drain_time = 10s;

/// Commands carried out at once over the control socket: administrators are few, and there is one writer.
inline constexpr std::size_t control_commands = 16;

/// Bytes of a line on the control socket: command words and messages for people.
inline constexpr std::size_t control_line_bytes = 1024 * 1024;

/// How long the control server waits for the request line, so that a silent caller holds no thread.
inline constexpr auto control_request_time = 10s;

/// How often upkeep looks for what is left to do.
inline constexpr auto upkeep_interval = 1h;

/// How long changes stay in the log: who was away longer reads anew.
inline constexpr auto change_log_age = 90 * 24h;

}  // namespace parley::limits
