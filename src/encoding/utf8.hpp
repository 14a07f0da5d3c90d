#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::encoding {

/// Whether the bytes are UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing beyond U+10FFFF). NUL is
/// valid.
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// The first `count` characters (code points) of UTF-8 text, or all of it. Never cuts a character; bytes that
/// are no UTF-8 are taken by their leading bits. A view into `text`.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t count) noexcept;

/// The text with `A`–`Z` made small; every other byte stays.
[[nodiscard]] std::string ascii_lower(std::string_view text);

}  // namespace parley::encoding
