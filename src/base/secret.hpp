#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::base {

/// A SHA-256 digest (FIPS 180-4).
using Sha256 = std::array<std::uint8_t, 32>;

/// The digest of `text`. What the store keeps of a key: keys have 128 bits of chance and more, so a fast hash
/// is right.
[[nodiscard]] Sha256 sha256(std::string_view text);

/// A new secret: `bytes` bytes from the system's random source, written in base64url without padding (RFC
/// 4648 section 5). Ends the program when the source fails, because a guessable secret is worse than none.
[[nodiscard]] std::string random_token(std::size_t bytes);

/// Whether two texts are the same, in a time that tells nothing about where they differ (it may tell their
/// lengths).
[[nodiscard]] bool constant_time_equal(std::string_view left, std::string_view right) noexcept;

/// The bytes as lower-case hexadecimal digits, two for each.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace parley::base
