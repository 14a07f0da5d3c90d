// What answers look like on the wire.

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "encoding/compression.hpp"
#include "encoding/zstd.hpp"
#include "http/harness_test.hpp"

namespace parley::http {
namespace {

using test::absent;
using test::Answer;
using test::Client;
using test::get;

class AnswerTest : public testing::Test {
 protected:
  Answer ask(const std::string& request, bool to_head = false) {
    Client client(test::port_of(*server_));
    EXPECT_TRUE(client.send(request));
    return client.read_answer(to_head);
  }
  static std::string large(std::size_t bytes, std::size_t piece = 1000) {
    return "/large?bytes=" + std::to_string(bytes) + "&piece=" + std::to_string(piece);
  }

  std::unique_ptr<Server> server_ = test::serve(test::usual_routes());
};

constexpr std::size_t chunk = limits::stream_chunk_bytes;

TEST_F(AnswerTest, FitsIntoOnePieceOrComesInChunksWithTheSameBytes) {
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 10 * chunk, 10 * chunk + 7}) {
    const auto answer = ask(get(large(bytes, chunk)));
    EXPECT_TRUE(answer.whole) << bytes;
    EXPECT_EQ(answer.body, test::large_text(bytes)) << bytes;
    const bool chunked = bytes >= chunk;
    EXPECT_EQ(answer.field("Transfer-Encoding"), chunked ? "chunked" : absent) << bytes;
    EXPECT_EQ(answer.field("Content-Length"), chunked ? std::string(absent) : std::to_string(bytes)) << bytes;
  }
}

TEST_F(AnswerTest, PiecesDeflatedBeforeStandWhereTheyWereGiven) {
  for (const std::size_t bytes :
       {std::size_t{1'000}, std::size_t{1'001}, std::size_t{5'000}, chunk, 20 * chunk + 5}) {
    for (const std::string every : {"1", "2", "3"}) {
      for (const std::size_t piece : {std::size_t{7}, std::size_t{1'000}, 2 * chunk}) {
        if (bytes / piece > 10'000) continue;
        const std::string target = large(bytes, piece) + "&deflated=" + every;
        const auto plain = ask(get(target));
        EXPECT_EQ(plain.field("Content-Encoding"), absent);
        EXPECT_EQ(plain.body, test::large_text(bytes));
        const auto coded = ask(get(target, "Accept-Encoding: gzip\r\n"));
        EXPECT_TRUE(coded.whole);
        ASSERT_EQ(coded.field("Content-Encoding"), "gzip") << target;
        EXPECT_EQ(encoding::gunzip(coded.body, bytes), test::large_text(bytes)) << target;
      }
    }
  }
}

TEST_F(AnswerTest, IsCompressedOnRequestFromItsLimitOn) {
  for (const std::size_t bytes : {limits::compress_from_bytes - 1, limits::compress_from_bytes,
                                  limits::compress_from_bytes + 1, chunk - 1, chunk, 20 * chunk + 5}) {
    const auto plain = ask(get(large(bytes)));
    EXPECT_EQ(plain.field("Content-Encoding"), absent);
    EXPECT_EQ(plain.field("Vary"), "Accept-Encoding");
    const auto coded = ask(get(large(bytes), "Accept-Encoding: br, gzip;q=0.8\r\n"));
    EXPECT_TRUE(coded.whole);
    EXPECT_EQ(coded.field("Vary"), "Accept-Encoding");
    if (bytes < limits::compress_from_bytes) {
      EXPECT_EQ(coded.field("Content-Encoding"), absent);
      EXPECT_EQ(coded.body, plain.body);
      continue;
    }
    ASSERT_EQ(coded.field("Content-Encoding"), "gzip") << bytes;
    EXPECT_LT(coded.body.size(), bytes / 2);
    EXPECT_EQ(encoding::gunzip(coded.body, bytes).value(), plain.body) << bytes;
  }
}

TEST_F(AnswerTest, ComesInZstdToWhoLikesItBestUnlessGzipIsReady) {
  for (const std::size_t bytes : {limits::compress_from_bytes, chunk - 1, chunk, 20 * chunk + 5}) {
    for (const std::string accept : {"gzip, deflate, br, zstd", "gzip;q=0.5, zstd;q=0.9"}) {
      const auto coded = ask(get(large(bytes), "Accept-Encoding: " + accept + "\r\n"));
      EXPECT_TRUE(coded.whole);
      ASSERT_EQ(coded.field("Content-Encoding"), "zstd") << accept;
      EXPECT_EQ(encoding::unzstd(coded.body, bytes), test::large_text(bytes)) << accept;
    }
    const std::string target = large(bytes) + "&deflated=2";
    const auto alike = ask(get(target, "Accept-Encoding: gzip, zstd\r\n"));
    ASSERT_EQ(alike.field("Content-Encoding"), "gzip");
    EXPECT_EQ(encoding::gunzip(alike.body, bytes), test::large_text(bytes));
    const auto better = ask(get(target, "Accept-Encoding: gzip;q=0.9, zstd\r\n"));
    ASSERT_EQ(better.field("Content-Encoding"), "zstd");
    EXPECT_EQ(encoding::unzstd(better.body, bytes), test::large_text(bytes));
  }
}

TEST_F(AnswerTest, IsNotCompressedWhereTheClientDoesNotWantIt) {
  for (const std::string fields : {"", "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: identity\r\n"}) {
    EXPECT_EQ(ask(get(large(5'000), fields)).field("Content-Encoding"), absent) << fields;
  }
}

TEST_F(AnswerTest, ToHeadIsTheHeadThatGetWouldHave) {
  const auto head = [](const std::string& target, const std::string& fields) {
    return "HEAD" + get(target, fields).substr(3) + get("/small");
  };
  for (const std::string fields : {"", "Accept-Encoding: gzip\r\n"}) {
    for (const std::size_t bytes : {std::size_t{10}, std::size_t{5'000}, 3 * chunk}) {
      const auto of_get = ask(get(large(bytes), fields));
      Client client(test::port_of(*server_));
      ASSERT_TRUE(client.send(head(large(bytes), fields)));
      const auto of_head = client.read_answer(true);
      for (const std::string name : {"Content-Length", "Content-Type", "Content-Encoding",
                                     "Transfer-Encoding", "Vary", "Connection"}) {
        EXPECT_EQ(of_head.field(name), of_get.field(name)) << name << " at " << bytes;
      }
      EXPECT_EQ(client.read_answer().body, R"({"small":true})") << "no byte of a body before the next answer";
    }
  }
}

TEST_F(AnswerTest, NotModifiedHasNoBodyAndNoLength) {
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send(get("/not-modified") + get("/small")));
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.field("Content-Length"), absent);
  EXPECT_EQ(answer.field("Transfer-Encoding"), absent);
  EXPECT_EQ(answer.field("Content-Type"), absent);
  EXPECT_EQ(answer.field("ETag"), "W/\"1\"");
  EXPECT_EQ(answer.field("Vary"), "Accept-Encoding");
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(AnswerTest, Http10EndsWithTheConnectionUnlessKeptAlive) {
  {
    Client client(test::port_of(*server_));
    ASSERT_TRUE(client.send("GET /small HTTP/1.0\r\n\r\n"));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_EQ(answer.body, R"({"small":true})");
    EXPECT_EQ(client.read_to_end(), "");
  }
  Client client(test::port_of(*server_));
  const std::string kept = "GET /small HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
  ASSERT_TRUE(client.send(kept + kept));
  EXPECT_EQ(client.read_answer().field("Connection"), "keep-alive");
  EXPECT_EQ(client.read_answer().field("Connection"), "keep-alive");
  ASSERT_TRUE(client.send("GET " + large(5 * chunk) + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.field("Connection"), "close") << "its length is not known before its end";
  EXPECT_EQ(answer.field("Transfer-Encoding"), absent);
  EXPECT_EQ(answer.field("Content-Length"), absent);
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.body, test::large_text(5 * chunk));
}

TEST_F(AnswerTest, ThatIsCutIsNeverTakenForWhole) {
  const std::string target = large(5 * chunk) + "&cut=" + std::to_string(3 * chunk);
  for (const std::string fields : {"", "Accept-Encoding: gzip\r\n"}) {
    Client client(test::port_of(*server_));
    ASSERT_TRUE(client.send(get(target, fields)));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.whole);
    EXPECT_EQ(client.read_to_end(), "");
  }
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send("GET " + target + " HTTP/1.0\r\n\r\n"));
  const auto answer = client.read_answer();
  EXPECT_TRUE(answer.head.empty() || !answer.whole);
  EXPECT_TRUE(client.reset_seen());
}

TEST_F(AnswerTest, ThatIsGivenUpUnsentBecomesUnavailable) {
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send(get("/nothing") + get("/large?bytes=100&cut=50") +
                          get("/large?bytes=100&cut=50&deflated=1", "Accept-Encoding: gzip\r\n") +
                          get("/small")));
  EXPECT_EQ(client.read_answer().status, 503);
  const auto unsent_stream = client.read_answer();
  EXPECT_EQ(unsent_stream.status, 503);
  EXPECT_EQ(unsent_stream.body, "unavailable ");
  const auto with_piece = client.read_answer();
  EXPECT_EQ(with_piece.status, 503);
  EXPECT_EQ(with_piece.field("Content-Encoding"), absent);
  EXPECT_EQ(with_piece.body, "unavailable ") << "nothing of what was given up";
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(AnswerTest, ToPipelinedRequestsComeInOrder) {
  Client client(test::port_of(*server_));
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += get("/echo/" + std::to_string(i)) + get(large(100'000));
  ASSERT_TRUE(client.send(requests + get("/small", "Connection: close\r\n") + get("/small")));
  const std::string expected = test::large_text(100'000);
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.read_answer().body, "[echo][" + std::to_string(i) + "]");
    ASSERT_EQ(client.read_answer().body, expected);
  }
  EXPECT_EQ(client.read_answer().field("Connection"), "close");
  EXPECT_EQ(client.read_to_end(), "") << "nothing is answered after Connection: close";
}

TEST_F(AnswerTest, ComesAlsoToAClientThatHasSentAll) {
  Client client(test::port_of(*server_));
  ASSERT_TRUE(client.send(get(large(3 * chunk)) + get("/small")));
  client.shut_down_sending();
  EXPECT_EQ(client.read_answer().body.size(), 3 * chunk);
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_to_end(), "");
}

}  // namespace
}  // namespace parley::http
