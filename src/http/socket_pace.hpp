#pragma once

#include <cstddef>
#include <cstdint>

namespace parley::http {

/// Lets the system hold so many bytes of a TCP connection unsent. Where it does not know the option, its own
/// bound holds.
void set_unsent_bytes(int descriptor, std::size_t bytes) noexcept;

/// Bytes that the other end's system has taken so far; 0 where ours does not tell.
[[nodiscard]] std::uint64_t taken_bytes(int descriptor) noexcept;

}  // namespace parley::http
