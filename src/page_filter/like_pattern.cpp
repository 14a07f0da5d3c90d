#include "page_filter/like_pattern.hpp"

#include <cstring>
#include <optional>

#include "encoding/utf8.hpp"

namespace parley::page_filter {

namespace {

bool is_continuation(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Where the character after the one at `at` begins; `at` is before the text's end.
std::size_t next_character(std::string_view text, std::size_t at) noexcept {
  do {
    ++at;
  } while (at < text.size() && is_continuation(text[at]));
  return at;
}

/// The end of `piece` if it stands at `at`, `_` taking a character each.
std::optional<std::size_t> stands_at(std::string_view text, std::size_t at, std::string_view piece) noexcept {
  for (const char wanted : piece) {
    if (at >= text.size()) return std::nullopt;
    if (wanted == '_') {
      at = next_character(text, at);
    } else if (text[at++] != wanted) {
      return std::nullopt;
    }
  }
  return at;
}

/// The end of the earliest place of a piece with `_` at or after `from`.
std::optional<std::size_t> find_wildcard(std::string_view text, std::size_t from,
                                         std::string_view piece) noexcept {
  for (std::size_t at = from; at < text.size(); at = next_character(text, at)) {
    if (const auto end = stands_at(text, at, piece)) return end;
  }
  return std::nullopt;
}

/// The end of the earliest place of plain bytes at or after `from`.
std::optional<std::size_t> find_plain(std::string_view text, std::size_t from,
                                      std::string_view piece) noexcept {
  // memmem takes linear time whatever the bytes are; std::string_view::find does not.
  const void* place = memmem(text.data() + from, text.size() - from, piece.data(), piece.size());
  if (place == nullptr) return std::nullopt;
  return static_cast<std::size_t>(static_cast<const char*>(place) - text.data()) + piece.size();
}

}  // namespace

LikePattern::LikePattern(std::string_view pattern) {
  std::size_t at = 0;
  while (at <= pattern.size()) {
    const std::size_t end = std::min(pattern.find('%', at), pattern.size());
    if (end > at) {
      std::string folded = encoding::ascii_lower(pattern.substr(at, end - at));
      const bool has_wildcard = folded.find('_') != std::string::npos;
      pieces_.push_back({std::move(folded), has_wildcard});
    }
    at = end + 1;
  }
}

bool LikePattern::matches(std::string_view text) const {
  if (pieces_.empty()) return true;
  const std::string folded = encoding::ascii_lower(text);
  std::size_t from = 0;
  for (const Piece& piece : pieces_) {
    const auto end = piece.has_wildcard ? find_wildcard(folded, from, piece.folded)
                                        : find_plain(folded, from, piece.folded);
    if (!end) return false;
    from = *end;
  }
  return true;
}

}  // namespace parley::page_filter
