#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The maxima of the store: a part of `base/limits.hpp`, by which it is included.
namespace parley::limits {

using namespace std::chrono_literals;

/// Writes that wait in one class of priority: a second or more of work; who comes later is asked to come
/// again.
inline constexpr std::size_t waiting_writes = 10'000;

/// Time bulk units may take in one group while nothing more urgent waits: the commit's sync then costs the
/// smaller part, and a message that comes meanwhile still waits for no more than one unit and one commit.
inline constexpr auto bulk_time_per_group = 10ms;

/// Groups that may pass bulk work over in a row because something more urgent waits: an import has a quarter.
inline constexpr int groups_without_bulk = 3;

/// Bytes of statements that units leave for their group's end: more than its messages mostly have.
inline constexpr std::size_t left_statement_bytes = 1024 * 1024;
/// Groups in which units leave nothing, after one whose left statements failed: so the culprit fails alone.
inline constexpr int careful_groups = 100;

/// Read handles in use at once. A read runs to its end inside one call, so it is threads that count; far
/// above any number of cores, it stops a fault from opening handles without end.
inline constexpr std::size_t read_handles = 1'000;
/// Read handles kept open for later, some hundred kilobytes each when idle.
inline constexpr std::size_t idle_read_handles = 64;

/// Statements one handle keeps prepared, a few kilobytes each: about three times those of the program.
inline constexpr std::size_t kept_statements = 1'000;

/// Page caches. The writer's keeps inner pages and busy leaves; a reader's is emptied by every commit, so the
/// system's cache below serves most; the checkpointer needs none.
inline constexpr std::size_t writer_cache_bytes = 32 * 1024 * 1024;
inline constexpr std::size_t reader_cache_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t checkpointer_cache_bytes = 256 * 1024;

/// Bytes that a reader's handle reads at once where it goes through pages in a row: at first, and the most,
/// to which it doubles. A value of 100 KB is read in five goes, with little beyond its end.
inline constexpr int first_read_ahead_bytes = 16 * 1024;
inline constexpr int most_read_ahead_bytes = 64 * 1024;

/// Time a statement waits for a file that another holds: a checkpoint or a copy by hand.
inline constexpr auto busy_wait = 10'000ms;

/// Time a checkpoint that holds the writer, and so messages, waits for readers: they end within milliseconds.
inline constexpr auto checkpoint_wait = 50ms;

/// Pages (of 4 KiB) by which the write-ahead log grows between two checkpoints: 4 MiB, SQLite's own.
inline constexpr int checkpoint_pages = 1'000;
/// Pages of log from which it is begun anew even if the writer has to stand still: 55 MiB, to end below 64.
inline constexpr int restart_log_pages = 14'000;

/// Pages of log from which writes wait until it is begun anew, where the disk copies too slowly: 256 MiB.
inline constexpr int standstill_log_pages = 64'000;
/// Time that checkpoint waits for readers: on a machine where they stand still for so long, writes may.
inline constexpr auto standstill_wait = 2'000ms;

/// Bytes of the log's file that are kept when it is begun anew: the next round overwrites instead of growing.
inline constexpr std::int64_t kept_wal_bytes = 64LL * 1024 * 1024;

/// Quiet time after a commit until the rest of the log is moved into the database file.
inline constexpr auto quiet_before_checkpoint = 5s;

/// Time a start waits for the store's lock: who only asks whether it is held has it for a microsecond.
inline constexpr auto store_lock_wait = 200ms;

/// Bytes of an SQL text in the log: enough to find it.
inline constexpr std::size_t logged_sql_bytes = 120;

// PostgreSQL

/// Seconds a connection may take to stand, for each host of the address: more than a loaded server takes to
/// start a process for it, less than a person waits.
inline constexpr auto postgres_connect_time = 5s;

/// How long an answer of PostgreSQL may stay away before the connection is taken for dead: longer than its
/// own `statement_timeout` below, so that a slow statement is told from a line that swallows everything.
inline constexpr auto postgres_answer_time = 40s;

/// PostgreSQL's own limits on a session of ours. A statement reads or writes one batch; a lock is held for
/// one group of writes; a unit's body never waits for a client.
inline constexpr auto postgres_statement_time = 30s;
inline constexpr auto postgres_lock_time = 10s;
inline constexpr auto postgres_idle_transaction_time = 60s;

/// Connections of one program. PostgreSQL lets in 100 in all unless it is told otherwise, each a process of
/// its own; more than a few for each core only take turns.
inline constexpr std::size_t postgres_connections = 32;

/// Units that wait for a connection: a second's work for those there are. Who comes later is asked to come
/// again.
inline constexpr std::size_t postgres_waiting = 2'000;

/// Pauses between tries to reach a server that cannot be reached: short at first, for one that restarts, then
/// doubled up to what a person waits to see it back.
inline constexpr auto postgres_first_pause = 100ms;
inline constexpr auto postgres_longest_pause = 2s;

}  // namespace parley::limits
