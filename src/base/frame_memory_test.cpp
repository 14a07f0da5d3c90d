#include "base/frame_memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
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

TEST(FrameMemory, IsWhereSharedObjectsMayLive) {
  struct Large {
    std::array<std::uint64_t, 64> numbers{};
  };
  std::vector<std::shared_ptr<Large>> held;
  for (std::uint64_t i = 0; i < 200; ++i) {
    held.push_back(std::allocate_shared<Large>(FrameAllocator<Large>()));
    held.back()->numbers.fill(i);
    if (i % 3 == 0) held.erase(held.begin());
  }
  for (std::size_t i = 1; i < held.size(); ++i) {
    EXPECT_EQ(held[i]->numbers.front(), held[i]->numbers.back());
    EXPECT_EQ(held[i]->numbers.front(), held[i - 1]->numbers.front() + 1);
  }
}

}  // namespace
}  // namespace parley::base
