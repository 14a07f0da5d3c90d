#include "watch/readiness.hpp"

#include "base/log.hpp"

namespace parley::watch {

namespace {

// Looks into a table, which a bare SELECT of a constant would not. No account has this number.
const store::Sql any_row("SELECT sid FROM account WHERE sid = 0");

base::Task<base::Result<>> look(store::Unit& unit) {
  auto done = co_await unit.query(any_row, {}, [](const store::Row&) {});
  co_return done;
}

}  // namespace

base::Task<Readiness> readiness(store::Database& database, bool is_stopping) {
  if (is_stopping) co_return Readiness{false, "stopping"};
  const auto answered = co_await database.read(look);
  if (answered) co_return Readiness{true, "ready"};
  base::log(base::Level::warning, "not ready",
            {{"code", base::name_of(answered.error().code)}, {"reason", answered.error().log_text}});
  co_return Readiness{false, "the store does not answer"};
}

}  // namespace parley::watch
