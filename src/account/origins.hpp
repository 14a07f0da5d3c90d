#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace parley::account {

/// Whether the text is a web origin as a browser writes it (RFC 6454 section 6.2): `http` or `https`, `://`,
/// a host in lower case, and a port where it is not the scheme's own. Hosts outside ASCII are written in
/// Punycode.
[[nodiscard]] bool is_origin(std::string_view text) noexcept;

/// Errors: invalid_argument for a text that is no origin, too_large over limits::origins_per_account.
[[nodiscard]] base::Result<> check_origins(const std::vector<std::string>& origins);

/// Origins as the account's row holds them, joined by a space (an origin holds none), and back.
[[nodiscard]] std::string join_origins(const std::vector<std::string>& origins);
[[nodiscard]] std::vector<std::string> split_origins(std::string_view text);

}  // namespace parley::account
