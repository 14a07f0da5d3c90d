#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

/// The known name that takes the fewest changed, added or dropped characters to become `name` (Levenshtein's
/// distance), or empty if none is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& known);

/// ` (did you mean --store?)`, or empty if nothing is near.
[[nodiscard]] std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace parley::cli
