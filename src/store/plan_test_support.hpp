#pragma once

#include <deque>
#include <span>
#include <string>

#include "base/task.hpp"
#include "store/database.hpp"

namespace parley::store::testing {

/// How the database would find the rows of a statement: one line a step; the reason where it cannot say.
inline std::string plan_of(Database& database, const Sql& sql) {
  // Statements live as long as the program.
  static std::deque<std::string> texts;
  static std::deque<Sql> statements;
  const Sql& explained =
      statements.emplace_back(texts.emplace_back("EXPLAIN QUERY PLAN " + std::string(sql.text())));
  const auto nulls = bind(nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  std::size_t count = 0;
  while (count < nulls.size() && sql.text().find("?" + std::to_string(count + 1)) != std::string_view::npos)
    ++count;
  std::string plan;
  auto explain = [&](Unit& unit) -> base::Task<base::Result<>> {
    co_return co_await unit.query(explained, std::span(nulls).first(count),
                                  [&plan](const Row& row) { plan += std::string(row.text(3)) + "\n"; });
  };
  const auto done = base::block_on(database.read(std::ref(explain)));
  return done ? plan : done.error().log_text;
}

}  // namespace parley::store::testing
