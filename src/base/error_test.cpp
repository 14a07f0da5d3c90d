#include "base/error.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace parley::base {
namespace {

TEST(ErrorCode, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  const int last = static_cast<int>(ErrorCode::internal);
  for (int code = 0; code <= last; ++code) names.insert(name_of(static_cast<ErrorCode>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(name_of(ErrorCode::invalid_argument), "invalid_argument");
}

Result<std::unique_ptr<int>> make(int value) {
  if (value < 0) return fail(ErrorCode::not_found, "public", "log");
  return std::make_unique<int>(value);
}

Result<> check(int value) {
  PARLEY_TRY(make(value));
  return {};
}

Result<int> sum(int first, int second, std::vector<int>& steps) {
  steps.push_back(1);
  PARLEY_TRY_ASSIGN(const auto left, make(first));
  steps.push_back(2);
  PARLEY_TRY_ASSIGN(const auto right, make(second));
  PARLEY_TRY(check(*left + *right - 100));
  steps.push_back(3);
  return *left + *right;
}

TEST(Result, GoesOnWithTheValueOrLeavesWithTheErrorWhole) {
  std::vector<int> steps;
  EXPECT_EQ(sum(100, 2, steps).value(), 102);
  EXPECT_EQ(steps, std::vector<int>({1, 2, 3}));
  for (const auto& [first, second, reached] : {std::tuple{-1, 200, 1U}, {100, -1, 2U}, {10, 10, 2U}}) {
    steps.clear();
    const auto refused = sum(first, second, steps);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_EQ(refused.error().public_text, "public");
    EXPECT_EQ(refused.error().log_text, "log");
    EXPECT_EQ(steps.size(), reached);
  }
}

TEST(Check, NamesTheBrokenInvariantAndEndsTheProgram) {
  const int two = 2;
  PARLEY_CHECK(two == 2);
  EXPECT_DEATH(PARLEY_CHECK(two == 3), "broken invariant at .*error_test.cpp:[0-9]+: two == 3");
}

}  // namespace
}  // namespace parley::base
