// A slow reader gets its answer, one who takes nothing is cut, and neither makes the server hold much.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "base/limits.hpp"
#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using test::Client;
using test::get;
using namespace std::chrono_literals;

/// What a client's system takes for it unasked is small, so that what it reads is what the server gets rid
/// of.
constexpr int small_buffer = 4 * 1024;

/// Streams `bytes` in rows, and counts what it has given.
base::Task<void> stream_rows(Responder responder, std::size_t bytes, std::atomic<std::size_t>& given,
                             test::Signal& ended) {
  const std::string row(500, 'r');
  BodyStream stream = std::move(responder).stream(Response{200, "text/plain", {}, {}});
  bool goes_on = true;
  for (std::size_t done = 0; done < bytes && goes_on; done += row.size()) {
    stream.buffer() += row;
    given += row.size();
    auto flushed = co_await stream.flush_if_full();
    goes_on = flushed.has_value();
  }
  auto finished = co_await stream.finish();
  (void)finished;
  ended.raise();
}

class SlowReaderTest : public testing::Test {
 protected:
  std::unique_ptr<Server> serve(std::size_t bytes, std::chrono::milliseconds write_time) {
    ServerBounds bounds;
    bounds.write_time = write_time;
    auto routes = test::usual_routes();
    routes.push_back({"/rows", {Verb::get}, [this, bytes](const Request&, Responder responder) {
                        return stream_rows(std::move(responder), bytes, given_, ended_);
                      }});
    return test::serve(std::move(routes), bounds);
  }

  std::atomic<std::size_t> given_ = 0;
  test::Signal ended_;
};

TEST_F(SlowReaderTest, WhoTakesMoreThanTheLeastGetsTheWholeAnswer) {
  constexpr std::size_t bytes = 200'000;
  const auto server = serve(bytes, 1s);
  Client client(test::port_of(*server), "127.0.0.1", small_buffer);
  ASSERT_TRUE(client.send(get("/rows")));
  std::string all;
  // 40,000 bytes a second: five times the least of this server, less than a whole chunk in its time.
  for (auto next = std::chrono::steady_clock::now(); !all.ends_with("\r\n0\r\n\r\n");) {
    const std::string some = client.read_some(2'000);
    ASSERT_FALSE(some.empty()) << "cut after " << all.size();
    all += some;
    next += 50ms;
    std::this_thread::sleep_until(next);
  }
  EXPECT_GT(all.size(), bytes);
}

TEST_F(SlowReaderTest, WhoTakesLessIsCut) {
  const auto server = serve(10'000'000, 400ms);
  Client client(test::port_of(*server), "127.0.0.1", small_buffer);
  ASSERT_TRUE(client.send(get("/rows")));
  std::size_t taken = 0;
  for (;;) {
    const std::string some = client.read_some(100);
    if (some.empty()) break;
    taken += some.size();
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_TRUE(client.reset_seen());
  EXPECT_LT(taken, 100'000U);
  EXPECT_TRUE(ended_.wait());
}

TEST_F(SlowReaderTest, WhoTakesNothingHoldsLittle) {
  const auto server = serve(100'000'000, 1s);
  Client client(test::port_of(*server), "127.0.0.1", small_buffer);
  ASSERT_TRUE(client.send(get("/rows")));
  EXPECT_TRUE(ended_.wait()) << "is cut";
  // A chunk gathered, one that the system took at once, and what it may have unsent.
  EXPECT_LT(given_, 3 * limits::stream_chunk_bytes);
}

TEST_F(SlowReaderTest, WhoIsFastGetsLargePiecesAgain) {
  constexpr std::size_t bytes = 20'000'000;
  const auto server = serve(bytes, 10s);
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(get("/rows")));
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.body.size(), bytes);
  EXPECT_TRUE(answer.whole);
  EXPECT_LT(answer.chunks, bytes / limits::stream_chunk_bytes_least) << "pieces above the least";
}

}  // namespace
}  // namespace parley::http
