#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "store/database.hpp"

namespace parley::store {

/// Where a store is, as `--store` takes it: `sqlite:DIR`, with `?deferred=SEED` for the test configuration in
/// which every unit completes on a later turn, in an order shuffled by SEED.
struct Location {
  std::string directory;
  std::optional<std::uint64_t> deferred_seed;
  /// The SQLite VFS to use; empty is the system's. For tests of power cuts.
  std::string vfs;

  bool operator==(const Location&) const = default;
};

/// Reads a `--store` value. Error: invalid_argument, saying the form.
[[nodiscard]] base::Result<Location> parse_location(std::string_view text);

/// How a store is opened.
enum class Access : std::uint8_t {
  /// Makes it where absent, takes its lock (conflict if another process holds it), copies and migrates an old
  /// one.
  read_write,
  /// Never writes; beside a running server too. not_found where there is no store; conflict if it is of an
  /// older version.
  read_only,
};

/// Opens the store. Errors besides those above: conflict for a store that a later version of Parley wrote,
/// unavailable for what the system refuses (permission, no space), internal for a damaged file.
[[nodiscard]] base::Result<std::unique_ptr<Database>> open(const Location& location, Access access);

/// Whether another process holds the store's lock now.
[[nodiscard]] bool is_held(const Location& location);

}  // namespace parley::store
