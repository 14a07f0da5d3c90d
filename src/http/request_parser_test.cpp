#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/limits.hpp"

namespace parley::http {
namespace {

using Progress = RequestParser::Progress;

std::string written(const RequestParser& parser) {
  const Request& request = parser.request();
  std::string text(name_of(request.verb));
  for (const auto& segment : request.target.segments) text += " /" + segment;
  for (const auto& [name, value] : request.target.query) text += " " + name + "=" + value;
  for (const auto& [name, value] : request.headers) text += " [" + name + ": " + value + "]";
  return text + (parser.is_http_1_1() ? " 1.1" : " 1.0") + (parser.keep_alive() ? " keep" : " close");
}

std::string refused(const RequestParser& parser) {
  return "refused " + std::to_string(static_cast<int>(parser.refusal())) + " " + std::string(parser.detail());
}

/// What a connection would see of the pieces: its requests, the refusal that ends it, or what is unfinished.
std::vector<std::string> read(const std::vector<std::string_view>& pieces) {
  RequestParser parser;
  std::string input;
  std::vector<std::string> seen;
  for (const std::string_view piece : pieces) {
    input += piece;
    for (;;) {
      const Progress progress = parser.advance(input);
      if (progress == Progress::need_more) break;
      if (progress == Progress::head) continue;
      if (progress == Progress::refused) {
        seen.push_back(refused(parser));
        return seen;
      }
      seen.push_back(written(parser));
      parser.reset();
    }
  }
  seen.emplace_back(parser.begun(input) ? "unfinished" : "idle");
  return seen;
}

/// The refusal of one request's bytes, or -1 for none.
int refusal_of(std::string_view bytes) {
  RequestParser parser;
  std::string input(bytes);
  Progress progress = parser.advance(input);
  if (progress == Progress::head) progress = parser.advance(input);
  return progress == Progress::refused ? static_cast<int>(parser.refusal()) : -1;
}

constexpr int accepted = -1;
constexpr int bad = static_cast<int>(Refusal::bad_request);
constexpr int too_long = static_cast<int>(Refusal::uri_too_long);
constexpr int too_many_fields = static_cast<int>(Refusal::headers_too_large);
constexpr int too_large = static_cast<int>(Refusal::content_too_large);

std::string with(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

TEST(RequestParser, ReadsWhatAClientSends) {
  EXPECT_EQ(
      read({"GET /a/b%20c/?x=1+2&y HTTP/1.1\r\nHost: a:80\r\nX-Long:  v \r\n\r\nHEAD / HTTP/1.0\r\n\r\n"}),
      (std::vector<std::string>{"GET /a /b c x=1 2 y= [host: a:80] [x-long: v] 1.1 keep", "HEAD 1.0 close",
                                "idle"}));
  EXPECT_EQ(read({"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.1\r\nHost:\r\nConnection: "
                  "close\r\n\r\nX"}),
            (std::vector<std::string>{"GET [connection: keep-alive] 1.0 keep",
                                      "GET [host: ] [connection: close] 1.1 close", "unfinished"}));
}

TEST(RequestParser, ReadsAnotherTargetWithTheSameFieldsAsIfItWereTheFirst) {
  const std::string fields = "Host: a\r\nAccept: b\r\n\r\n";
  const auto request = [&](std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\n" + fields;
  };
  const std::string first = request("/a/b?c=d");
  std::vector<std::string> others{"GET  HTTP/1.1\r\n" + fields,
                                  "GET /a HTTP/1.0\r\n" + fields,
                                  "HEAD /a HTTP/1.1\r\n" + fields,
                                  "GET /a HTTP/1.1\n" + fields,
                                  "GET /a HTTP/1.1\r\nHost: b\r\nAccept: b\r\n\r\n",
                                  "GET /a HTTP/1.1\r\nHost: a\r\nAccept: bc\r\n\r\n",
                                  request("/a") + "GET",
                                  request("/" + std::string(limits::request_line_bytes, 'a'))};
  for (const std::string_view target :
       {"/", "/a/b?c=e", "/a/b?c=d&e=f", "/a%2Fb/c", "/a%2", "/?a=%zz", "http://b/a", "*", "a", "/a b",
        "/a\x01", "/\xC3\xA4", "//", "/a#b", " /a", "/a\r"}) {
    others.push_back(request(target));
  }
  for (const std::string& second : others) {
    auto alone = read({second});
    alone.insert(alone.begin(), read({first}).front());
    EXPECT_EQ(read({first, second}), alone) << second;
    EXPECT_EQ(read({first + second}), alone) << second;
    auto twice = alone;
    if (!alone.back().starts_with("refused") && alone.back() == "idle") {
      twice.insert(twice.begin(), alone.begin(), alone.end() - 1);
      EXPECT_EQ(read({first, second, first, second}), twice) << second;
    }
  }
}

TEST(RequestParser, AHostThatATargetNamedIsNotTheNextRequests) {
  const std::string fields = " HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto seen = read({"GET http://b/x" + fields + "GET /y" + fields});
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_NE(seen[0].find("[host: b]"), std::string::npos) << seen[0];
  EXPECT_NE(seen[1].find("[host: a]"), std::string::npos) << seen[1];
}

TEST(RequestParser, ReadsTheSameAgainAndWhatOnlyBeginsAlike) {
  const std::string asked = "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string seen = "GET /a b=c [host: a] 1.1 keep";
  EXPECT_EQ(read({asked, asked, asked}), (std::vector<std::string>{seen, seen, seen, "idle"}));
  EXPECT_EQ(read({asked + asked}), (std::vector<std::string>{seen, seen, "idle"}));
  const std::string_view whole = asked;
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    EXPECT_EQ(read({whole, whole.substr(0, cut), whole.substr(cut)}),
              (std::vector<std::string>{seen, seen, "idle"}));
    EXPECT_EQ(read({whole, whole.substr(0, cut)}), (std::vector<std::string>{seen, "unfinished"}));
  }
  EXPECT_EQ(read({asked + "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n" + asked}),
            (std::vector<std::string>{seen, "GET /a b=c [host: a] [x: y] 1.1 keep", seen, "idle"}));
  // The same head, but a body behind it each time.
  const std::string with_body = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";
  const std::string posted = "POST /a [host: a] [content-length: 2] 1.1 keep";
  EXPECT_EQ(read({with_body + "xy" + with_body + "\r\n" + asked}),
            (std::vector<std::string>{posted, posted, seen, "idle"}));
}

TEST(RequestParser, ReadsNothingInTheNameOfARefusedRequest) {
  const std::string unfit = "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
  RequestParser parser;
  for (int i = 0; i < 3; ++i) {
    std::string input = unfit;
    EXPECT_EQ(parser.advance(input), Progress::refused);
    parser.reset();
  }
}

TEST(RequestParser, DropsBodies) {
  EXPECT_EQ(
      read({"GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\n\r\n"}),
      (std::vector<std::string>{"GET /a [host: a] [content-length: 3] 1.1 keep", "GET /b [host: a] 1.1 keep",
                                "idle"}));
  EXPECT_EQ(read({"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                  "5;x=y\r\nabcde\r\n1\r\n\n\r\n0\r\nHost: evil\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"}),
            (std::vector<std::string>{"POST /a [host: a] [transfer-encoding: Chunked] 1.1 keep",
                                      "GET /b [host: a] 1.1 keep", "idle"}));
  EXPECT_EQ(refusal_of(with("Content-Length: 0\r\n")), accepted);
}

TEST(RequestParser, TakesAbsoluteTargetsAndNoOthersForPaths) {
  EXPECT_EQ(read({"GET http://other:1/a?b=c HTTP/1.1\r\nHost: a\r\n\r\n"}).front(),
            "GET /a b=c [host: other:1] 1.1 keep");
  EXPECT_EQ(read({"GET HTTPS://other HTTP/1.1\r\nHost: a\r\n\r\n"}).front(), "GET [host: other] 1.1 keep");
  EXPECT_EQ(read({"GET http://other?b=c HTTP/1.1\r\nHost: a\r\n\r\n"}).front(),
            "GET b=c [host: other] 1.1 keep");
  EXPECT_EQ(read({"GET http://[::1]:9/a HTTP/1.0\r\n\r\n"}).front(), "GET /a [host: [::1]:9] 1.0 close");
  for (const std::string target :
       {"*", "other:80", "http://", "http:///a", "http://:80/a", "http://user@other/a", "http://other:x/a",
        "ftp://a/b", "a/b", "/%", "/%zz", "/%ff", "/%00"}) {
    EXPECT_EQ(refusal_of("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"), bad) << target;
  }
  EXPECT_EQ(read({"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"}).front(), "OPTIONS /* [host: a] 1.1 keep");
  EXPECT_EQ(read({"CONNECT other:80 HTTP/1.1\r\nHost: a\r\n\r\n"}).front(), " [host: a] 1.1 keep");
}

TEST(RequestParser, RefusesWhatTwoServersCouldReadDifferently) {
  for (const std::string fields : {"Content-Length: 1\r\nContent-Length: 2\r\n",
                                   "Content-Length: 1\r\nContent-Length: 1\r\n",
                                   "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                                   "Content-Length: +1\r\n",
                                   "Content-Length: -1\r\n",
                                   "Content-Length: 0x1\r\n",
                                   "Content-Length: 1,1\r\n",
                                   "Content-Length: 1 1\r\n",
                                   "Content-Length:\r\n",
                                   "Content-Length: 99999999999999999999999\r\n",
                                   "Transfer-Encoding: identity\r\n",
                                   "Transfer-Encoding: gzip, chunked\r\n",
                                   "Transfer-Encoding: chunked, gzip\r\n",
                                   "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked, chunked\r\n",
                                   "Transfer-Encoding: xchunked\r\n",
                                   "Transfer-Encoding:\r\n",
                                   "Transfer-Encoding : chunked\r\n",
                                   "Content-Length : 1\r\n",
                                   "Host: b\r\n",
                                   "X: a\r\n b\r\n",
                                   "X: a\r\n\tb\r\n",
                                   " X: a\r\n",
                                   "X: a\rb\r\n",
                                   "X: a\r\r\n",
                                   "X: a\nY: b\r\n",
                                   "\rX: a\r\n",
                                   "X\r\n",
                                   ": a\r\n",
                                   "X Y: a\r\n"}) {
    EXPECT_EQ(refusal_of(with(fields)), bad) << fields;
  }
  EXPECT_EQ(refusal_of(with(std::string("X: a\0b\r\n", 8))), bad);
  for (const std::string line :
       {"GET /\r\n", "GET / HTTP/1.1 \r\n", "GET  / HTTP/1.1\r\n", " GET / HTTP/1.1\r\n",
        "GET / HTTP/2.0\r\n", "GET / HTTP/1.2\r\n", "GET / http/1.1\r\n", "GET / HTTP/1.1x\r\n",
        "GET / HTTP/11\r\n", "G(T / HTTP/1.1\r\n", "GET /a b HTTP/1.1\r\n", "GET\t/ HTTP/1.1\r\n",
        "\x16\x03\x01 / HTTP/1.1\r\n", "GET / HTTP/1.1\n", "\n"}) {
    EXPECT_EQ(refusal_of(line + "Host: a\r\n\r\n"), bad) << line;
  }
}

TEST(RequestParser, WantsOneHost) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), bad);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n"), accepted);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), bad);
  for (const std::string host : {"a/b", "user@a", "a b", "a?b", "\xc3\xa4", "a:b", "a:80:80", "[::1", "[]",
                                 "::1", "[::1]80", "%zz", "a%4"}) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), bad) << host;
  }
  for (const std::string host : {"", "a", "a:", "a.b:80", "[::1]:80", "[v1.a:b]", "127.0.0.1", "%41_b"}) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), accepted) << host;
  }
}

TEST(RequestParser, OverlooksOneEmptyLineBeforeARequest) {
  EXPECT_EQ(refusal_of("\r\nGET / HTTP/1.0\r\n\r\n"), accepted);
  EXPECT_EQ(refusal_of("\r\n\r\nGET / HTTP/1.0\r\n\r\n"), bad);
}

TEST(RequestParser, TransferEncodingNeedsHttp11) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), bad);
}

std::string request_line_of(std::size_t size) {
  std::string line = "GET / HTTP/1.1";
  line.insert(5, size - line.size(), 'a');
  return line + "\r\nHost: a\r\n\r\n";
}

TEST(RequestParser, LimitsTheRequestLine) {
  EXPECT_EQ(refusal_of(request_line_of(limits::request_line_bytes - 1)), accepted);
  EXPECT_EQ(refusal_of(request_line_of(limits::request_line_bytes)), accepted);
  EXPECT_EQ(refusal_of(request_line_of(limits::request_line_bytes + 1)), too_long);
  EXPECT_EQ(refusal_of(std::string(limits::request_line_bytes + 1, 'a')), accepted);
  EXPECT_EQ(refusal_of(std::string(limits::request_line_bytes + 2, 'a')), too_long);
}

/// A request whose header fields, with their line ends, are `size` bytes together.
std::string fields_of(std::size_t size) {
  std::string fields = "Host: a\r\nA: \r\nB: ";
  fields += std::string(size - fields.size() - 2, 'b') + "\r\n";
  return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}

TEST(RequestParser, LimitsTheHeaderFields) {
  EXPECT_EQ(refusal_of(fields_of(limits::request_header_bytes - 1)), accepted);
  EXPECT_EQ(refusal_of(fields_of(limits::request_header_bytes)), accepted);
  EXPECT_EQ(refusal_of(fields_of(limits::request_header_bytes + 1)), too_many_fields);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n" + std::string(limits::request_header_bytes + 3, 'a')),
            too_many_fields);
}

std::string body_of(std::size_t size) {
  return with("Content-Length: " + std::to_string(size) + "\r\n") + std::string(size, 'x');
}

TEST(RequestParser, LimitsBodies) {
  EXPECT_EQ(refusal_of(body_of(limits::discarded_body_bytes - 1)), accepted);
  EXPECT_EQ(refusal_of(body_of(limits::discarded_body_bytes)), accepted);
  EXPECT_EQ(refusal_of(body_of(limits::discarded_body_bytes + 1)), too_large);
}

TEST(RequestParser, LimitsWhatChunksTakeOnTheWire) {
  const auto chunked = [](std::size_t wire) {
    std::string body;
    while (body.size() + 6 + 7 <= wire) body += "1\r\nx\r\n";
    body += "0;" + std::string(wire - body.size() - 6, 'e') + "\r\n\r\n";
    return with("Transfer-Encoding: chunked\r\n") + body;
  };
  const std::size_t limit = limits::discarded_body_bytes;
  EXPECT_EQ(refusal_of(chunked(limit - 1)), accepted);
  EXPECT_EQ(refusal_of(chunked(limit)), accepted);
  EXPECT_EQ(refusal_of(chunked(limit + 1)), too_large);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "ffffff\r\n"), too_large);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n"), bad);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "g\r\n\r\n"), bad);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "1\r\nxx\r\n\r\n"), bad);
}

TEST(RequestParser, LimitsTheExtensionsOfAChunk) {
  const auto extended = [](std::string_view size, std::size_t bytes) {
    return with("Transfer-Encoding: chunked\r\n") + std::string(size) + ";" + std::string(bytes - 1, 'e');
  };
  for (const auto& [size, rest] :
       std::vector<std::pair<std::string, std::string>>{{"1", "\r\nx\r\n0\r\n\r\n"}, {"0", "\r\n\r\n"}}) {
    EXPECT_EQ(refusal_of(extended(size, limits::chunk_extension_bytes - 1) + rest), accepted);
    EXPECT_EQ(refusal_of(extended(size, limits::chunk_extension_bytes) + rest), accepted);
    EXPECT_EQ(refusal_of(extended(size, limits::chunk_extension_bytes + 1) + rest), too_large);
  }
}

TEST(RequestParser, LimitsTheTrailerFields) {
  const auto trailed = [](std::size_t bytes) {
    return with("Transfer-Encoding: chunked\r\n") + "0\r\nA: b\r\nT: " + std::string(bytes - 3, 't') +
           "\r\n\r\n";
  };
  EXPECT_EQ(refusal_of(trailed(limits::chunk_extension_bytes - 1)), accepted);
  EXPECT_EQ(refusal_of(trailed(limits::chunk_extension_bytes)), accepted);
  EXPECT_EQ(refusal_of(trailed(limits::chunk_extension_bytes + 1)), too_many_fields);
}

TEST(RequestParser, RefusesControlsInTheExtensionsOfAChunk) {
  for (const std::string extension : {"a=\"\n\"", "a=\"\r\"", "a=\"\x7f\"", "a=b\n"}) {
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "1;" + extension + "\r\nx\r\n0\r\n\r\n"),
              bad)
        << extension;
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "0;" + extension + "\r\n\r\n"), bad)
        << extension;
  }
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n") + "0 ; a = \"b\tc\"\r\n\r\n"), accepted);
}

std::vector<std::string> samples() {
  return {
      "GET /a?b=c HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\nHEAD /%41 HTTP/1.0\r\n\r\n",
      "\r\nGET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde\r\nGET /b HTTP/1.1\r\nHost: "
      "a\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5;x=\"y\"\r\nabcde\r\n0A\r\n0123456789\r\n"
      "0\r\nTrailer: t\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nxGET /b "
      "HTTP/1.1\r\nHost:\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;x\r\nT: t\r\n\r\nGET / "
      "HTTP/1.0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdeX\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\nabcde\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"\n\"\r\nx\r\n0\r\n\r\n",
      "GET http://other:1/a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\r\n\r\nGET / HTTP/1.0\r\n\r\n",
      "GET /unfinished HTTP/1.1\r\nHost: a\r\nX: ",
  };
}

TEST(RequestParser, ReadsTheSameWhereverTheInputIsCut) {
  for (const std::string& sample : samples()) {
    const std::string_view all(sample);
    const auto whole = read({all});
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(read({all.substr(0, i), all.substr(i)}), whole) << sample << "\ncut at " << i;
      bytes.push_back(all.substr(i, 1));
    }
    EXPECT_EQ(read(bytes), whole) << sample;
  }
}

TEST(RequestParser, ReadsTheSameAtItsLimitsWhereverTheInputIsCut) {
  std::mt19937 random(7);
  for (const std::string& sample :
       {request_line_of(limits::request_line_bytes), request_line_of(limits::request_line_bytes + 1),
        fields_of(limits::request_header_bytes), fields_of(limits::request_header_bytes + 1),
        body_of(limits::discarded_body_bytes),
        std::string(limits::request_line_bytes + 50, 'a') + "\n\r\n"}) {
    const std::string_view all(sample);
    const auto whole = read({all});
    for (int round = 0; round < 50; ++round) {
      std::vector<std::string_view> pieces;
      for (std::size_t at = 0; at < all.size();) {
        const std::size_t size =
            std::uniform_int_distribution<std::size_t>(1, round % 2 == 0 ? 9'000 : 30)(random);
        pieces.push_back(all.substr(at, size));
        at += size;
      }
      ASSERT_EQ(read(pieces), whole);
    }
    ASSERT_EQ(read({all.substr(0, all.size() - 1), all.substr(all.size() - 1)}), whole);
  }
}

}  // namespace
}  // namespace parley::http
