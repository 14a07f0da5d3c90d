#pragma once

#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::page_filter {

/// The matcher of a pattern, compiled once and kept for the next unit that needs it, whichever account that
/// is for: it depends on nothing but its text, so it never goes stale. At most limits::compiled_page_filters
/// are kept. From any thread. Errors: those of `Matcher::compile`.
[[nodiscard]] base::Result<std::shared_ptr<const Matcher>> compiled_matcher(MatchType type,
                                                                            std::string_view pattern);

}  // namespace parley::page_filter
