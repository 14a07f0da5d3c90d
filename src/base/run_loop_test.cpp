#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/scheduler.hpp"

namespace parley::base {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds long_time{60'000};

/// Two ends of a stream.
class Pair {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0); }
  ~Pair() {
    ::close(ends_[0]);
    hang_up();
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  [[nodiscard]] int end() const { return ends_[0]; }
  void send() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }
  void receive() const {
    char byte = 0;
    EXPECT_EQ(::read(ends_[0], &byte, 1), 1);
  }
  void fill() const {
    const std::string much(64 * 1024, 'x');
    while (::write(ends_[0], much.data(), much.size()) > 0) {
    }
  }
  void drain() const {
    std::string much(64 * 1024, 'x');
    while (::read(ends_[1], much.data(), much.size()) > 0) {
    }
  }
  void hang_up() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

/// What a wait was told: 'r' ready, 't' time.
class Told {
 public:
  DescriptorWatch::Wake wake() {
    return [this](bool is_ready) { text_ += is_ready ? 'r' : 't'; };
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void turn(RunLoop& loop) {
  bool done = false;
  loop.post([&done] { done = true; });
  loop.run_until([&done] { return done; });
}

TEST(RunLoop, WakesWhenBytesHaveCome) {
  RunLoop loop;
  const Pair pair;
  Told told;
  const auto watch = loop.watch(pair.end());
  for (int i = 1; i <= 3; ++i) {
    watch->wait(Readiness::readable, long_time, told.wake());
    std::thread sender([&pair] { pair.send(); });
    loop.run_until([&] { return told.text().size() == static_cast<std::size_t>(i); });
    sender.join();
    pair.receive();
  }
  EXPECT_EQ(told.text(), "rrr");
}

TEST(RunLoop, WakesForBytesThatCameBeforeTheWait) {
  RunLoop loop;
  const Pair pair;
  Told told;
  pair.send();
  const auto watch = loop.watch(pair.end());
  watch->wait(Readiness::readable, long_time, told.wake());
  EXPECT_EQ(told.text(), "");  // never inside the call
  loop.run_until([&] { return !told.text().empty(); });
  watch->wait(Readiness::readable, long_time, told.wake());
  loop.run_until([&] { return told.text().size() == 2; });
  EXPECT_EQ(told.text(), "rr");
}

TEST(RunLoop, WakesWhenThereIsRoomToSend) {
  RunLoop loop;
  const Pair pair;
  Told told;
  const auto watch = loop.watch(pair.end());
  pair.fill();
  watch->wait(Readiness::readable_or_writable, milliseconds(20), told.wake());
  loop.run_until([&] { return !told.text().empty(); });
  EXPECT_EQ(told.text(), "t");
  pair.drain();
  watch->wait(Readiness::readable_or_writable, long_time, told.wake());
  loop.run_until([&] { return told.text().size() == 2; });
  EXPECT_EQ(told.text(), "tr");
}

TEST(RunLoop, WakesWhenTheOtherEndHangsUp) {
  RunLoop loop;
  Pair pair;
  Told told;
  const auto watch = loop.watch(pair.end());
  watch->wait(Readiness::readable, long_time, told.wake());
  pair.hang_up();
  loop.run_until([&] { return !told.text().empty(); });
  EXPECT_EQ(told.text(), "r");
}

TEST(RunLoop, WaitsOfManyDescriptorsEndEachByItself) {
  RunLoop loop;
  const std::array<Pair, 3> pairs;
  std::array<Told, 3> told;
  std::vector<std::unique_ptr<DescriptorWatch>> watches;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    watches.push_back(loop.watch(pairs[i].end()));
    watches[i]->wait(Readiness::readable, i == 2 ? milliseconds(10) : long_time, told[i].wake());
  }
  pairs[1].send();
  loop.run_until([&] { return !told[1].text().empty() && !told[2].text().empty(); });
  EXPECT_EQ(told[0].text(), "");
  EXPECT_EQ(told[1].text(), "r");
  EXPECT_EQ(told[2].text(), "t");
}

TEST(RunLoop, AWatchThatIsGoneWakesNobody) {
  RunLoop loop;
  const Pair pair;
  const Pair other;
  Told told;
  auto watch = loop.watch(pair.end());
  auto second = loop.watch(other.end());
  pair.send();
  other.send();
  // Both are ready in the same turn, and the first to be woken destroys the second.
  watch->wait(Readiness::readable, long_time, [&](bool) {
    second.reset();
    watch.reset();
  });
  second->wait(Readiness::readable, long_time, told.wake());
  loop.run_until([&] { return watch == nullptr; });
  turn(loop);
  EXPECT_EQ(told.text(), "");
}

TEST(RunLoop, JobsFromOtherThreadsRunWhileItWaitsForADescriptor) {
  RunLoop loop;
  const Pair pair;
  Told told;
  const auto watch = loop.watch(pair.end());
  watch->wait(Readiness::readable, long_time, told.wake());
  constexpr int posts = 2000;
  int ran = 0;
  std::thread poster([&] {
    for (int i = 0; i < posts; ++i) loop.post([&ran] { ++ran; });
  });
  loop.run_until([&] { return ran == posts; });
  poster.join();
  EXPECT_EQ(told.text(), "");
}

TEST(RunLoop, ADescriptorIsSeenBetweenJobsThatNeverEnd) {
  RunLoop loop;
  const Pair pair;
  Told told;
  const auto watch = loop.watch(pair.end());
  watch->wait(Readiness::readable, long_time, told.wake());
  pair.send();
  std::function<void()> again = [&] {
    if (told.text().empty()) loop.post([&again] { again(); });
  };
  again();
  loop.run_until([&] { return !told.text().empty(); });
  EXPECT_EQ(told.text(), "r");
}

}  // namespace
}  // namespace parley::base
