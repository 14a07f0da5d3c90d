#pragma once

#include <cstdint>
#include <string_view>

namespace parley::http {

/// A content coding (RFC 9110 section 8.4.1) that bodies are sent in.
enum class Coding : std::uint8_t { identity, gzip, zstd };

/// Its name in Content-Encoding; empty for identity.
[[nodiscard]] std::string_view name_of(Coding coding) noexcept;

/// How much a client likes the codings, in thousandths; 0 is not at all.
struct CodingWeights {
  int gzip = 0;
  int zstd = 0;
};

/// Reads an Accept-Encoding value (RFC 9110 section 12.5.3). A coding below the weight given to `identity` by
/// name has none. `*` speaks for gzip, which everybody knows, and not for zstd. An empty value accepts no
/// coding.
[[nodiscard]] CodingWeights coding_weights(std::string_view accept_encoding) noexcept;

/// The coding to use. Where both are liked alike it is zstd, which is faster and smaller, unless gzip is what
/// the answer has ready.
[[nodiscard]] Coding choose_coding(CodingWeights weights, bool gzip_is_ready) noexcept;

/// Whether bodies of this media type shrink by compression: JSON, NDJSON and text.
[[nodiscard]] bool is_compressible(std::string_view content_type) noexcept;

}  // namespace parley::http
