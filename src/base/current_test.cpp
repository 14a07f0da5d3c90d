#include "base/current.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace parley::base {
namespace {

TEST(Current, GivesWhatWasSetLast) {
  Current<std::string> value("first");
  const std::string& first = value.get();
  value.set("second");
  EXPECT_EQ(value.get(), "second");
  EXPECT_EQ(first, "first");
}

TEST(Current, IsReadWhileItIsReplaced) {
  constexpr int last = 1'000;
  Current<std::string> value("0");
  std::thread reader([&value] {
    int seen = 0;
    while (seen < last) {
      const int now = std::stoi(value.get());
      EXPECT_GE(now, seen);
      seen = now;
    }
  });
  for (int i = 1; i <= last; ++i) value.set(std::to_string(i));
  reader.join();
}

}  // namespace
}  // namespace parley::base
