#include "store/embedded_file.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::store {

base::Result<> check_number(const EmbeddedFile& migration, std::int64_t expected) {
  std::int64_t found = 0;
  const char* begin = migration.name.data();
  const auto [end, error] = std::from_chars(begin, begin + migration.name.size(), found);
  if (error == std::errc{} && found == expected && end != begin + migration.name.size() && *end == '_')
    return {};
  return base::fail(base::ErrorCode::internal, "this program's migrations are not in order",
                    fmt::format("migration {} found at place {}", migration.name, expected));
}

}  // namespace parley::store
