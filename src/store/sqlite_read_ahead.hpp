#pragma once

namespace parley::store {

/// The name of a VFS (https://sqlite.org/vfs.html) for handles that only read: the system's, but where pages
/// of the database file are asked for one after the other, as those of a large value are, it reads some more
/// at once. Saves most of the system calls of a long export. What was read ahead is forgotten with the read
/// transaction, so no handle sees a page older than its snapshot. Null if it cannot be had; the system's VFS
/// then does the same more slowly. From any thread.
[[nodiscard]] const char* read_ahead_vfs() noexcept;

}  // namespace parley::store
