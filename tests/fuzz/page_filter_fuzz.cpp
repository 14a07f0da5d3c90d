// Page-filter patterns: whatever a pattern and a URL are, compiling and matching end, and LIKE agrees with a
// plain model of it. Input: one byte that picks the type, the pattern, a line feed, the URL.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "encoding/utf8.hpp"
#include "page_filter/page_filter.hpp"

namespace {

using parley::page_filter::MatchType;

char folded(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

std::size_t character_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end - at;
}

/// `%pattern%` by a table over every place in both: slow and plain.
bool model_like(std::string_view pattern, std::string_view url) {
  std::vector<char> reachable(url.size() + 1, 1);  // After the leading `%` any place is.
  for (std::size_t p = 0; p < pattern.size(); ++p) {
    std::vector<char> next(url.size() + 1, 0);
    for (std::size_t u = 0; u <= url.size(); ++u) {
      if (pattern[p] == '%') {
        next[u] = reachable[u] != 0 || (u > 0 && next[u - 1] != 0) ? 1 : 0;
      } else if (reachable[u] == 0 || u == url.size()) {
        continue;
      } else if (pattern[p] == '_') {
        // Only from the beginning of a character: `%` never stops inside one.
        if ((static_cast<unsigned char>(url[u]) & 0xC0U) != 0x80U) next[u + character_bytes(url, u)] = 1;
      } else if (folded(pattern[p]) == folded(url[u])) {
        next[u + 1] = 1;
      }
    }
    reachable = std::move(next);
  }
  for (const char one : reachable) {
    if (one != 0) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto type = static_cast<MatchType>(data[0] % 4);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos) return 0;
  const std::string_view pattern = text.substr(0, line_end);
  const std::string_view url = text.substr(line_end + 1);
  const auto matcher = parley::page_filter::Matcher::compile(type, pattern);
  if (!matcher) return 0;
  const bool matches = matcher->matches(url);
  PARLEY_CHECK(!matches || !url.empty());
  // The store holds UTF-8 only; on other bytes it is enough that both end.
  const bool is_text = parley::encoding::is_valid_utf8(pattern) && parley::encoding::is_valid_utf8(url);
  if (type == MatchType::like && is_text && !url.empty()) PARLEY_CHECK(matches == model_like(pattern, url));
  return 0;
}
