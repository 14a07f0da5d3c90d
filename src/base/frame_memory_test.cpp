#include "base/frame_memory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/limits.hpp"

namespace parley::base {
namespace {

TEST(FrameMemory, GivesAlignedMemoryThatNobodyElseHas) {
  std::vector<std::pair<void*, std::size_t>> taken;
  for (int round = 0; round < 2; ++round) {
    std::set<void*> different;
    for (std::size_t bytes = 1; bytes <= limits::kept_frame_bytes + 200; bytes += 37) {
      for (std::size_t i = 0; i < 2 * limits::kept_frames; ++i) {
        void* const frame = take_frame(bytes);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frame) % alignof(std::max_align_t), 0U);
        std::memset(frame, static_cast<int>(bytes), bytes);
        EXPECT_TRUE(different.insert(frame).second);
        taken.emplace_back(frame, bytes);
      }
    }
    for (const auto& [frame, bytes] : taken) {
      const auto* const seen = static_cast<const unsigned char*>(frame);
      EXPECT_EQ(seen[0], static_cast<unsigned char>(bytes));
      EXPECT_EQ(seen[bytes - 1], static_cast<unsigned char>(bytes));
      give_frame(frame, bytes);
    }
    taken.clear();
  }
}

TEST(FrameMemory, TakesBackWhatAnotherThreadTook) {
  std::vector<void*> taken;
  std::thread([&taken] {
    for (int i = 0; i < 100; ++i) taken.push_back(take_frame(100));
  }).join();
  for (void* const frame : taken) give_frame(frame, 100);
  void* const again = take_frame(100);
  std::memset(again, 1, 100);
  give_frame(again, 100);
}

}  // namespace
}  // namespace parley::base
