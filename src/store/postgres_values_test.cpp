#include "store/postgres_values.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace parley::store {
namespace {

constexpr std::uint32_t boolean = 16, bytes = 17, integer8 = 20, integer2 = 21, integer4 = 23, text = 25,
                        real8 = 701;

/// The value as PostgreSQL gets it, or `refused`.
std::string sent(const Value& value, std::uint32_t type) {
  PostgresValues values;
  if (!values.set(std::vector{value}, std::vector{type}, "test")) return "refused";
  if (values.pointers()[0] == nullptr) return "null";
  return {values.pointers()[0], static_cast<std::size_t>(values.lengths()[0])};
}

TEST(PostgresValues, ParametersAreWrittenWithDollars) {
  EXPECT_EQ(
      with_dollar_parameters("SELECT ?1, '?2', \"?3\", ?12 FROM a WHERE b = ?1 AND c = 'it''s ?1' || ?"),
      "SELECT $1, '?2', \"?3\", $12 FROM a WHERE b = $1 AND c = 'it''s ?1' || ?");
  EXPECT_EQ(with_dollar_parameters(""), "");
}

TEST(PostgresValues, IntegersHaveTheWidthOfTheirType) {
  EXPECT_EQ(sent(-2, integer8), "\xff\xff\xff\xff\xff\xff\xff\xfe");
  EXPECT_EQ(sent(0x01020304, integer4), "\x01\x02\x03\x04");
  EXPECT_EQ(sent(32'767, integer2), "\x7f\xff");
  EXPECT_EQ(sent(32'768, integer2), "refused");
  EXPECT_EQ(sent(-32'768, integer2), std::string("\x80\0", 2));
  EXPECT_EQ(sent(std::int64_t{1} << 31, integer4), "refused");
  EXPECT_EQ(sent(true, boolean), "\x01");
  EXPECT_EQ(sent(1, text), "refused");
}

TEST(PostgresValues, TextAndBytesGoAsTheyAre) {
  EXPECT_EQ(sent("Zoë", text), "Zoë");
  EXPECT_EQ(sent("", text), "");
  EXPECT_EQ(sent(std::string_view(), text), "");
  EXPECT_EQ(sent(Value::blob(std::string_view("a\0b", 3)), bytes), std::string("a\0b", 3));
  EXPECT_EQ(sent(nullptr, text), "null");
  EXPECT_EQ(sent("1", integer8), "refused");
}

TEST(PostgresValues, RealsTakeIntegersToo) {
  EXPECT_EQ(sent(1.0, real8), std::string("\x3f\xf0\0\0\0\0\0\0", 8));
  EXPECT_EQ(sent(1, real8), std::string("\x3f\xf0\0\0\0\0\0\0", 8));
  EXPECT_EQ(sent(1.0, integer8), "refused");
}

TEST(PostgresValues, EveryParameterNeedsItsValue) {
  PostgresValues values;
  EXPECT_FALSE(values.set(bind(1), std::vector{integer8, integer8}, "test").has_value());
  EXPECT_TRUE(values.set(bind(1, 2), std::vector{integer8, integer8}, "test").has_value());
  EXPECT_EQ(values.count(), 2);
  EXPECT_TRUE(values.set({}, {}, "test").has_value());
  EXPECT_EQ(values.count(), 0);
}

}  // namespace
}  // namespace parley::store
