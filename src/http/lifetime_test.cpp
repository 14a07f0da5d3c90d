// Exactly one answer on every path, and nothing left when connections, handlers and the server end in any
// order.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "base/limits.hpp"
#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using base::Task;
using test::Client;
using test::get;
using test::Signal;
using namespace std::chrono_literals;

const Response ok{200, "text/plain", {}, "ok"};

/// A completion that somebody else brings, later, from another thread: as a store does.
class Later {
 public:
  /// Awaited by a handler.
  auto operator co_await() noexcept {
    struct Awaiter {
      Later& later;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> awaiting) const {
        later.loop_ = base::Scheduler::current();
        later.awaiting_ = awaiting;
        later.begun_.raise();
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

  /// Waits until a handler awaits it.
  [[nodiscard]] bool begun() { return begun_.wait(); }
  void complete() {
    loop_->post([awaiting = awaiting_] { awaiting.resume(); });
  }

 private:
  Signal begun_;
  base::Scheduler* loop_ = nullptr;
  std::coroutine_handle<> awaiting_;
};

Task<void> answer_after(Later& later, Responder responder) {
  co_await later;
  auto sending = std::move(responder).send(ok);
  co_await sending;
}

Task<void> drop_after(Later& later, Responder responder) {
  co_await later;
  const Responder dropped = std::move(responder);
}

std::vector<Route> one_route(Handler handler) {
  return {{"/", {Verb::get, Verb::head}, std::move(handler)}};
}

TEST(Lifetime, AnAnswerMayComeLater) {
  Later later;
  const auto server =
      test::serve(one_route([&](const Request&, Responder r) { return answer_after(later, std::move(r)); }));
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/")));
  ASSERT_TRUE(later.begun());
  later.complete();
  EXPECT_EQ(client.read_answer().body, "ok");
}

TEST(Lifetime, ADroppedResponderAnswers503AtOnceOrLater) {
  Later later;
  const auto server =
      test::serve(one_route([&](const Request&, Responder r) { return drop_after(later, std::move(r)); }));
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/")));
  ASSERT_TRUE(later.begun());
  later.complete();
  EXPECT_EQ(client.read_answer().status, 503);
  EXPECT_EQ((client.send("x\r\n\r\n"), client.read_answer().status), 400)
      << "the connection went on, one answer only";
}

TEST(Lifetime, AnAnswerThatIsMadeButNeverAwaitedIsDropped) {
  const auto server = test::serve(one_route([](const Request&, Responder responder) -> Task<void> {
    auto never_awaited = std::move(responder).send(ok);
    (void)never_awaited;
    co_return;
  }));
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/") + get("/", "Connection: close\r\n")));
  EXPECT_EQ(client.read_answer().status, 503);
  EXPECT_EQ(client.read_answer().status, 503);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Lifetime, AResponderMayOutliveItsHandler) {
  Later later;
  const auto server = test::serve(one_route([&](const Request&, Responder responder) -> Task<void> {
    base::spawn(answer_after(later, std::move(responder)));
    return Task<void>::ready();
  }));
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/") + "x\r\n\r\n"));
  ASSERT_TRUE(later.begun());
  later.complete();
  EXPECT_EQ(client.read_answer().body, "ok");
  EXPECT_EQ(client.read_answer().status, 400);
}

/// Streams without end until it is told that nobody reads; counts what it appended.
Task<void> stream_endlessly(Responder responder, std::atomic<std::size_t>& appended, Signal& cancelled) {
  const std::string text = test::large_text(10'000);
  BodyStream stream = std::move(responder).stream(Response{200, "text/plain", {}, {}});
  for (;;) {
    stream.buffer() += text;
    appended += text.size();
    auto flushed = co_await stream.flush_if_full();
    if (flushed) continue;
    EXPECT_EQ(flushed.error().code, base::ErrorCode::cancelled);
    auto again = co_await stream.flush_if_full();
    EXPECT_FALSE(again.has_value());
    auto finished = co_await stream.finish();
    EXPECT_FALSE(finished.has_value());
    break;
  }
  cancelled.raise();
}

std::vector<Route> endless_routes(std::atomic<std::size_t>& appended, Signal& cancelled) {
  auto routes = test::usual_routes();
  routes.push_back({"/endless", {Verb::get, Verb::head}, [&](const Request&, Responder responder) {
                      return stream_endlessly(std::move(responder), appended, cancelled);
                    }});
  return routes;
}

TEST(Lifetime, ASlowReaderSlowsItsHandlerAndNobodyElse) {
  std::atomic<std::size_t> appended = 0;
  Signal cancelled;
  const auto server = test::serve(endless_routes(appended, cancelled));
  Client slow(test::port_of(*server), "127.0.0.1", 64 * 1024);
  ASSERT_TRUE(slow.send(get("/endless")));
  ASSERT_FALSE(slow.read_some(1000).empty());
  Client other(test::port_of(*server));
  for (int i = 0; i < 2'000; ++i) {
    // Each answer is a turn of the loop, in which an unbounded stream would have gone 64 KB further.
    ASSERT_TRUE(other.send(get("/small")));
    ASSERT_EQ(other.read_answer().status, 200);
  }
  EXPECT_LT(appended, 16U * 1024 * 1024);
  const std::size_t before = appended;
  std::size_t read = 0;
  while (read < 32U * 1024 * 1024) read += slow.read_some(1024 * 1024).size();
  EXPECT_GT(appended, before + 16U * 1024 * 1024) << "a reader that goes on gets more";
}

TEST(Lifetime, AReaderThatStopsIsCut) {
  std::atomic<std::size_t> appended = 0;
  Signal cancelled;
  ServerBounds bounds;
  bounds.write_time = 100ms;
  const auto server = test::serve(endless_routes(appended, cancelled), bounds);
  Client slow(test::port_of(*server), "127.0.0.1", 64 * 1024);
  ASSERT_TRUE(slow.send(get("/endless")));
  EXPECT_TRUE(cancelled.wait());
  slow.read_to_end();
  EXPECT_TRUE(slow.reset_seen());
}

TEST(Lifetime, AHandlerLearnsThatItsReaderIsGone) {
  std::atomic<std::size_t> appended = 0;
  Signal cancelled;
  const auto server = test::serve(endless_routes(appended, cancelled));
  {
    Client client(test::port_of(*server));
    ASSERT_TRUE(client.send(get("/endless")));
    ASSERT_FALSE(client.read_some(1000).empty());
  }
  EXPECT_TRUE(cancelled.wait());
}

TEST(Lifetime, HeadCancelsALongStreamAfterItsHead) {
  std::atomic<std::size_t> appended = 0;
  Signal cancelled;
  const auto server = test::serve(endless_routes(appended, cancelled));
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send("HEAD /endless HTTP/1.1\r\nHost: a\r\n\r\n" + get("/small")));
  EXPECT_EQ(client.read_answer(true).field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(client.read_answer().body, R"({"small":true})");
  EXPECT_TRUE(cancelled.wait());
  EXPECT_LT(appended, limits::stream_chunk_bytes + 10'001);
}

TEST(Lifetime, DrainLetsRunningAnswersEndAndIdleConnectionsGo) {
  Later later;
  auto routes = one_route([&](const Request&, Responder r) { return answer_after(later, std::move(r)); });
  const auto server = test::serve(std::move(routes));
  const std::uint16_t port = test::port_of(*server);
  Client idle(port);
  Client running(port);
  ASSERT_TRUE(running.send(get("/")));
  ASSERT_TRUE(later.begun());
  std::thread draining([&] { server->drain(20s); });
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_FALSE(Client(port).connected());
  later.complete();
  const auto answer = running.read_answer();
  EXPECT_EQ(answer.body, "ok");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(running.read_to_end(), "");
  draining.join();
}

TEST(Lifetime, DrainAnswersWhatHasArrived) {
  Later later;
  auto routes = test::usual_routes();
  // A handler that holds the loop's only thread, so that what comes meanwhile is still unread when the drain
  // begins.
  Signal holding;
  Signal released;
  routes.push_back({"/hold", {Verb::get}, [&](const Request&, Responder responder) -> Task<void> {
                      holding.raise();
                      EXPECT_TRUE(released.wait());
                      co_await std::move(responder).send(ok);
                    }});
  const auto server = test::serve(std::move(routes));
  const std::uint16_t port = test::port_of(*server);
  Client kept(port);
  ASSERT_TRUE(kept.send(get("/small")));
  ASSERT_EQ(kept.read_answer().status, 200);
  Client holder(port);
  ASSERT_TRUE(holder.send(get("/hold")));
  ASSERT_TRUE(holding.wait());
  Client unaccepted(port);
  ASSERT_TRUE(unaccepted.send(get("/small")));
  ASSERT_TRUE(kept.send(get("/small")));
  std::thread draining([&] { server->drain(20s); });
  released.raise();
  EXPECT_EQ(holder.read_answer().status, 200);
  EXPECT_EQ(kept.read_answer().status, 200);
  EXPECT_EQ(unaccepted.read_answer().status, 200);
  draining.join();
}

TEST(Lifetime, DrainCutsWhatTakesTooLong) {
  std::atomic<std::size_t> appended = 0;
  Signal cancelled;
  const auto server = test::serve(endless_routes(appended, cancelled), {}, 2);
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/endless")));
  ASSERT_FALSE(client.read_some(1000).empty());
  server->drain(0ms);
  EXPECT_TRUE(cancelled.wait());
  client.read_to_end();
  EXPECT_TRUE(client.reset_seen());
  server->drain(0ms);
}

TEST(Lifetime, TheServerWaitsForACompletionThatComesLate) {
  Later later;
  std::atomic<bool> ended = false;
  auto server = test::serve(one_route([&](const Request&, Responder responder) -> Task<void> {
    // Captures live in the route, which outlives the handler.
    return [](Later& awaited, std::atomic<bool>& done, Responder duty) -> Task<void> {
      co_await awaited;
      BodyStream stream = std::move(duty).stream(ok);
      auto finished = co_await stream.finish();
      EXPECT_FALSE(finished.has_value()) << "its connection is gone";
      done = true;
    }(later, ended, std::move(responder));
  }));
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/")));
  ASSERT_TRUE(later.begun());
  std::thread completing([&] {
    client.read_to_end();  // Ends when the server has cut the connection.
    later.complete();
  });
  server.reset();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(client.reset_seen());
  completing.join();
}

TEST(Lifetime, TheServerMayGoAtAnyMoment) {
  for (int round = 0; round < 30; ++round) {
    std::atomic<std::size_t> appended = 0;
    Signal cancelled;
    auto server = test::serve(endless_routes(appended, cancelled), {}, 2);
    std::vector<Client> clients;
    for (int i = 0; i < round; ++i) {
      clients.emplace_back(test::port_of(*server));
      const std::vector<std::string> requests{"",
                                              "GET /sm",
                                              get("/small"),
                                              get("/small") + get("/endless"),
                                              get("/endless"),
                                              "GET /endless HTTP/1.0\r\n\r\n",
                                              "x\r\n\r\n"};
      clients.back().send(requests[static_cast<std::size_t>(i) % requests.size()]);
    }
    if (round % 3 == 0) server->drain(1ms);
    server.reset();
  }
}

}  // namespace
}  // namespace parley::http
