#include "app/open_store.hpp"

#include <utility>

#include "account/account.hpp"
#include "base/log.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "conversation/conversation.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/fact.hpp"
#include "transfer/remove.hpp"

namespace parley::app {

namespace {

/// What every write unit ends with, in this order: each may touch what a later one writes down.
std::vector<store::Hook> hooks() {
  return {
      {"match new pages against the page filters", page_filter::match_new_pages},
      {"bring chat facts up to date", statistics::refresh_facts},
      {"move updated_at of touched conversations", conversation::stamp_touched},
      {"save the account's counters", account::save_counters},
      {"append to the change log", change::append},
  };
}

}  // namespace

base::Result<std::unique_ptr<store::Database>> open_store(const store::Location& location,
                                                          store::Access access) {
  PARLEY_TRY_ASSIGN(auto database, store::open(location, access));
  if (access == store::Access::read_only) return database;
  database->set_hooks(hooks());
  PARLEY_TRY_ASSIGN(const auto removed, base::block_on(transfer::remove_unfinished(*database)));
  for (const std::int64_t sid : removed) {
    base::log(base::Level::warning, "unfinished account removed", {{"sid", sid}});
  }
  return database;
}

}  // namespace parley::app
