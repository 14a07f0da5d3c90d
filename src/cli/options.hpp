#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace CLI {
class App;
}

/// Options that several commands share.
namespace parley::cli {

/// `--account N`, required.
void add_account(CLI::App& options, std::int64_t& account);

/// Reads an instant, or a day: then its end in UTC, so that a key is good through its last day. Error:
/// invalid_argument, naming the option.
[[nodiscard]] base::Result<base::Timestamp> read_expiry(const std::string& text);

/// `2026-01-31 14:05` in UTC, for tables.
[[nodiscard]] std::string short_time(base::Timestamp time);

/// Refuses an account that does not exist or is not whole.
[[nodiscard]] base::Error no_account(std::int64_t account);

}  // namespace parley::cli
