#pragma once

#include <string_view>

namespace parley::http {

/// Whether an Accept-Encoding value (RFC 9110 section 12.5.3) prefers gzip to no coding: gzip, x-gzip or `*`
/// with a weight above 0 and not below the one given to `identity` by name. An empty value accepts no coding.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding) noexcept;

/// Whether bodies of this media type shrink by compression: JSON, NDJSON and text.
[[nodiscard]] bool is_compressible(std::string_view content_type) noexcept;

}  // namespace parley::http
