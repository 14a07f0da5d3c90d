// What a route may ask for beyond a handler (any verb, a body, a name and an account in the log), and what is
// counted of the answers.
#include "http/traffic.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using test::Client;

constexpr std::size_t most = 1'000;

base::Task<void> echo(const Request& request, Responder responder) {
  Response response{200, "application/octet-stream", {}, request.body};
  response.rows = 3;
  co_await std::move(responder).send(std::move(response));
}

std::vector<Route> routes() {
  auto made = test::usual_routes();
  made.push_back({"/body", {}, echo, "body", true, most});
  made.push_back({"/of/{key}/{account}", {Verb::get}, echo, "of", false, 0, 3});
  return made;
}

std::string request_of(std::string_view verb, std::string_view path, std::string_view fields,
                       std::string_view body) {
  std::string bytes(verb);
  return bytes.append(" ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: a\r\n")
      .append(fields)
      .append("\r\n")
      .append(body);
}

std::string with_length(std::string_view verb, std::size_t bytes) {
  return request_of(verb, "/body", "Content-Length: " + std::to_string(bytes) + "\r\n",
                    std::string(bytes, 'x'));
}

std::string in_chunks(std::size_t bytes) {
  std::string body;
  for (std::size_t i = 0; i < bytes; ++i) body += "1\r\nx\r\n";
  return request_of("POST", "/body", "Transfer-Encoding: chunked\r\n", body + "0\r\n\r\n");
}

test::Answer ask(Server& server, std::string_view bytes) {
  Client client(test::port_of(server));
  EXPECT_TRUE(client.send(bytes));
  return client.read_answer(bytes.starts_with("HEAD"));
}

TEST(RouteBody, ReachesTheHandlerOfAnyVerb) {
  const auto server = test::serve(routes());
  for (const std::string_view verb : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}) {
    const auto answer = ask(*server, with_length(verb, 3));
    EXPECT_EQ(answer.status, 200) << verb;
    EXPECT_EQ(answer.body, "xxx") << verb;
  }
  EXPECT_EQ(ask(*server, with_length("HEAD", 3)).status, 200);
}

TEST(RouteBody, IsBoundedByItsRoute) {
  const auto server = test::serve(routes());
  for (const std::size_t bytes : {std::size_t{0}, most - 1, most}) {
    EXPECT_EQ(ask(*server, with_length("POST", bytes)).body, std::string(bytes, 'x'));
    EXPECT_EQ(ask(*server, in_chunks(bytes)).body, std::string(bytes, 'x'));
  }
  EXPECT_EQ(ask(*server, with_length("POST", most + 1)).status, 413);
  EXPECT_EQ(ask(*server, in_chunks(most + 1)).status, 413);
  EXPECT_EQ(ask(*server, request_of("POST", "/body", "Transfer-Encoding: chunked\r\n", "fffffff\r\n")).status,
            413);
}

TEST(RouteBody, DoesNotOutliveItsRequest) {
  const auto server = test::serve(routes());
  Client client(test::port_of(*server));
  ASSERT_TRUE(client.send(with_length("POST", 5) + with_length("POST", 0)));
  EXPECT_EQ(client.read_answer().body, "xxxxx");
  EXPECT_EQ(client.read_answer().body, "");
}

TEST(RouteBody, LeavesTheVerbsOfOtherRoutesAlone) {
  const auto plain = test::serve(test::usual_routes());
  const auto server = test::serve(routes());
  for (const std::string_view verb : {"PUT", "PROPFIND", "DELETE"}) {
    for (const std::string_view path : {"/echo/a", "/no/such/path"}) {
      const auto bytes = request_of(verb, path, "Connection: close\r\n", {});
      EXPECT_EQ(ask(*server, bytes).status, ask(*plain, bytes).status) << verb << path;
      EXPECT_EQ(ask(*server, bytes).field("Allow"), ask(*plain, bytes).field("Allow")) << verb << path;
    }
  }
}

TEST(RouteLog, NamesTheMethodAndAnAccountThatIsANumber) {
  test::CapturedLog log;
  {
    const auto server = test::serve(routes());
    for (const std::string_view path : {"/of/secret/42", "/of/42/secret-key", "/of/x/12345678901234567"}) {
      EXPECT_EQ(ask(*server, request_of("GET", path, "Connection: close\r\n", {})).status, 200);
    }
  }
  EXPECT_EQ(log.count(R"("method":"of","route":"/of/{key}/{account}","sid":"42")"), 1U);
  EXPECT_EQ(log.count(R"("sid":"")"), 2U);
  EXPECT_EQ(log.count("secret"), 0U);
}

TEST(Traffic, CountsAnswersByRouteAndClass) {
  ServerOptions options;
  options.traffic = std::make_shared<Traffic>();
  const auto traffic = options.traffic;
  options.port = 0;
  options.threads = 2;
  options.render_refusal = test::render_refusal;
  options.router = std::make_shared<const Router>(routes(), test::render_refusal);
  const std::size_t of = test::usual_routes().size() + 1;
  {
    const auto started = Server::start(std::move(options));
    ASSERT_TRUE(started) << started.error().public_text;
    const auto& server = *started;
    EXPECT_EQ(ask(*server, with_length("POST", 7)).status, 200);
    EXPECT_EQ(ask(*server, request_of("GET", "/of/a/1", {}, {})).status, 200);
    EXPECT_EQ(ask(*server, request_of("PUT", "/of/a/1", {}, {})).status, 405);
    EXPECT_EQ(ask(*server, request_of("GET", "/no/such/path", {}, {})).status, 404);
  }
  std::uint64_t rows = 0;
  std::uint64_t body_bytes = 0;
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  base::HistogramTotals good;
  base::HistogramTotals refused;
  base::HistogramTotals unrouted;
  traffic->each([&](const LoopTraffic& part) {
    rows += part.by_route[of - 1].rows.value();
    body_bytes += part.by_route[of - 1].classes[1].body_bytes.value();
    part.by_route[of].classes[1].seconds.add_to(good);
    part.by_route[of].classes[3].seconds.add_to(refused);
    part.by_route.back().classes[3].seconds.add_to(unrouted);
    opened += part.opened.value();
    closed += part.closed.value();
  });
  EXPECT_EQ(rows, 3U);
  EXPECT_EQ(body_bytes, 7U);
  EXPECT_EQ(good.count(), 1U);
  EXPECT_EQ(refused.count(), 1U);
  EXPECT_EQ(unrouted.count(), 1U);
  EXPECT_EQ(opened, 4U);
  EXPECT_EQ(closed, 4U);
}

}  // namespace
}  // namespace parley::http
