#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::page_filter {

/// SQL's `text LIKE '%' || pattern || '%'`: `%` stands for any run of bytes, `_` for one UTF-8 character,
/// everything else for itself, ASCII letters in either case; there is no escape character. Immutable, so any
/// thread may ask it.
///
/// Pieces between two `%` are looked for from left to right, each as early as it can stand: nothing is ever
/// tried again, so the time is bounded by text times pattern, and by text alone for pieces without `_`.
class LikePattern {
 public:
  explicit LikePattern(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct Piece {
    std::string folded;  ///< Small letters.
    bool has_wildcard;   ///< Holds a `_`.
  };
  std::vector<Piece> pieces_;
};

}  // namespace parley::page_filter
