// The loop of a server watches descriptors that are not its own, as a store's connections are.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using base::DescriptorWatch;
using base::Readiness;
using base::Task;
using test::Client;
using test::get;
using test::Signal;
using namespace std::chrono_literals;

/// Two ends of a stream; the handler has the first.
class Pair {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0); }
  ~Pair() {
    for (const int end : ends_) ::close(end);
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
  void hang_up() const { ::shutdown(ends_[1], SHUT_RDWR); }

 private:
  std::array<int, 2> ends_{};
};

/// Waits once; gives 'r' when ready, 't' when the time was over.
struct Wait {
  DescriptorWatch& watch;
  Readiness wanted;
  std::chrono::milliseconds time;
  char told = '?';

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    watch.wait(wanted, time, [this, awaiting](bool is_ready) {
      told = is_ready ? 'r' : 't';
      awaiting.resume();
    });
  }
  [[nodiscard]] char await_resume() const noexcept { return told; }
};

/// A server whose one route runs `story` with a watch of the pair, and answers with what it gives.
class Watching {
 public:
  using Story = std::function<Task<std::string>(Watching&, DescriptorWatch&)>;

  explicit Watching(Story story) : story_(std::move(story)) {
    std::vector<Route> routes = test::usual_routes();
    routes.push_back(
        {"/watch", {Verb::get, Verb::head}, [this](const Request& /*request*/, Responder responder) {
           return answer(std::move(responder));
         }});
    server_ = test::serve(std::move(routes));
  }

  /// What the story gave.
  std::string run(const std::function<void()>& meanwhile) {
    Client client(test::port_of(*server_));
    EXPECT_TRUE(client.send(get("/watch")));
    EXPECT_TRUE(begun.wait());
    meanwhile();
    return client.read_answer().body;
  }
  [[nodiscard]] Server& server() { return *server_; }

  Pair pair;
  Signal begun;

 private:
  Task<void> answer(Responder responder) {
    const auto watch = base::Scheduler::current()->watch(pair.end());
    auto told = story_(*this, *watch);
    Response response{200, "text/plain", {}, ""};
    response.body = co_await told;
    auto sending = std::move(responder).send(std::move(response));
    co_await sending;
  }

  Story story_;
  std::unique_ptr<Server> server_;
};

Task<std::string> wait_thrice(Watching& watching, DescriptorWatch& watch) {
  std::string told;
  watching.begun.raise();
  for (int i = 0; i < 3; ++i) {
    Wait wait{watch, Readiness::readable, 60s};
    told += co_await wait;
    if (i < 2) watching.pair.receive();
  }
  co_return told;
}

TEST(LoopWatch, WakesWhenBytesHaveComeAndForBytesThatAreThere) {
  Watching watching(wait_thrice);
  EXPECT_EQ(watching.run([&] {
    for (int i = 0; i < 3; ++i) watching.pair.send();
  }),
            "rrr");
}

TEST(LoopWatch, WakesWhenTheOtherEndHangsUp) {
  Watching watching([](Watching& self, DescriptorWatch& watch) -> Task<std::string> {
    self.begun.raise();
    Wait wait{watch, Readiness::readable, 60s};
    const char told = co_await wait;
    co_return std::string(1, told);
  });
  EXPECT_EQ(watching.run([&] { watching.pair.hang_up(); }), "r");
}

TEST(LoopWatch, WakesWhenThereIsRoomToSend) {
  Watching watching([](Watching& self, DescriptorWatch& watch) -> Task<std::string> {
    std::string told;
    self.pair.fill();
    Wait early{watch, Readiness::readable_or_writable, 20ms};
    told += co_await early;
    self.begun.raise();
    Wait late{watch, Readiness::readable_or_writable, 60s};
    told += co_await late;
    // What is left of the wait for bytes wakes nobody now.
    Wait third{watch, Readiness::readable, 20ms};
    told += co_await third;
    co_return told;
  });
  EXPECT_EQ(watching.run([&] { watching.pair.drain(); }), "trt");
}

TEST(LoopWatch, AShorterTimeIsKeptBehindALongerOne) {
  Watching watching([](Watching& self, DescriptorWatch& watch) -> Task<std::string> {
    std::string told;
    self.pair.fill();
    self.pair.send();
    Wait lasting{watch, Readiness::readable, 60s};
    told += co_await lasting;
    self.pair.receive();
    Wait brief{watch, Readiness::readable, 20ms};
    told += co_await brief;
    self.begun.raise();
    co_return told;
  });
  EXPECT_EQ(watching.run([] {}), "rt");
}

TEST(LoopWatch, AWatchThatIsGoneWakesNobodyAndLeavesTheDescriptorOpen) {
  std::atomic<int> woken = 0;
  Watching watching([&woken](Watching& self, DescriptorWatch& watch) -> Task<std::string> {
    auto second = base::Scheduler::current()->watch(self.pair.end());
    second->wait(Readiness::readable_or_writable, 60s, [&woken](bool) { ++woken; });
    second.reset();
    self.pair.send();
    Wait wait{watch, Readiness::readable, 60s};
    const char told = co_await wait;
    self.pair.receive();
    self.begun.raise();
    co_return std::string(1, told);
  });
  EXPECT_EQ(watching.run([] {}), "r");
  EXPECT_EQ(woken, 0);
}

}  // namespace
}  // namespace parley::http
