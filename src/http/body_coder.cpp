#include "http/body_coder.hpp"

#include "base/error.hpp"

namespace parley::http {

namespace {

/// Levels of compression on the fly: the fastest. It takes three quarters of what the best would at a
/// fraction of the time.
constexpr int gzip_level = 1;
constexpr int zstd_level = 1;

std::variant<encoding::GzipWriter, encoding::ZstdWriter> writer_of(Coding coding, encoding::Memory memory) {
  PARLEY_CHECK(coding != Coding::identity);
  if (coding == Coding::zstd) return encoding::ZstdWriter(zstd_level, memory);
  return encoding::GzipWriter(gzip_level, memory);
}

}  // namespace

BodyCoder::BodyCoder(Coding coding, encoding::Memory memory) : writer_(writer_of(coding, memory)) {}

void BodyCoder::write(std::string& out, std::string_view text) {
  std::visit([&](auto& writer) { writer.write(out, text); }, writer_);
}

void BodyCoder::append_deflated(std::string& out, const encoding::DeflatedPiece& piece) {
  auto* gzip = std::get_if<encoding::GzipWriter>(&writer_);
  PARLEY_CHECK(gzip != nullptr);
  gzip->append_deflated(out, piece);
}

void BodyCoder::finish(std::string& out) {
  std::visit([&](auto& writer) { writer.finish(out); }, writer_);
}

std::string BodyCoder::encode(Coding coding, std::string_view body) {
  PARLEY_CHECK(coding != Coding::identity);
  return coding == Coding::zstd ? encoding::zstd(body, zstd_level) : encoding::gzip(body, gzip_level);
}

}  // namespace parley::http
