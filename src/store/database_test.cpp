#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

/// Every test for SQLite as it is, and for the configuration in which nothing is answered at once.
class DatabaseTest : public ::testing::TestWithParam<bool> {
 protected:
  TemporaryDirectory directory_;
  OpenStore store_ = open_store(directory_.path(), GetParam());
  Database& database_ = *store_.database;
};

INSTANTIATE_TEST_SUITE_P(Store, DatabaseTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Deferred" : "Sqlite"; });

TEST_P(DatabaseTest, WhatWasWrittenIsRead) {
  ASSERT_TRUE(write(database_, note_body(1, "one")));
  ASSERT_TRUE(write(database_, note_body(2, "two")));
  const auto found = base::block_on(read_value<std::vector<std::string>>(database_, &notes_in));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (std::vector<std::string>{"1 one", "2 two"}));
}

const Sql insert_kinds("INSERT INTO kind (n, r, t, b) VALUES (?1, ?2, ?3, ?4)");
const Sql select_kinds("SELECT n, r, t, b FROM kind");

struct Kinds {
  std::optional<std::int64_t> n;
  std::optional<std::string> t;
  std::optional<std::string> b;
  double r = 0;
  bool r_null = false;
};

base::Task<base::Result<Kinds>> round_trip(WriteUnit& unit, Kinds in) {
  const std::string_view blob = in.b ? std::string_view(*in.b) : std::string_view();
  const Value blob_value = in.b ? Value::blob(blob) : Value(nullptr);
  const Value real = in.r_null ? Value(nullptr) : Value(in.r);
  auto stored = co_await unit.execute(insert_kinds, std::array{Value(in.n), real, Value(in.t), blob_value});
  if (!stored) co_return base::fail(std::move(stored).error());
  Kinds out;
  auto read = co_await unit.query(select_kinds, {}, [&out](const Row& row) {
    out = Kinds{row.optional_integer(0), row.optional_text(2), row.optional_text(3), row.real(1),
                row.is_null(1)};
  });
  if (!read) co_return base::fail(std::move(read).error());
  co_return out;
}

TEST_P(DatabaseTest, EveryKindOfValueComesBackAsItWent) {
  const std::string odd("a\0b\xff", 4);
  const std::vector<Kinds> all{
      {std::numeric_limits<std::int64_t>::min(), "", "", 0.1, false},
      {std::numeric_limits<std::int64_t>::max(), "åäö 🙂", odd, -0.0, false},
      {std::nullopt, std::nullopt, std::nullopt, 0, true},
      {0, std::string(100'000, 'x'), std::string(100'000, '\0'), 1e308, false},
  };
  for (const Kinds& in : all) {
    Kinds out;
    auto done = base::block_on(write_value<Kinds>(database_, Priority::ordinary,
                                                  [&in](WriteUnit& unit) { return round_trip(unit, in); }));
    ASSERT_TRUE(done);
    out = *done;
    EXPECT_EQ(out.n, in.n);
    EXPECT_EQ(out.r_null, in.r_null);
    EXPECT_EQ(out.r, in.r);
    EXPECT_EQ(out.t, in.t);
    EXPECT_EQ(out.b, in.b);
    static const Sql clear("DELETE FROM kind");
    auto cleared = base::block_on(write_value<std::int64_t>(
        database_, Priority::ordinary, [](WriteUnit& unit) { return unit.execute(clear, {}); }));
    ASSERT_TRUE(cleared);
    EXPECT_EQ(*cleared, 1);
  }
}

}  // namespace
}  // namespace parley::store
