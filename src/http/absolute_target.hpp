#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// A host with or without a port (RFC 3986 sections 3.2.2 and 3.2.3); no user part. The host may be empty.
[[nodiscard]] bool is_authority(std::string_view text) noexcept;

/// A request target in absolute-form (RFC 9112 section 3.2.2), its authority apart.
struct AbsoluteTarget {
  std::string_view authority;  ///< Lives as long as the target.
  std::string rest;            ///< In origin-form.
};

/// Takes a target apart that is in absolute-form; none where it is not.
[[nodiscard]] std::optional<AbsoluteTarget> absolute_target(std::string_view target);

}  // namespace parley::http
