#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace parley::store {

/// A file that was put into the program.
struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
};

/// Whether the number at the beginning of a migration's name, `0001_….sql`, is `expected`, its place in the
/// list. Error: internal.
[[nodiscard]] base::Result<> check_number(const EmbeddedFile& migration, std::int64_t expected);

}  // namespace parley::store
