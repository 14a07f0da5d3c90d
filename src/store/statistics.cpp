#include "store/statistics.hpp"

#include "store/deferred_database.hpp"
#include "store/sqlite_database.hpp"

namespace parley::store {

Statistics statistics_of(const Database& database) {
  if (const auto* deferred = dynamic_cast<const DeferredDatabase*>(&database)) {
    return statistics_of(deferred->inner());
  }
  const auto* sqlite = dynamic_cast<const SqliteDatabase*>(&database);
  return sqlite == nullptr ? Statistics{} : sqlite->statistics();
}

}  // namespace parley::store
