#include "http/server.hpp"

#include <gtest/gtest.h>

#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using test::Client;
using test::get;

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
  }
}

}  // namespace
}  // namespace parley::http
