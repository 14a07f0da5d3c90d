#include "tests/fault/power_cut.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "src/store/store_test_support.hpp"

namespace parley::fault {
namespace {

using store::bind;
using store::Database;
using store::EmbeddedFile;
using store::Priority;
using store::Row;
using store::Sql;
using store::SqliteDatabase;
using store::Unit;
using store::WriteBody;
using store::WriteUnit;
using store::testing::Asker;

constexpr std::array migrations{
    EmbeddedFile{
        "0001_unit.sql",
        "CREATE TABLE unit_head (unit INTEGER PRIMARY KEY, parts INTEGER NOT NULL) STRICT;"
        "CREATE TABLE unit_part (unit INTEGER, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (unit, part))"
        " STRICT, WITHOUT ROWID;"
        "CREATE TABLE total (id INTEGER PRIMARY KEY, units INTEGER NOT NULL) STRICT;"
        "INSERT INTO total VALUES (1, 0);"},
    EmbeddedFile{"0002_index.sql", "CREATE INDEX part_by_text ON unit_part (text);"},
    EmbeddedFile{
        "0003_made_again.sql",
        "CREATE TABLE made_again (unit INTEGER PRIMARY KEY, parts INTEGER NOT NULL, more TEXT) STRICT;"
        "INSERT INTO made_again SELECT unit, parts, 'x' FROM unit_head;"
        "DROP TABLE unit_head; ALTER TABLE made_again RENAME TO unit_head;"},
};

const Sql insert_head("INSERT INTO unit_head (unit, parts) VALUES (?1, ?2)");
const Sql insert_part("INSERT INTO unit_part (unit, part, text) VALUES (?1, ?2, ?3)");
const Sql count_unit("UPDATE total SET units = units + 1");

std::string text_of(std::int64_t unit, std::int64_t part) {
  return std::to_string(unit) + "/" + std::to_string(part) +
         std::string(static_cast<std::size_t>(unit * 31 + part * 7) % 300, 'x');
}

base::Task<base::Result<>> write_unit(WriteUnit& unit, std::int64_t number, std::int64_t parts) {
  auto head = co_await unit.execute(insert_head, bind(number, parts));
  if (!head) co_return base::fail(std::move(head).error());
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::string text = text_of(number, part);
    auto done = co_await unit.execute(insert_part, store::bind(number, part, text));
    if (!done) co_return base::fail(std::move(done).error());
  }
  auto counted = co_await unit.execute(count_unit, {});
  if (!counted) co_return base::fail(std::move(counted).error());
  co_return base::Result<>{};
}

WriteBody unit_body(std::int64_t number, std::int64_t parts) {
  return [number, parts](WriteUnit& unit) { return write_unit(unit, number, parts); };
}

/// Few pages, so that a short run meets every kind of checkpoint.
constexpr store::CheckpointPolicy small_log{
    .pages = 8, .restart_pages = 24, .standstill_pages = 32, .quiet = std::chrono::hours(1)};

/// Several small units and two large ones at once; notes the answers.
void write_round(Database& database, std::int64_t first, Promises& promises) {
  Asker asker;
  for (std::int64_t i = 0; i < 6; ++i) {
    const bool bulk = i >= 4;
    asker.ask(database.write(bulk ? Priority::bulk : Priority::message, unit_body(first + i, bulk ? 30 : 2)),
              std::to_string(first + i));
  }
  asker.finish();
  for (const auto& answer : asker.answers) {
    (answer.result ? promises.kept : promises.refused).insert(std::stoll(answer.name));
  }
}

/// Opens, works and closes, twice. An open that fails is tried once more, for a fault that passes.
void work(const store::Location& location, PowerCutVfs& /*disk*/, Promises& promises) {
  std::int64_t next = 1;
  for (int session = 0; session < 2; ++session) {
    auto opened = SqliteDatabase::open(location, store::Access::read_write, migrations, small_log);
    if (!opened) opened = SqliteDatabase::open(location, store::Access::read_write, migrations, small_log);
    if (!opened) return;
    for (int round = 0; round < 4; ++round) {
      write_round(**opened, next, promises);
      next += 6;
    }
  }
}

struct Found {
  std::set<std::int64_t> units;
  std::vector<std::string> broken;
};

base::Task<base::Result<>> look(Unit& unit, Found& found) {
  static const Sql check("PRAGMA integrity_check");
  static const Sql heads(
      "SELECT h.unit, h.parts, (SELECT count(*) FROM unit_part AS p WHERE p.unit = h.unit) FROM unit_head AS "
      "h");
  static const Sql strays("SELECT unit, part, text, unit IN (SELECT unit FROM unit_head) FROM unit_part");
  static const Sql total("SELECT units FROM total");
  auto checked = co_await unit.query(check, {}, [&found](const Row& row) {
    if (row.text(0) != "ok") found.broken.push_back("integrity_check: " + std::string(row.text(0)));
  });
  if (!checked) co_return base::fail(std::move(checked).error());
  auto listed = co_await unit.query(heads, {}, [&found](const Row& row) {
    found.units.insert(row.integer(0));
    if (row.integer(1) != row.integer(2))
      found.broken.push_back("half of unit " + std::to_string(row.integer(0)));
  });
  if (!listed) co_return base::fail(std::move(listed).error());
  auto read = co_await unit.query(strays, {}, [&found](const Row& row) {
    const bool good = row.integer(3) == 1 && row.text(2) == text_of(row.integer(0), row.integer(1));
    if (!good)
      found.broken.push_back("a part of unit " + std::to_string(row.integer(0)) + " alone or altered");
  });
  if (!read) co_return base::fail(std::move(read).error());
  auto counted = co_await unit.query(total, {}, [&found](const Row& row) {
    if (row.integer(0) != static_cast<std::int64_t>(found.units.size()))
      found.broken.push_back("the total is wrong");
  });
  if (!counted) co_return base::fail(std::move(counted).error());
  co_return base::Result<>{};
}

std::vector<std::string> verify(const std::string& directory, const Promises& promises) {
  auto opened = SqliteDatabase::open({directory, std::nullopt, ""}, store::Access::read_write, migrations);
  if (!opened) return {"does not open: " + opened.error().public_text + " " + opened.error().log_text};
  Found found;
  auto looked = base::block_on((*opened)->read([&found](Unit& unit) { return look(unit, found); }));
  if (!looked) found.broken.push_back("cannot be read: " + looked.error().log_text);
  for (const std::int64_t unit : promises.kept) {
    if (!found.units.contains(unit)) found.broken.push_back("unit " + std::to_string(unit) + " is lost");
  }
  for (const std::int64_t unit : promises.refused) {
    if (found.units.contains(unit))
      found.broken.push_back("refused unit " + std::to_string(unit) + " is there");
  }
  auto more = base::block_on((*opened)->write(Priority::message, unit_body(1'000'000, 3)));
  if (!more) found.broken.push_back("takes no more: " + more.error().log_text);
  return found.broken;
}

void expect_no_violation(const Outcome& outcome) {
  std::cout << outcome.steps << " steps, " << outcome.disks << " disks looked at\n";
  EXPECT_GT(outcome.steps, 10U);
  const std::size_t shown = std::min<std::size_t>(outcome.violations.size(), 10);
  for (std::size_t i = 0; i < shown; ++i) ADD_FAILURE() << outcome.violations[i];
  EXPECT_EQ(outcome.violations.size(), 0U);
}

TEST(PowerCut, WhateverStepItComesAtNoPromiseIsBroken) {
  expect_no_violation(cut_at_every_step({{}, &work, &verify}, 3));
}

TEST(PowerCut, ADiskThatLiesAboutSyncsIsFoundOut) {
  const Outcome outcome = cut_at_every_step({{}, &work, &verify}, 2, 7, true);
  EXPECT_GT(outcome.violations.size(), 0U);
}

/// A store of the first version, with units in it.
void make_old_store(const std::string& directory) {
  auto opened = SqliteDatabase::open({directory, std::nullopt, ""}, store::Access::read_write,
                                     std::span(migrations).first(1));
  ASSERT_TRUE(opened);
  Promises promises;
  write_round(**opened, 1, promises);
  ASSERT_EQ(promises.kept.size(), 6U);
}

void migrate_and_work(const store::Location& location, PowerCutVfs& /*disk*/, Promises& promises) {
  for (std::int64_t unit = 1; unit <= 6; ++unit) promises.kept.insert(unit);
  auto opened = SqliteDatabase::open(location, store::Access::read_write, migrations, small_log);
  if (!opened) return;
  write_round(**opened, 7, promises);
}

TEST(PowerCut, AMigrationThatIsCutGoesOnAtTheNextStart) {
  expect_no_violation(cut_at_every_step({&make_old_store, &migrate_and_work, &verify}, 4));
}

TEST(PassingFault, ARefusedUnitIsGoneAndTheWriterGoesOn) {
  expect_no_violation(fail_at_every_step({{}, &work, &verify}, 1));
}

/// As `work`, but the power goes right after the first refusal: what was refused must not come back from the
/// log.
void work_until_refused(const store::Location& location, PowerCutVfs& disk, Promises& promises) {
  auto opened = SqliteDatabase::open(location, store::Access::read_write, migrations, small_log);
  if (!opened) return disk.cut();
  for (int round = 0; round < 4 && promises.refused.empty(); ++round) {
    write_round(**opened, round * 6 + 1, promises);
  }
  disk.cut();
}

TEST(PassingFault, ARefusedUnitDoesNotComeBackAfterAPowerCut) {
  expect_no_violation(fail_at_every_step({{}, &work_until_refused, &verify}, 4));
}

}  // namespace
}  // namespace parley::fault
