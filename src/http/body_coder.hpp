#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "encoding/compression.hpp"
#include "encoding/zstd.hpp"
#include "http/negotiation.hpp"

namespace parley::http {

/// Puts the body of one answer into the coding that its client gets. Not for identity. On one thread at a
/// time; each function appends what is ready to `out`.
class BodyCoder {
 public:
  BodyCoder(Coding coding, encoding::Memory memory);

  void write(std::string& out, std::string_view text);
  /// Only for gzip.
  void append_deflated(std::string& out, const encoding::DeflatedPiece& piece);
  void finish(std::string& out);

  /// A whole body at once.
  [[nodiscard]] static std::string encode(Coding coding, std::string_view body);

 private:
  std::variant<encoding::GzipWriter, encoding::ZstdWriter> writer_;
};

}  // namespace parley::http
