// The request line with its query, and the head and body around it: whatever the bytes are, reading them
// ends, gives the same wherever they are cut, and hands on only text. Input: one byte that picks the cuts,
// then what a client sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "encoding/utf8.hpp"
#include "http/negotiation.hpp"
#include "http/request_parser.hpp"

namespace {

using namespace parley;
using Progress = http::RequestParser::Progress;

void check_text(std::string_view text) {
  PARLEY_CHECK(encoding::is_valid_utf8(text));
  PARLEY_CHECK(text.find('\0') == std::string_view::npos);
}

void check_target(const http::Target& target) {
  for (const auto& segment : target.segments) check_text(segment);
  PARLEY_CHECK(target.query.size() <= limits::query_parameters);
  check_text(target.query_fault);
  PARLEY_CHECK(target.query_fault.empty() || target.query.empty());
  for (const auto& [name, value] : target.query) {
    check_text(name);
    check_text(value);
  }
}

std::string written(const http::RequestParser& parser) {
  const http::Request& request = parser.request();
  check_target(request.target);
  std::string text(http::name_of(request.verb));
  for (const auto& segment : request.target.segments) text += "\n/" + segment;
  for (const auto& [name, value] : request.target.query) text += "\n?" + name + "=" + value;
  for (const auto& [name, value] : request.headers) {
    PARLEY_CHECK(value.find_first_of("\r\n") == std::string::npos);
    text += "\n" + name + ": " + value;
  }
  // Ends for every value; what they say is tested elsewhere.
  const auto weights = http::coding_weights(request.header("accept-encoding"));
  text += http::choose_coding(weights, true) == http::Coding::gzip ? "\ngzip" : "\nplain";
  text += request.has_entity_tag("W/\"1\"") ? "\nknown" : "\nnew";
  return text + (parser.keep_alive() ? "\nkeep" : "\nclose");
}

/// What a connection sees of the bytes, received in pieces of these sizes, over and over.
std::vector<std::string> read(std::string_view bytes, const std::vector<std::size_t>& sizes) {
  http::RequestParser parser;
  std::string input;
  std::vector<std::string> seen;
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const std::size_t size = std::min(sizes[turn % sizes.size()], bytes.size());
    input += bytes.substr(0, size);
    bytes.remove_prefix(size);
    for (Progress progress = parser.advance(input); progress != Progress::need_more;
         progress = parser.advance(input)) {
      if (progress == Progress::head) continue;
      if (progress == Progress::refused) {
        seen.push_back(std::to_string(static_cast<int>(parser.refusal())) + std::string(parser.detail()));
        return seen;
      }
      seen.push_back(written(parser));
      parser.reset();
    }
  }
  seen.emplace_back(parser.begun(input) ? "unfinished" : "idle");
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string bytes;
  bytes.reserve(size);
  std::transform(data + 1, data + size, std::back_inserter(bytes),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  if (const auto target = http::parse_target(bytes)) check_target(*target);
  const auto whole = read(bytes, {std::max<std::size_t>(bytes.size(), 1)});
  const std::size_t seed = data[0];
  PARLEY_CHECK(read(bytes, {1 + seed % 7, 1 + seed % 31, 1 + seed}) == whole);
  PARLEY_CHECK(read(bytes, {1}) == whole);
  return 0;
}
