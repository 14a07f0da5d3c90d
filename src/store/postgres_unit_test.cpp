#include "store/postgres_unit.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/postgres_cluster.hpp"

namespace parley::store {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using test_support::ask;
using test_support::PostgresCluster;
using test_support::TemporaryDatabase;

const Sql count_notes("SELECT count(*) FROM note");
const Sql list_notes("SELECT id FROM note WHERE id > ?1 ORDER BY id");
const Sql broken("SELECT nothing FROM note");
const Sql write_note("INSERT INTO note VALUES (99)");
constexpr const char* make_notes = "CREATE TABLE note (id BIGINT); INSERT INTO note VALUES (1), (2), (3)";

Task<Result<std::int64_t>> count_in(PostgresReadUnit& unit) {
  std::int64_t count = 0;
  PARLEY_CO_TRY(co_await unit.query(count_notes, {}, [&count](const Row& row) { count = row.integer(0); }));
  co_return count;
}

Task<Result<std::int64_t>> count_once(PostgresPool& pool) {
  PostgresReadUnit unit(pool);
  auto count = co_await count_in(unit);
  co_await unit.end();
  co_return count;
}

class PostgresReadUnitTest : public ::testing::Test {
 protected:
  PostgresReadUnitTest() { ask(database_.url(), make_notes); }

  TemporaryDatabase database_;
  PostgresPool pool_{database_.url(), 4};
};

TEST_F(PostgresReadUnitTest, AUnitSeesOneSnapshotAndTheNextALaterOne) {
  const auto story = [this]() -> Task<Result<std::vector<std::int64_t>>> {
    std::vector<std::int64_t> seen;
    PostgresReadUnit unit(pool_);
    PARLEY_CO_TRY_ASSIGN(const std::int64_t first, co_await count_in(unit));
    ask(database_.url(), "DELETE FROM note WHERE id = 2");
    PARLEY_CO_TRY_ASSIGN(const std::int64_t second, co_await count_in(unit));
    PARLEY_CO_TRY(
        co_await unit.query(list_notes, bind(1), [&](const Row& row) { seen.push_back(row.integer(0)); }));
    co_await unit.end();
    seen.push_back(first);
    seen.push_back(second);
    co_return seen;
  };
  const auto seen = base::block_on(story());
  ASSERT_TRUE(seen.has_value()) << seen.error().log_text;
  EXPECT_EQ(*seen, (std::vector<std::int64_t>{2, 3, 3, 3}));
  EXPECT_EQ(base::block_on(count_once(pool_)), 2);
  EXPECT_EQ(pool_.size(), 1U);
}

TEST_F(PostgresReadUnitTest, TheServerHoldsNoSnapshotOnceTheUnitHasEnded) {
  ASSERT_EQ(base::block_on(count_once(pool_)), 3);
  // Waits until the server has carried out what nobody waited for.
  std::string state;
  for (int i = 0; i < 2000 && state != "idle"; ++i) {
    state = ask(database_.url(),
                "SELECT state FROM pg_stat_activity WHERE application_name = 'parley' AND datname = "
                "current_database() AND pid <> pg_backend_pid()");
  }
  EXPECT_EQ(state, "idle");
}

TEST_F(PostgresReadUnitTest, AStatementThatFailsHarmsNoOtherUnit) {
  const auto story = [this]() -> Task<Result<>> {
    PostgresReadUnit unit(pool_);
    auto failed = co_await unit.query(broken, {}, [](const Row&) {});
    co_await unit.end();
    co_return failed;
  };
  for (int i = 0; i < 2; ++i) {
    const auto failed = base::block_on(story());
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::internal);
    EXPECT_EQ(base::block_on(count_once(pool_)), 3);
  }
  EXPECT_EQ(pool_.size(), 1U);
}

TEST_F(PostgresReadUnitTest, ItCannotWrite) {
  const auto story = [this]() -> Task<Result<>> {
    PostgresReadUnit unit(pool_);
    auto refused = co_await unit.query(write_note, {}, [](const Row&) {});
    co_await unit.end();
    co_return refused;
  };
  EXPECT_FALSE(base::block_on(story()).has_value());
  EXPECT_EQ(base::block_on(count_once(pool_)), 3);
}

TEST_F(PostgresReadUnitTest, AUnitThatIsGivenUpLeavesNoConnectionInItsMiddle) {
  const auto story = [this]() -> Task<Result<>> {
    PostgresReadUnit unit(pool_);
    co_return co_await unit.query(list_notes, bind(0), [](const Row&) {});
  };
  EXPECT_TRUE(base::block_on(story()).has_value());
  EXPECT_EQ(pool_.size(), 0U);
  EXPECT_EQ(base::block_on(count_once(pool_)), 3);
}

TEST_F(PostgresReadUnitTest, AUnitWithoutAStatementTakesNoConnection) {
  const auto story = [this]() -> Task<Result<>> {
    PostgresReadUnit unit(pool_);
    co_await unit.end();
    co_return Result<>{};
  };
  EXPECT_TRUE(base::block_on(story()).has_value());
  EXPECT_EQ(pool_.size(), 0U);
}

TEST(PostgresReadUnit, AServerThatHasRestartedIsNotNoticed) {
  PostgresCluster cluster;
  ask(cluster.url(), make_notes);
  PostgresPool pool(cluster.url(), 4);
  ASSERT_EQ(base::block_on(count_once(pool)), 3);
  cluster.restart();
  EXPECT_EQ(base::block_on(count_once(pool)), 3);
  cluster.kill_now();
  cluster.start();
  EXPECT_EQ(base::block_on(count_once(pool)), 3);
  cluster.stop();
  const auto refused = base::block_on(count_once(pool));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace parley::store
