#include "http/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "encoding/utf8.hpp"
#include "http/absolute_target.hpp"
#include "http/field_value.hpp"

namespace parley::http {

namespace beast = boost::beast::http;
using boost::beast::error_code;

namespace {

Verb verb_of(beast::verb verb) noexcept {
  // Beast's verbs are WebDAV's and more; those that no route of ours can take are all `other`.
  if (verb == beast::verb::get) return Verb::get;
  if (verb == beast::verb::head) return Verb::head;
  if (verb == beast::verb::options) return Verb::options;
  if (verb == beast::verb::post) return Verb::post;
  if (verb == beast::verb::put) return Verb::put;
  if (verb == beast::verb::patch) return Verb::patch;
  if (verb == beast::verb::delete_) return Verb::remove;
  return Verb::other;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_control(char c) noexcept {
  return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f';
}

/// The shortest end of a chunked body: `0`, CR LF, CR LF.
constexpr std::size_t last_chunk_bytes = 5;

/// Characters of a target that every reader takes for the same, which is not all that Beast lets in.
constexpr auto usual_in_target = [] {
  std::array<bool, 256> usual{};
  for (const std::string_view some :
       {"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "/-_.~?=&%:+,;@!*'()$"}) {
    for (const char c : some) usual[static_cast<unsigned char>(c)] = true;
  }
  return usual;
}();

bool is_usual_in_target(char c) noexcept {
  return usual_in_target[static_cast<unsigned char>(c)];
}

std::size_t count_of(const Request& request, std::string_view name) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count(request.headers, name, &std::pair<std::string, std::string>::first));
}

}  // namespace

/// Beast's tokenizer and chunk decoder, writing straight into our request.
class RequestParser::Beast final : public beast::basic_parser<true> {
 public:
  void begin(RequestParser& owner) { owner_ = &owner; }

 private:
  using Text = boost::beast::string_view;
  using Length = boost::optional<std::uint64_t>;

  void on_request_impl(beast::verb verb, Text, Text target, int version, error_code&) override {
    owner_->request_.verb = verb_of(verb);
    owner_->raw_target_.assign(target.data(), target.size());
    owner_->http_1_1_ = version == 11;
  }
  void on_response_impl(int, Text, int, error_code&) override {}
  void on_field_impl(beast::field, Text name, Text value, error_code& error) override {
    if (owner_->head_read_) return count_trailer(name.size() + value.size(), error);
    owner_->request_.headers.emplace_back(encoding::ascii_lower({name.data(), name.size()}),
                                          std::string(value.data(), value.size()));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const Length&, error_code&) override {}
  std::size_t on_body_impl(Text body, error_code&) override { return keep(body); }
  void on_chunk_header_impl(std::uint64_t size, Text extensions, error_code& error) override {
    if (size > owner_->body_bytes_) {
      owner_->body_too_large_ = true;
      error = beast::error::body_limit;
    }
    // Beast lets a quoted value hold anything. A line end in it would be one to some other server.
    if (std::ranges::any_of(extensions, is_control)) error = beast::error::bad_chunk_extension;
    if (extensions.size() <= limits::chunk_extension_bytes) return;
    owner_->refuse(Refusal::content_too_large, "The extensions of a chunk are too long.");
    error = beast::error::bad_chunk_extension;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code&) override { return keep(body); }
  void on_finish_impl(error_code&) override {}

  std::size_t keep(Text body) {
    if (!owner_->keeps_body_) return body.size();
    // Beast is asked piece by piece, so nothing over the limit is ever held.
    owner_->body_too_large_ = body.size() > owner_->body_bytes_ - owner_->request_.body.size();
    if (!owner_->body_too_large_) owner_->request_.body.append(body.data(), body.size());
    return body.size();
  }

  /// Trailers (RFC 9110 section 6.5.1) mean nothing here, whatever their names: they are only counted.
  void count_trailer(std::size_t size, error_code& error) {
    trailer_bytes_ += size;
    if (trailer_bytes_ <= limits::chunk_extension_bytes) return;
    owner_->refuse(Refusal::headers_too_large, "The trailer fields behind the body are too large.");
    error = beast::error::header_limit;
  }

  RequestParser* owner_ = nullptr;
  std::size_t trailer_bytes_ = 0;  ///< Of names and values so far.
};

RequestParser::RequestParser(const Router* router) : router_(router) {
  reset();
}
RequestParser::~RequestParser() = default;

void RequestParser::reset() {
  // What is polled comes in the same bytes each time: then it need not be read again.
  is_kept_ = !kept_head_.empty();
  head_read_ = false;
  line_begin_ = scanned_ = fields_begin_ = 0;
  if (!is_kept_) forget();
}

/// As new.
void RequestParser::forget() {
  is_kept_ = false;
  kept_head_.clear();
  beast_.reset();
  request_ = Request{};
  raw_target_.clear();
  detail_.clear();
  line_begin_ = scanned_ = fields_begin_ = body_taken_ = body_bytes_ = wire_bytes_ = 0;
  refusal_ = Refusal::bad_request;
  skipped_empty_line_ = head_read_ = keep_alive_ = expects_continue_ = is_chunked_ = false;
  keeps_body_ = body_too_large_ = false;
  http_1_1_ = true;
  place_ = router_ == nullptr ? 0 : router_->size();
}

RequestParser::Progress RequestParser::refuse(Refusal refusal, std::string_view detail) {
  refusal_ = refusal;
  detail_ = detail;
  kept_head_.clear();
  return Progress::refused;
}

RequestParser::Progress RequestParser::advance(std::string& input) {
  if (is_kept_ && !input.empty()) {
    is_kept_ = false;
    if (input.starts_with(kept_head_)) {
      input.erase(0, kept_head_.size());
      head_read_ = true;
      return Progress::complete;
    }
    if (const auto progress = take_another_target(input)) return *progress;
    forget();
  }
  return head_read_ ? read_body(input) : scan_head(input);
}

/// Takes a head that differs from the one before in its path and query alone, as those of a client that
/// fetches one thing after another do: what was found in its fields holds. None where there is more to it.
std::optional<RequestParser::Progress> RequestParser::take_another_target(std::string& input) {
  const std::string_view came = input;
  const std::string_view kept = kept_head_;
  const std::size_t line = came.find('\r');
  if (line > limits::request_line_bytes || !raw_target_.starts_with('/')) return std::nullopt;
  // A request line is the verb, the target and the version, with one space between each two.
  const std::size_t verb_end = kept.find(' ') + 1;
  const std::string_view behind = kept.substr(verb_end + raw_target_.size());
  const std::size_t version_bytes = behind.find('\r');
  if (line <= verb_end + version_bytes || came.substr(0, verb_end) != kept.substr(0, verb_end)) {
    return std::nullopt;
  }
  const std::size_t target_end = line - version_bytes;
  const std::size_t size = target_end + behind.size();
  if (size > limits::idle_input_bytes || came.substr(target_end, behind.size()) != behind)
    return std::nullopt;
  const std::string_view target = came.substr(verb_end, target_end - verb_end);
  if (!target.starts_with('/') || !std::ranges::all_of(target, is_usual_in_target)) return std::nullopt;

  head_read_ = true;
  raw_target_ = target;
  kept_head_.assign(came.substr(0, size));
  input.erase(0, size);
  request_.target = Target{};
  if (read_target() == Progress::refused || choose_body() == Progress::refused) return Progress::refused;
  return Progress::complete;
}

RequestParser::Progress RequestParser::scan_head(std::string& input) {
  for (;;) {
    const auto end = input.find('\n', scanned_);
    if (end == std::string::npos) break;
    scanned_ = end + 1;
    const bool empty_line = end == line_begin_ + 1 && input[line_begin_] == '\r';
    if (empty_line && fields_begin_ == 0 && !skipped_empty_line_) {
      // RFC 9112 section 2.2: one empty line before the request line is overlooked.
      input.erase(0, scanned_);
      scanned_ = 0;
      skipped_empty_line_ = true;
      continue;
    }
    if (check_line(input, end) == Progress::refused) return Progress::refused;
    if (fields_begin_ == 0) fields_begin_ = scanned_;
    if (empty_line) return read_head(input, scanned_);
    line_begin_ = scanned_;
  }
  scanned_ = input.size();
  if (fields_begin_ == 0 && input.size() > limits::request_line_bytes + 1)
    return refuse(Refusal::uri_too_long, {});
  if (fields_begin_ != 0 && input.size() - fields_begin_ > limits::request_header_bytes + 2) {
    return refuse(Refusal::headers_too_large, {});
  }
  return Progress::need_more;
}

/// Sizes come before form, so that a line is refused for the same reason whether it came whole or in pieces.
RequestParser::Progress RequestParser::check_line(std::string_view input, std::size_t end) {
  const std::string_view line = input.substr(line_begin_, end - line_begin_);
  const bool ends_in_cr = line.ends_with('\r');
  const std::size_t size = line.size() - (ends_in_cr ? 1 : 0);
  if (fields_begin_ == 0 && size > limits::request_line_bytes) return refuse(Refusal::uri_too_long, {});
  if (fields_begin_ != 0 &&
      (size == 0 ? line_begin_ : end + 1) - fields_begin_ > limits::request_header_bytes) {
    return refuse(Refusal::headers_too_large, {});
  }
  if (!ends_in_cr)
    return refuse(Refusal::bad_request, "A line ends with LF alone; HTTP ends lines with CR LF.");
  if (line.find('\r') != size) return refuse(Refusal::bad_request, "A line holds a CR that is not its end.");
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return refuse(Refusal::bad_request, "A line begins with a space: folded header lines are not accepted.");
  }
  return Progress::need_more;
}

RequestParser::Progress RequestParser::read_head(std::string& input, std::size_t size) {
  beast_ = std::make_unique<Beast>();
  beast_->begin(*this);
  beast_->header_limit(limits::request_line_bytes + limits::request_header_bytes + 8);
  // Ours depends on the route; and Beast counts a chunk again each time it looks at a line whose extensions
  // it finds unfinished.
  beast_->body_limit(boost::none);
  error_code error;
  beast_->put(boost::asio::buffer(input.data(), size), error);
  if (error == beast::error::bad_version)
    return refuse(Refusal::bad_request, "Only HTTP/1.0 and HTTP/1.1 are spoken.");
  if (error || !beast_->is_header_done())
    return refuse(Refusal::bad_request, "The request head is not well formed.");
  head_read_ = true;
  keep_alive_ = beast_->keep_alive();
  kept_head_.assign(input, 0, size);
  input.erase(0, size);
  if (check_fields() == Progress::refused || check_framing() == Progress::refused) return Progress::refused;
  if (read_target() == Progress::refused || choose_body() == Progress::refused) return Progress::refused;
  const bool has_body = !beast_->is_done();
  // Of a head, no more is kept than of the input: an idle connection holds both.
  if (has_body || size > limits::idle_input_bytes) kept_head_ = std::string();
  return has_body ? Progress::head : Progress::complete;
}

RequestParser::Progress RequestParser::check_fields() {
  const auto hosts = count_of(request_, "host");
  if (hosts > 1 || (http_1_1_ && hosts == 0))
    return refuse(Refusal::bad_request, "A request has one Host header.");
  if (!is_authority(request_.header("host")))
    return refuse(Refusal::bad_request, "The Host header holds no host.");
  expects_continue_ = http_1_1_ && encoding::ascii_lower(request_.header("expect")) == "100-continue";
  return Progress::need_more;
}

/// RFC 9112 section 6.3, in its strict reading: what another server on the way could read in another way is
/// refused.
RequestParser::Progress RequestParser::check_framing() {
  const auto lengths = count_of(request_, "content-length");
  const auto codings = count_of(request_, "transfer-encoding");
  const std::string_view length = request_.header("content-length");
  if (lengths > 1 || (lengths == 1 && (length.empty() || !std::ranges::all_of(length, is_digit)))) {
    return refuse(Refusal::bad_request, "A request has at most one Content-Length, a decimal number.");
  }
  is_chunked_ = codings != 0;
  if (!is_chunked_) return Progress::need_more;
  if (lengths != 0)
    return refuse(Refusal::bad_request, "Content-Length and Transfer-Encoding exclude each other.");
  if (codings > 1 || !http_1_1_ || encoding::ascii_lower(request_.header("transfer-encoding")) != "chunked") {
    return refuse(Refusal::bad_request, "The only Transfer-Encoding of a request is chunked, in HTTP/1.1.");
  }
  return Progress::need_more;
}

RequestParser::Progress RequestParser::read_target() {
  // `OPTIONS *` and CONNECT name no path of ours; the router tells what verbs there are.
  if (request_.verb == Verb::options && raw_target_ == "*") {
    request_.target.segments.emplace_back("*");
    return Progress::need_more;
  }
  std::optional<AbsoluteTarget> absolute;
  if (!raw_target_.starts_with('/')) absolute = absolute_target(raw_target_);
  if (absolute) {
    const std::string_view authority = absolute->authority;
    if (authority.empty() || authority.starts_with(':') || !is_authority(authority))
      return refuse(Refusal::bad_request, "The request target holds no host.");
    replace_host(authority);
  }
  auto target = parse_target(absolute ? std::string_view(absolute->rest) : raw_target_);
  if (!target && request_.verb == Verb::other) return Progress::need_more;
  if (!target) return refuse(Refusal::bad_request, target.error().public_text);
  request_.target = *std::move(target);
  return Progress::need_more;
}

/// RFC 9112 section 3.2.2: what an absolute-form target names counts, not the Host header.
void RequestParser::replace_host(std::string_view authority) {
  const auto host = std::ranges::find(request_.headers, "host", &std::pair<std::string, std::string>::first);
  if (host == request_.headers.end()) {
    request_.headers.emplace_back("host", authority);
  } else {
    host->second = authority;
  }
}

/// What the route takes of a body, and whether this one is known to be more before it comes.
RequestParser::Progress RequestParser::choose_body() {
  if (router_ != nullptr) place_ = router_->place_of(request_);
  const std::size_t kept = router_ == nullptr ? 0 : router_->body_bytes_at(place_, request_.verb);
  keeps_body_ = kept > 0;
  body_bytes_ = keeps_body_ ? kept : limits::discarded_body_bytes;
  // A chunk of one byte takes six on the wire.
  wire_bytes_ = keeps_body_ ? 8 * kept : limits::discarded_body_bytes;
  const auto length = beast_->content_length();
  if (length && *length > body_bytes_) return refuse(Refusal::content_too_large, {});
  return Progress::need_more;
}

RequestParser::Progress RequestParser::read_body(std::string& input) {
  // What is taken leaves the input in one piece at the end: a body of tiny chunks costs no quadratic time.
  std::size_t begin = 0;
  Progress progress = Progress::complete;
  while (!beast_->is_done()) {
    // The limit counts what is on the wire, so that chunk headers cannot make a small body endless.
    const std::size_t pending = input.size() - begin;
    const std::size_t allowed = std::min(pending, wire_bytes_ - body_taken_);
    error_code error;
    // Beast asserts that the last chunk never comes in fewer bytes than it has. Every chunk header has at
    // least those before the body's end, so to wait for them delays nothing.
    const bool enough = allowed >= (is_chunked_ ? last_chunk_bytes : 1);
    const auto taken = enough ? beast_->put(boost::asio::buffer(input.data() + begin, allowed), error) : 0;
    begin += taken;
    body_taken_ += taken;
    if (body_too_large_) {
      progress = refuse(Refusal::content_too_large, {});
    } else if (error && error != beast::error::need_more) {
      // What our limits refused has its words already.
      if (detail_.empty()) refuse(Refusal::bad_request, "The body is not well formed.");
      progress = Progress::refused;
    } else if (taken == 0 && !beast_->is_done()) {
      progress = pending > allowed ? refuse(Refusal::content_too_large, {}) : Progress::need_more;
    }
    if (progress != Progress::complete) break;
  }
  input.erase(0, begin);
  return progress;
}

}  // namespace parley::http
