#pragma once

#include <string>

#include "base/error.hpp"

/// The few things a store does with files by itself. All errors are `unavailable`, with a public text that
/// names the path and the system's reason. Nothing here may touch a file while SQLite has it open in this
/// process: closing any descriptor of it would drop SQLite's locks (https://sqlite.org/howtocorrupt.html
/// section 2.2).
namespace parley::store {

/// Makes a directory and those above it where they are missing, with mode 0700, each entry on the disk when
/// it returns.
[[nodiscard]] base::Result<> make_private_directory(const std::string& path);

/// Makes an empty file of mode 0600 unless there is one, its entry on the disk when it returns.
[[nodiscard]] base::Result<> make_private_file(const std::string& path);

/// Waits until a file's content is on the disk.
[[nodiscard]] base::Result<> sync_file(const std::string& path);

/// Gives a file another name in the same directory, taking the place of what had it; on the disk when it
/// returns.
[[nodiscard]] base::Result<> rename_file(const std::string& from, const std::string& to);

/// Removes a file if it is there.
void remove_file(const std::string& path) noexcept;

/// Whether there is a file of that name.
[[nodiscard]] bool file_exists(const std::string& path) noexcept;

}  // namespace parley::store
