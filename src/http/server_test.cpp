#include "http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>

#include "http/harness_test.hpp"

namespace {

std::atomic<bool> descriptors_are_out = false;
std::atomic<std::size_t> failed_accepts = 0;

}  // namespace

/// In place of the system's in this program, to fail on demand. To use the descriptors up in earnest is no
/// way: the sanitizers need some themselves and report faults that are none.
extern "C" int accept(int socket, sockaddr* address, socklen_t* size) {
  if (!descriptors_are_out) return static_cast<int>(::syscall(SYS_accept4, socket, address, size, 0));
  ++failed_accepts;
  errno = EMFILE;
  return -1;
}

namespace parley::http {
namespace {

using test::Client;
using test::get;
using namespace std::chrono_literals;

base::Result<std::unique_ptr<Server>> start_on(const std::string& host, std::uint16_t port,
                                               unsigned threads = 1) {
  ServerOptions options;
  options.host = host;
  options.port = port;
  options.threads = threads;
  options.router = std::make_shared<const Router>(test::usual_routes(), test::render_refusal);
  options.render_refusal = test::render_refusal;
  return Server::start(std::move(options));
}

TEST(Server, AnswersOneRequestAfterTheOther) {
  const auto server = test::serve(test::usual_routes());
  Client client(test::port_of(*server));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(get("/small")));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"small":true})");
    EXPECT_EQ(answer.field("Content-Length"), "14");
    EXPECT_EQ(answer.field("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(answer.field("Connection"), test::absent);
    EXPECT_EQ(answer.field("Date").size(), 29U);
  }
}

TEST(Server, RefusesABusyPort) {
  for (const unsigned threads : {1U, 4U}) {
    const auto server = test::serve(test::usual_routes(), {}, threads);
    const auto second = start_on("127.0.0.1", test::port_of(*server), threads);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, base::ErrorCode::conflict);
    EXPECT_NE(second.error().public_text.find("127.0.0.1"), std::string::npos);
  }
}

TEST(Server, RefusesAPortThatAnotherWouldShare) {
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ASSERT_EQ(::setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(other, generic, size), 0);
  ASSERT_EQ(::listen(other, 1), 0);
  ASSERT_EQ(::getsockname(other, generic, &size), 0);
  const auto server = start_on("127.0.0.1", ntohs(address.sin_port), 2);
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().code, base::ErrorCode::conflict);
  ::close(other);
}

TEST(Server, TakesItsPortAgainAtOnce) {
  std::uint16_t port = 0;
  {
    const auto server = test::serve(test::usual_routes());
    port = test::port_of(*server);
    Client client(port);
    ASSERT_TRUE(client.send(get("/small", "Connection: close\r\n")));
    EXPECT_EQ(client.read_answer().field("Connection"), "close");
  }
  EXPECT_TRUE(start_on("127.0.0.1", port).has_value());
}

TEST(Server, SaysWhatItCannotListenOn) {
  for (const std::string host : {"no such host", "192.0.2.1"}) {
    const auto server = start_on(host, 0);
    ASSERT_FALSE(server.has_value()) << host;
    EXPECT_EQ(server.error().code, base::ErrorCode::invalid_argument) << host;
  }
}

TEST(Server, ListensOnNamesAndOnIpv6) {
  const auto by_name = start_on("localhost", 0);
  ASSERT_TRUE(by_name.has_value());
  const auto server = start_on("::1", 0, 2);
  if (!server) {
    // Only a system without IPv6 may refuse it.
    const int probe = ::socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    EXPECT_NE(::bind(probe, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address), 0);
    ::close(probe);
    return;
  }
  EXPECT_TRUE((*server)->url().starts_with("http://[::1]:"));
  Client client(test::port_of(**server), "::1");
  ASSERT_TRUE(client.send(get("/small")));
  EXPECT_EQ(client.read_answer().status, 200);
}

void allow_descriptors(rlim_t count) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur >= count) return;
  limit.rlim_cur = count;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST(Server, HoldsTwoThousandConnections) {
  allow_descriptors(4'200);
  const auto server = test::serve(test::usual_routes(), {}, 2);
  const std::uint16_t port = test::port_of(*server);
  std::vector<Client> clients;
  for (int i = 0; i < 2'000; ++i) {
    clients.emplace_back(port);
    ASSERT_TRUE(clients.back().connected()) << i;
  }
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i)
      ASSERT_TRUE(clients[i].send(get("/echo/" + std::to_string(i))));
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_EQ(clients[i].read_answer().body, "[echo][" + std::to_string(i) + "]");
    }
  }
}

TEST(Server, TellsConnectionsAboveItsLimit) {
  for (const std::size_t limit : {1U, 2U, 3U}) {
    ServerBounds bounds;
    bounds.connections = limit;
    const auto server = test::serve(test::usual_routes(), bounds);
    const std::uint16_t port = test::port_of(*server);
    std::vector<Client> clients;
    for (std::size_t i = 0; i < 3; ++i) {
      clients.emplace_back(port);
      ASSERT_TRUE(clients.back().send(get("/small")));
      const auto answer = clients.back().read_answer();
      EXPECT_EQ(answer.status, i < limit ? 200 : 503) << i << " of " << limit;
      EXPECT_EQ(answer.field("Connection"), i < limit ? std::string(test::absent) : "close");
      if (i >= limit) {
        EXPECT_EQ(clients.back().read_to_end(), "");
      }
    }
  }
}

TEST(Server, WaitsWhereDescriptorsRunOut) {
  ServerBounds bounds;
  bounds.head_time = 40ms;  // The timer, which takes accepting up again, ticks in a quarter of it.
  test::CapturedLog log;
  const auto server = test::serve(test::usual_routes(), bounds);
  const std::uint16_t port = test::port_of(*server);
  Client client(port);
  ASSERT_TRUE(client.send(get("/small")));
  ASSERT_EQ(client.read_answer().status, 200);
  descriptors_are_out = true;
  failed_accepts = 0;
  Client waiting(port);
  ASSERT_TRUE(waiting.send(get("/small")));
  EXPECT_TRUE(log.wait_for("accept_paused", 3));
  ASSERT_TRUE(client.send(get("/small")));
  EXPECT_EQ(client.read_answer().status, 200) << "who is connected is served";
  descriptors_are_out = false;
  EXPECT_EQ(waiting.read_answer().status, 200);
  EXPECT_EQ(failed_accepts, log.count("accept_paused")) << "one try for each pause: it does not spin";
}

TEST(Server, WritesOneLogLineForEachRequest) {
  test::CapturedLog log;
  {
    const auto server = test::serve(test::usual_routes());
    Client client(test::port_of(*server));
    ASSERT_TRUE(client.send(get("/echo/secret-key?also=secret-key")));
    EXPECT_EQ(client.read_answer().status, 200);
    ASSERT_TRUE(
        client.send("POST /echo/secret-key HTTP/1.1\r\nHost: secret-key\r\n\r\nBAD secret-key\r\n\r\n"));
    EXPECT_EQ(client.read_answer().status, 405);
    EXPECT_EQ(client.read_answer().status, 400);
    EXPECT_EQ(client.read_to_end(), "");
  }
  const auto lines = log.lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_NE(lines[0].find(R"("event":"request","id":")"), std::string::npos) << lines[0];
  EXPECT_NE(
      lines[0].find(R"("verb":"GET","method":"","route":"/echo/{text}","sid":"","status":200,"bytes":)"),
      std::string::npos)
      << lines[0];
  EXPECT_NE(lines[0].find(R"("peer":"127.0.0.1")"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find(R"("verb":"POST","method":"","route":"/echo/{text}","sid":"","status":405)"),
            std::string::npos)
      << lines[1];
  EXPECT_NE(lines[2].find(R"("verb":"","method":"","route":"","sid":"","status":400)"), std::string::npos)
      << lines[2];
  EXPECT_EQ(log.count("secret-key"), 0U);
}

TEST(Server, GoesOnAfterALibraryThrowsInItsLoop) {
  test::CapturedLog log;
  auto routes = test::usual_routes();
  routes.push_back({"/throwing", {Verb::get}, [](const Request&, Responder responder) -> base::Task<void> {
                      base::Scheduler::current()->post([] { throw std::runtime_error("as a library does"); });
                      Response fine{200, "text/plain", {}, "ok"};
                      co_await std::move(responder).send(std::move(fine));
                    }});
  const auto server = test::serve(std::move(routes));
  Client client(test::port_of(*server));
  for (const std::string path : {"/throwing", "/throwing", "/small"}) {
    ASSERT_TRUE(client.send(get(path)));
    EXPECT_EQ(client.read_answer().status, 200);
  }
  EXPECT_EQ(log.count("loop_exception"), 2U);
  EXPECT_EQ(log.count("as a library does"), 2U);
}

}  // namespace
}  // namespace parley::http
