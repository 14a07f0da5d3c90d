#include "base/thread_priority.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

namespace parley::base {
namespace {

TEST(ThreadPriority, IsThatOfTheCallingThreadAlone) {
  const int before = ::getpriority(PRIO_PROCESS, 0);
  int lowered = 0;
  std::thread([&lowered, before] {
    lower_priority(before + 3);
    lowered = ::getpriority(PRIO_PROCESS, 0);
  }).join();
  EXPECT_EQ(lowered, before + 3);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), before);
}

}  // namespace
}  // namespace parley::base
