#include "change/change.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/open.hpp"
#include "store/store_test_support.hpp"

namespace parley::change {
namespace {

using base::Result;
using base::Task;
using store::WriteUnit;

const store::Sql select_log(
    "SELECT sid, seq, conversation_id, kind, key, action FROM change ORDER BY sid, seq");
const store::Sql raise_stamp("UPDATE change_head SET stamp = ?1 WHERE sid = 1");

class ChangeTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    store::Location location{directory_.path(), std::nullopt, ""};
    if (GetParam()) location.deferred_seed = 3;
    database_ = store::open(location, store::Access::read_write).value();
    database_->set_hooks({{"append", &append}});
  }

  Result<> write(store::WriteBody body) {
    return base::block_on(database_->write(store::Priority::ordinary, std::move(body)));
  }
  Result<> touch_all(std::vector<Change> changes) {
    return write([&changes](WriteUnit& unit) {
      for (const Change& change : changes) touch(unit, change);
      return Task<Result<>>::ready(Result<>{});
    });
  }
  std::vector<std::string> log() {
    std::vector<std::string> lines;
    const auto read = [&lines](store::Unit& unit) -> Task<Result<>> {
      PARLEY_CO_TRY(co_await unit.query(select_log, {}, [&lines](const store::Row& row) {
        std::string line;
        for (int i = 0; i < 6; ++i) line += (i == 0 ? "" : " ") + std::string(row.text(i));
        lines.push_back(line);
      }));
      co_return Result<>{};
    };
    EXPECT_TRUE(base::block_on(database_->read(read)));
    return lines;
  }
  std::int64_t number(std::int64_t sid) {
    const auto read = [sid](store::Unit& unit) { return last_number(unit, sid); };
    return base::block_on(store::read_value<std::int64_t>(*database_, read)).value_or(-1);
  }
  std::int64_t count(Kind kind) {
    const auto read = [kind](store::Unit& unit) { return count_of(unit, 1, kind); };
    return base::block_on(store::read_value<std::int64_t>(*database_, read)).value_or(-1);
  }

  store::testing::TemporaryDirectory directory_;
  std::unique_ptr<store::Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Store, ChangeTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Deferred" : "Sqlite"; });

TEST_P(ChangeTest, NumbersEachAccountByItself) {
  ASSERT_TRUE(touch_all(
      {{1, "V1", Kind::message, "5", Action::created}, {2, "", Kind::agent, "9", Action::created}}));
  ASSERT_TRUE(touch_all({{1, "V1", Kind::label, "x", Action::updated}}));
  EXPECT_EQ(log(), (std::vector<std::string>{"1 1 V1 5 5 1", "1 2 V1 8 x 2", "2 1  2 9 1"}));
  EXPECT_EQ(number(1), 2);
  EXPECT_EQ(number(2), 1);
  EXPECT_EQ(number(3), 0);
}

TEST_P(ChangeTest, CountsWhatIsMadeAndRemoved) {
  ASSERT_TRUE(touch_all({{1, "V1", Kind::tag, "a", Action::created},
                         {1, "V1", Kind::tag, "b", Action::created},
                         {1, "V1", Kind::tag, "a", Action::updated}}));
  EXPECT_EQ(count(Kind::tag), 2);
  ASSERT_TRUE(touch_all({{1, "V1", Kind::tag, "a", Action::removed}}));
  EXPECT_EQ(count(Kind::tag), 1);
  EXPECT_EQ(count(Kind::label), 0);
}

TEST_P(ChangeTest, AUnitThatFailsLeavesNoTrace) {
  const auto failed = write([](WriteUnit& unit) {
    touch(unit, {1, "V1", Kind::tag, "a", Action::created});
    return Task<Result<>>::ready(base::fail(base::ErrorCode::conflict, "no"));
  });
  ASSERT_FALSE(failed);
  EXPECT_TRUE(log().empty());
  EXPECT_EQ(count(Kind::tag), 0);
  EXPECT_EQ(number(1), 0);
}

TEST_P(ChangeTest, FillingAnUnseenAccountCountsButLogsNothing) {
  ASSERT_TRUE(write([](WriteUnit& unit) {
    fill_unseen(unit);
    touch(unit, {1, "V1", Kind::message, "1", Action::created});
    EXPECT_TRUE(touched(unit).empty());
    EXPECT_EQ(touched_conversations(unit).size(), 1U);
    return Task<Result<>>::ready(Result<>{});
  }));
  EXPECT_TRUE(log().empty());
  EXPECT_EQ(count(Kind::message), 1);
}

TEST_P(ChangeTest, TheStampRisesWithEveryUnitWhateverTheClockDoes) {
  ASSERT_TRUE(touch_all({{1, "", Kind::agent, "1", Action::created}}));
  const base::Timestamp future = base::SystemClock().now() + std::chrono::hours(1);
  ASSERT_TRUE(write([future](WriteUnit& unit) -> Task<Result<>> {
    PARLEY_CO_TRY(co_await unit.execute(raise_stamp, store::bind(future)));
    co_return Result<>{};
  }));
  const auto bound = [this] {
    const auto read = [](store::Unit& unit) { return next_stamp(unit, 1); };
    return base::block_on(store::read_value<base::Timestamp>(*database_, read)).value_or(base::Timestamp{});
  };
  for (int i = 1; i <= 3; ++i) {
    const base::Timestamp before = bound();
    base::Timestamp given{};
    base::Timestamp again{};
    ASSERT_TRUE(write([&](WriteUnit& unit) -> Task<Result<>> {
      PARLEY_CO_TRY_ASSIGN(given, co_await stamp(unit, 1));
      touch(unit, {1, "", Kind::agent, "1", Action::updated});
      PARLEY_CO_TRY_ASSIGN(again, co_await stamp(unit, 1));
      co_return Result<>{};
    }));
    EXPECT_EQ(given, future + std::chrono::milliseconds(i));
    EXPECT_EQ(again, given) << "one unit, one stamp";
    EXPECT_EQ(given, before);
    EXPECT_EQ(bound(), given + std::chrono::milliseconds(1));
  }
}

TEST_P(ChangeTest, BeginsAnAccountsLogAtItsNextNumber) {
  ASSERT_TRUE(write([](WriteUnit& unit) { return begin_log(unit, 1); }));
  EXPECT_EQ(number(1), 1);
  ASSERT_TRUE(touch_all({{1, "", Kind::agent, "1", Action::created}}));
  EXPECT_EQ(log(), (std::vector<std::string>{"1 2  2 1 1"}));
}

TEST_P(ChangeTest, TrimsByAgeAndGoesOnCounting) {
  ASSERT_TRUE(
      touch_all({{1, "", Kind::agent, "1", Action::created}, {1, "", Kind::agent, "2", Action::created}}));
  const base::Timestamp later = base::SystemClock().now() + std::chrono::hours(1);
  const auto cut = [later](WriteUnit& unit) { return trim(unit, 1, later); };
  EXPECT_EQ(
      base::block_on(store::write_value<std::int64_t>(*database_, store::Priority::bulk, cut)).value_or(-1),
      2);
  EXPECT_TRUE(log().empty());
  ASSERT_TRUE(touch_all({{1, "", Kind::agent, "3", Action::created}}));
  EXPECT_EQ(log(), (std::vector<std::string>{"1 3  2 3 1"}));
}

}  // namespace
}  // namespace parley::change
