#include "http/negotiation.hpp"

#include <algorithm>
#include <optional>

#include "http/field_value.hpp"

namespace parley::http {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_word(std::string_view text, std::string_view lower_word) noexcept {
  // Nearly all write it as it is compared.
  return text == lower_word ||
         std::ranges::equal(text, lower_word, [](char a, char b) { return lower(a) == b; });
}

/// Takes the text before the next `separator` off the front of `rest`.
std::string_view next_part(std::string_view& rest, char separator) noexcept {
  const auto end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trimmed(part);
}

/// A weight (RFC 9110 section 12.4.2) in thousandths: `0.5` is 500. Nothing for what is no weight.
std::optional<int> thousandths(std::string_view text) noexcept {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int value = (text[0] - '0') * 1000;
  int scale = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value += (digit - '0') * scale;
    scale /= 10;
  }
  return value <= 1000 ? std::optional(value) : std::nullopt;
}

/// The weight among a coding's parameters: 1 when none is given, 0 when it cannot be read (then the coding is
/// not used).
int weight_of(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    std::string_view value = next_part(parameters, ';');
    const std::string_view name = next_part(value, '=');
    if (same_word(name, "q")) return thousandths(trimmed(value)).value_or(0);
  }
  return 1000;
}

}  // namespace

std::string_view name_of(Coding coding) noexcept {
  switch (coding) {
    case Coding::identity:
      return {};
    case Coding::gzip:
      return "gzip";
    case Coding::zstd:
      return "zstd";
  }
  return {};
}

CodingWeights coding_weights(std::string_view accept_encoding) noexcept {
  std::optional<int> gzip;
  std::optional<int> anything;
  int zstd = 0;
  int identity = 0;
  while (!accept_encoding.empty()) {
    std::string_view parameters = next_part(accept_encoding, ',');
    const std::string_view coding = next_part(parameters, ';');
    const int weight = weight_of(parameters);
    if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) gzip = std::max(gzip.value_or(0), weight);
    if (same_word(coding, "zstd")) zstd = std::max(zstd, weight);
    if (coding == "*") anything = weight;
    if (same_word(coding, "identity")) identity = weight;
  }
  const auto unless_below_identity = [identity](int weight) { return weight >= identity ? weight : 0; };
  return {unless_below_identity(gzip.value_or(anything.value_or(0))), unless_below_identity(zstd)};
}

Coding choose_coding(CodingWeights weights, bool gzip_is_ready) noexcept {
  if (weights.gzip == 0 && weights.zstd == 0) return Coding::identity;
  if (weights.gzip == weights.zstd) return gzip_is_ready ? Coding::gzip : Coding::zstd;
  return weights.gzip > weights.zstd ? Coding::gzip : Coding::zstd;
}

bool is_compressible(std::string_view content_type) noexcept {
  const std::string_view type = next_part(content_type, ';');
  return same_word(type, "application/json") || same_word(type, "application/x-ndjson") ||
         (type.size() > 5 && same_word(type.substr(0, 5), "text/"));
}

}  // namespace parley::http
