// Whole requests on one connection, heads and bodies, against a second reading of where each ends: the plain
// words of RFC 9112 sections 2.2, 6.3 and 7.1. Cut at random bytes they read the same. Input: two bytes that
// choose the cuts, then what a client sends.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "http/request_parser.hpp"

namespace {

using namespace parley;
using Progress = http::RequestParser::Progress;

/// The part before the next CR LF, both taken off `text`; none when there is no such end.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

bool holds_line_end(std::string_view line) {
  return line.find_first_of("\r\n") != std::string_view::npos;
}

std::size_t count_of(const http::Request& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::count(request.headers, name, &std::pair<std::string, std::string>::first));
}

/// A head that was taken, from the first byte to the empty line that ends it.
void check_head(std::string_view head, const http::RequestParser& parser) {
  PARLEY_CHECK(head.ends_with("\r\n\r\n"));
  if (head.starts_with("\r\n")) head.remove_prefix(2);
  std::size_t lines = 0;
  for (auto line = take_line(head); line && !line->empty(); line = take_line(head), ++lines) {
    PARLEY_CHECK(!holds_line_end(*line));
    PARLEY_CHECK(!line->starts_with(' ') && !line->starts_with('\t'));
    const auto colon = line->find(':');
    PARLEY_CHECK(lines == 0 || (colon != std::string_view::npos && line->find_first_of(" \t") > colon));
  }
  PARLEY_CHECK(head.empty());
  const http::Request& request = parser.request();
  PARLEY_CHECK(count_of(request, "host") <= 1);
  PARLEY_CHECK(!parser.is_http_1_1() || count_of(request, "host") == 1);
  PARLEY_CHECK(count_of(request, "content-length") + count_of(request, "transfer-encoding") <= 1);
}

/// The bytes of a chunked body that was taken must be one, exactly.
void check_chunks(std::string_view body) {
  for (;;) {
    const auto line = take_line(body);
    PARLEY_CHECK(line && !holds_line_end(*line));
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), size, 16);
    PARLEY_CHECK(error == std::errc() && size <= limits::discarded_body_bytes);
    const auto digits = static_cast<std::size_t>(end - line->data());
    PARLEY_CHECK(line->size() - digits <= limits::chunk_extension_bytes);
    if (size == 0) break;
    PARLEY_CHECK(body.size() >= size + 2 && body.substr(size, 2) == "\r\n");
    body.remove_prefix(size + 2);
  }
  auto line = take_line(body);
  while (line && !line->empty()) line = take_line(body);
  PARLEY_CHECK(line && body.empty());
}

void check_body(std::string_view body, const http::Request& request) {
  PARLEY_CHECK(body.size() <= limits::discarded_body_bytes);
  if (count_of(request, "transfer-encoding") != 0) return check_chunks(body);
  const std::string_view length = request.header("content-length");
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), size);
  PARLEY_CHECK(length.empty() || (error == std::errc() && end == length.data() + length.size()));
  PARLEY_CHECK(body.size() == size);
}

std::string written(const http::RequestParser& parser) {
  const http::Request& request = parser.request();
  std::string text(http::name_of(request.verb));
  for (const auto& segment : request.target.segments) text += "\n/" + segment;
  for (const auto& [name, value] : request.target.query) text += "\n?" + name + "=" + value;
  for (const auto& [name, value] : request.headers) text += "\n" + name + ": " + value;
  text += parser.is_http_1_1() ? "\n1.1" : "\n1.0";
  text += parser.expects_continue() ? " continue" : "";
  return text + (parser.keep_alive() ? " keep" : " close");
}

/// Reads a connection's bytes as they come and notes what it sees.
class Reading {
 public:
  void receive(std::string_view piece) {
    if (refused_) return;
    input_ += piece;
    taken_ += piece;
    while (step()) {
    }
  }

  std::vector<std::string> end() {
    if (!refused_) seen_.emplace_back(parser_.begun(input_) ? "unfinished" : "idle");
    return std::move(seen_);
  }

 private:
  bool step() {
    const Progress progress = parser_.advance(input_);
    PARLEY_CHECK(taken_.ends_with(input_));
    const std::string_view request = std::string_view(taken_).substr(0, taken_.size() - input_.size());
    if (progress == Progress::need_more) return false;
    if (progress == Progress::refused) {
      seen_.push_back(std::to_string(static_cast<int>(parser_.refusal())) + std::string(parser_.detail()));
      refused_ = true;
      return false;
    }
    if (head_bytes_ == 0) {
      head_bytes_ = request.size();
      check_head(request, parser_);
    }
    if (progress == Progress::head) return true;
    check_body(request.substr(head_bytes_), parser_.request());
    seen_.push_back(written(parser_));
    parser_.reset();
    taken_ = input_;
    head_bytes_ = 0;
    return true;
  }

  http::RequestParser parser_;
  std::string input_;
  std::string taken_;  ///< The bytes from where this request begins, and what of the input is behind it.
  std::size_t head_bytes_ = 0;
  std::vector<std::string> seen_;
  bool refused_ = false;
};

std::vector<std::string> read_cut(std::string_view bytes, std::uint32_t seed, std::size_t longest) {
  std::minstd_rand random(seed + 1);
  Reading reading;
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(1 + random() % longest, bytes.size());
    reading.receive(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return reading.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string bytes;
  bytes.reserve(size);
  std::transform(data + 2, data + size, std::back_inserter(bytes),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  Reading reading;
  reading.receive(bytes);
  const std::vector<std::string> whole = reading.end();
  const std::uint32_t seed = data[0] * 256U + data[1];
  for (const std::size_t longest : {std::size_t{1}, std::size_t{9}, std::size_t{200}})
    PARLEY_CHECK(read_cut(bytes, seed, longest) == whole);
  if (whole.back() != "idle") return 0;
  // Nothing of the bytes is left: what comes next is read as if it were the first.
  const std::vector<std::string> next =
      read_cut(bytes + "GET /next HTTP/1.0\r\n\r\n", seed, bytes.size() + 40);
  PARLEY_CHECK(next.size() == whole.size() + 1);
  PARLEY_CHECK(next[next.size() - 2] == "GET\n/next\n1.0 close");
  return 0;
}
