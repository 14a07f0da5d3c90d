#include "http/gathering.hpp"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t least = limits::stream_chunk_bytes_least;
constexpr std::size_t usual = limits::stream_chunk_bytes;
constexpr std::size_t most = limits::stream_chunk_bytes_most;
constexpr std::size_t shared_bytes = limits::gathered_bytes / 16;

TEST(RunningStreams, ShareWhatTheyMayHoldTogether) {
  EXPECT_EQ(RunningStreams::share_of(0), most);
  const std::size_t crowd = shared_bytes / most;
  EXPECT_EQ(RunningStreams::share_of(crowd - 1), most);
  EXPECT_EQ(RunningStreams::share_of(crowd), most);
  EXPECT_LT(RunningStreams::share_of(crowd + 1), most);
  const std::size_t flood = shared_bytes / least;
  EXPECT_GT(RunningStreams::share_of(flood - 1), least);
  EXPECT_EQ(RunningStreams::share_of(flood), least);
  EXPECT_EQ(RunningStreams::share_of(flood + 1), least);
  // Each keeps what it was given when it came, and none is ever done.
  std::size_t held = 0;
  for (std::size_t streams = 1; streams <= 4'000; ++streams) held += RunningStreams::share_of(streams);
  EXPECT_LT(held, limits::gathered_bytes);
}

TEST(RunningStreams, AreCounted) {
  RunningStreams streams;
  EXPECT_FALSE(streams.is_crowded());
  const std::size_t crowd = shared_bytes / usual;
  for (std::size_t i = 0; i < crowd; ++i) streams.begin();
  EXPECT_FALSE(streams.is_crowded());
  streams.begin();
  EXPECT_TRUE(streams.is_crowded());
  streams.end();
  EXPECT_FALSE(streams.is_crowded());
}

TEST(Gathering, FollowsItsReader) {
  EXPECT_EQ(next_wanted(least, least, 0s), 2 * least);
  EXPECT_EQ(next_wanted(most, most, 0s), most);
  EXPECT_EQ(next_wanted(least, 1, 0s), 2 * least) << "a small last piece says nothing of the reader";
  EXPECT_EQ(next_wanted(most, most, 1us), most) << "who is faster than any line waits for nothing";
  EXPECT_EQ(next_wanted(most, most, 100ms), most / 2);
  EXPECT_EQ(next_wanted(most, most, 60s), least);
  EXPECT_EQ(next_wanted(least, least, 50ms), least);
  EXPECT_EQ(next_wanted(least, 2 * least, 50ms), 2 * least);
  EXPECT_EQ(next_wanted(most, 0, 60s), least);
}

}  // namespace
}  // namespace parley::http
