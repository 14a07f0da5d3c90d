// What the server refuses, seen from the socket: each refusal arrives, once, and the connection ends where it
// must.

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using test::Client;
using test::get;
using namespace std::chrono_literals;

class RefusalTest : public testing::Test {
 protected:
  /// The request is refused with this status, after which the server closes.
  void expect_refused(std::string_view request, int status) const {
    Client client(test::port_of(*server_));
    client.send(request);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, status) << request.substr(0, 100);
    EXPECT_TRUE(answer.whole);
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_FALSE(client.reset_seen());
  }

  std::unique_ptr<Server> server_ = test::serve(test::usual_routes());
};

TEST_F(RefusalTest, OfWhatIsNoHttp) {
  expect_refused("hello\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\n\r\n", 400);
  expect_refused("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n" + get("/small"), 400);
  expect_refused(get("/", "Content-Length: 1\r\nContent-Length: 2\r\n") + "ab", 400);
  expect_refused(get("/", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n", 400);
  expect_refused(get("/", "Transfer-Encoding: chunked\r\n") + "nonsense\r\n", 400);
}

TEST_F(RefusalTest, OfWhatIsTooLong) {
  const std::string line =
      "GET /" + std::string(limits::request_line_bytes, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  expect_refused(line, 414);
  expect_refused(std::string(limits::request_line_bytes * 8, 'a'), 414);
  expect_refused(get("/", "X: " + std::string(limits::request_header_bytes, 'a') + "\r\n"), 431);
  expect_refused(get("/", "Content-Length: 1000000\r\n") + std::string(500'000, 'x'), 413);
  expect_refused(get("/", "Transfer-Encoding: chunked\r\n") + "1\r\nx\r\n1;" + std::string(200'000, 'x'),
                 413);
}

TEST_F(RefusalTest, OfAVerbComesBeforeThatOfItsBody) {
  for (const std::string fields : {"Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    Client client(test::port_of(*server_));
    client.send("POST /small HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n1;" + std::string(200'000, 'x'));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 405) << fields;
    EXPECT_EQ(answer.field("Allow"), "GET, HEAD");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_FALSE(client.reset_seen());
  }
}

TEST_F(RefusalTest, SaysWhy) {
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"));
  EXPECT_EQ(client.read_answer().body, "bad_request A request has one Host header.");
}

TEST_F(RefusalTest, OfPathsAndVerbsKeepsTheConnection) {
  Client client(test::port_of(*server_));
  const auto ask = [&](const std::string& verb, const std::string& path) {
    EXPECT_TRUE(client.send(verb + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"));
    return client.read_answer(verb == "HEAD");
  };
  for (const std::string path :
       {"/", "/unknown", "/echo", "/echo/a/b", "/Small", "/small//", "//small", "/echo/%2F/x"}) {
    EXPECT_EQ(ask("GET", path).status, 404) << path;
    EXPECT_EQ(ask("HEAD", path).status, 404) << path;
    for (const std::string verb : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
      const auto answer = ask(verb, path);
      EXPECT_EQ(answer.status, 405) << verb << path;
      EXPECT_EQ(answer.field("Allow"), "GET, HEAD") << verb << path;
    }
  }
  const auto answer = ask("HEAD", "/only-get");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.field("Allow"), "GET");
  EXPECT_EQ(ask("GET", "/only-get").status, 200);
  EXPECT_EQ(ask("GET", "/small/").status, 200);
  EXPECT_EQ(ask("GET", "/echo/%2F").body, "[echo][/]");
  EXPECT_EQ(ask("OPTIONS", "*").status, 405);
  EXPECT_EQ(ask("CONNECT", "a:80").status, 405);
}

TEST_F(RefusalTest, ABodyIsAskedForAndDropped) {
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send(get("/small", "Expect: 100-continue\r\nContent-Length: 5\r\n")));
  EXPECT_EQ(client.read_answer().status, 100);
  ASSERT_TRUE(client.send("abcde" + get("/echo/next")));
  EXPECT_EQ(client.read_answer().body, R"({"small":true})");
  EXPECT_EQ(client.read_answer().body, "[echo][next]");
  expect_refused(get("/small", "Expect: 100-continue\r\nContent-Length: 999999\r\n"), 413);
}

TEST_F(RefusalTest, OfASlowRequestSaysSo) {
  ServerBounds bounds;
  bounds.head_time = 50ms;
  bounds.body_grace = 50ms;
  server_ = test::serve(test::usual_routes(), bounds);
  expect_refused("GET /small HT", 408);
  expect_refused(get("/small", "Content-Length: 5\r\n") + "abc", 408);
}

TEST_F(RefusalTest, AnIdleConnectionEndsInSilence) {
  ServerBounds bounds;
  bounds.idle_time = 50ms;
  server_ = test::serve(test::usual_routes(), bounds);
  Client silent(test::port_of(*server_));
  EXPECT_EQ(silent.read_to_end(), "");
  Client kept(test::port_of(*server_));
  ASSERT_TRUE(kept.send(get("/small")));
  EXPECT_EQ(kept.read_answer().status, 200);
  EXPECT_EQ(kept.read_to_end(), "");
}

TEST_F(RefusalTest, InputCutAnywhereIsReadTheSame) {
  const std::string input = get("/echo/a%20b?c=d", "Content-Length: 3\r\n") + "xyz" +
                            get("/echo/e", "Transfer-Encoding: chunked\r\n") + "2\r\nab\r\n0\r\n\r\n" +
                            "HEAD /small HTTP/1.1\r\nHost: a\r\n\r\nGET /small HTTP/1.1\r\nHost : a\r\n\r\n";
  Client other(test::port_of(*server_));
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    Client client(test::port_of(*server_));
    ASSERT_TRUE(client.send(input.substr(0, cut)));
    // An answer on another connection of the same loop: by then the first part has been read.
    ASSERT_TRUE(other.send(get("/small")));
    ASSERT_EQ(other.read_answer().status, 200);
    client.send(input.substr(cut));
    ASSERT_EQ(client.read_answer().body, "[echo][a b]{c=d}") << cut;
    ASSERT_EQ(client.read_answer().body, "[echo][e]") << cut;
    ASSERT_EQ(client.read_answer(true).field("Content-Length"), "14") << cut;
    ASSERT_EQ(client.read_answer().status, 400) << cut;
    ASSERT_EQ(client.read_to_end(), "") << cut;
  }
}

TEST_F(RefusalTest, AConnectionThatEndsHalfwayLeavesNothing) {
  const std::string request = get("/large?bytes=1000000", "Content-Length: 3\r\n") + "xyz";
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    Client client(test::port_of(*server_));
    ASSERT_TRUE(client.send(request.substr(0, cut)));
  }
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send(get("/small")));
  EXPECT_EQ(client.read_answer().status, 200);
}

}  // namespace
}  // namespace parley::http
