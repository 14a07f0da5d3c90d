#include "store/open.hpp"

#include <charconv>

#include "store/deferred_database.hpp"
#include "store/sqlite_database.hpp"

namespace parley::store {

namespace {

std::unexpected<base::Error> bad_location() {
  return base::fail(base::ErrorCode::invalid_argument,
                    "a store is given as sqlite:DIR, for example sqlite:data (DIR is made where absent)");
}

}  // namespace

base::Result<Location> parse_location(std::string_view text) {
  constexpr std::string_view scheme = "sqlite:";
  constexpr std::string_view deferred = "deferred=";
  if (!text.starts_with(scheme) || text.find('\0') != std::string_view::npos) return bad_location();
  text.remove_prefix(scheme.size());
  Location location;
  const auto question = text.find('?');
  location.directory = text.substr(0, question);
  if (location.directory.empty()) return bad_location();
  if (question == std::string_view::npos) return location;
  std::string_view option = text.substr(question + 1);
  if (!option.starts_with(deferred)) return bad_location();
  option.remove_prefix(deferred.size());
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(option.data(), option.data() + option.size(), seed);
  if (error != std::errc{} || end != option.data() + option.size()) return bad_location();
  location.deferred_seed = seed;
  return location;
}

base::Result<std::unique_ptr<Database>> open(const Location& location, Access access) {
  PARLEY_TRY_ASSIGN(std::unique_ptr<Database> database,
                    SqliteDatabase::open(location, access, sqlite_migrations()));
  if (!location.deferred_seed) return database;
  return std::make_unique<DeferredDatabase>(std::move(database), *location.deferred_seed);
}

bool is_held(const Location& location) {
  return StoreLock::is_held(location.directory);
}

}  // namespace parley::store
