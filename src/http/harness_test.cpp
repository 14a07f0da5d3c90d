#include "http/harness_test.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "encoding/compression.hpp"
#include "encoding/utf8.hpp"
#include "http/tls_harness_test.hpp"

namespace parley::http::test {

namespace {

constexpr std::chrono::seconds patience{20};

/// Requests are not logged to standard error by tests that do not ask for the log.
[[maybe_unused]] const bool quiet = [] {
  base::set_log_level(base::Level::error);
  return true;
}();

const std::string& text_of_megabyte() {
  static const std::string text = [] {
    std::string made;
    for (int i = 0; made.size() < 1024 * 1024; ++i) made += "{\"row\":" + std::to_string(i) + "},";
    return made;
  }();
  return text;
}

std::size_t number_in(std::string_view text, int base) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::size_t query_number(const Request& request, std::string_view name, std::size_t otherwise) {
  for (const auto& [key, value] : request.target.query) {
    if (key == name) return number_in(value, 10);
  }
  return otherwise;
}

base::Task<void> answer_small(const Request& request, Responder responder) {
  (void)request;
  Response small{200, "application/json; charset=utf-8", {}, R"({"small":true})"};
  co_await std::move(responder).send(std::move(small));
}

base::Task<void> answer_echo(const Request& request, Responder responder) {
  std::string body;
  for (const std::string& segment : request.target.segments) body += "[" + segment + "]";
  for (const auto& [name, value] : request.target.query) body += "{" + name + "=" + value + "}";
  Response echo{200, "text/plain; charset=utf-8", {}, std::move(body)};
  co_await std::move(responder).send(std::move(echo));
}

base::Task<void> answer_large(const Request& request, Responder responder) {
  const std::size_t bytes = query_number(request, "bytes", 0);
  const std::size_t piece = query_number(request, "piece", 1000);
  const std::size_t cut_at = query_number(request, "cut", bytes);
  const std::string text = large_text(bytes);
  BodyStream stream = std::move(responder).stream(Response{200, "application/json; charset=utf-8", {}, {}});
  // Of so many pieces one is given as it was deflated before, to a client that takes it.
  const std::size_t deflated = query_number(request, "deflated", 0);
  for (std::size_t done = 0; done < cut_at; done += piece) {
    const std::string_view part = std::string_view(text).substr(done, std::min(piece, cut_at - done));
    if (deflated > 0 && done / piece % deflated == 0 && stream.takes_deflated()) {
      std::string packed;
      const std::uint32_t crc32 = encoding::deflate_piece(packed, part, 6);
      // In two parts, as one that does not fit at once.
      const std::size_t half = packed.size() / 2;
      stream.deflated_buffer(crc32, part.size()).append(packed, 0, half);
      stream.deflated_buffer(0, 0).append(packed, half);
    } else {
      stream.buffer() += part;
    }
    auto flushed = co_await stream.flush_if_full();
    if (!flushed) co_return;
  }
  if (cut_at < bytes) co_return;
  auto finished = co_await stream.finish();
  (void)finished;
}

base::Task<void> answer_nothing(const Request& request, Responder responder) {
  (void)request;
  const Responder dropped = std::move(responder);
  co_return;
}

base::Task<void> answer_not_modified(const Request& request, Responder responder) {
  (void)request;
  Response unchanged{304, {}, {}, {}};
  unchanged.headers.add("ETag", "W/\"1\"");
  co_await std::move(responder).send(std::move(unchanged));
}

}  // namespace

struct CapturedLog::Store {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;

  [[nodiscard]] std::size_t count(std::string_view text) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        lines, [&](const std::string& line) { return line.find(text) != std::string::npos; }));
  }
};

CapturedLog::CapturedLog() : store_(std::make_shared<Store>()) {
  base::set_log_sink([store = store_](std::string_view line) {
    const std::lock_guard lock(store->mutex);
    store->lines.emplace_back(line);
    store->changed.notify_all();
  });
  base::set_log_level(base::Level::info);
}

CapturedLog::~CapturedLog() {
  base::set_log_level(base::Level::error);
  base::set_log_sink({});
}

std::vector<std::string> CapturedLog::lines() const {
  const std::lock_guard lock(store_->mutex);
  return store_->lines;
}

bool CapturedLog::wait_for(std::string_view text, std::size_t count) const {
  std::unique_lock lock(store_->mutex);
  return store_->changed.wait_for(lock, patience, [&] { return store_->count(text) >= count; });
}

std::size_t CapturedLog::count(std::string_view text) const {
  const std::lock_guard lock(store_->mutex);
  return store_->count(text);
}

void Signal::raise() {
  const std::lock_guard lock(mutex_);
  raised_ = true;
  changed_.notify_all();
}

bool Signal::wait() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return raised_; });
}

std::string Answer::field(std::string_view name) const {
  const std::string lower = encoding::ascii_lower(head);
  const auto at = lower.find("\r\n" + encoding::ascii_lower(name) + ": ");
  if (at == std::string::npos) return std::string(absent);
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

Client::Client(std::uint16_t port, const std::string& host, int receive_buffer) {
  const bool v6 = host.find(':') != std::string::npos;
  descriptor_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval wait{patience.count(), 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  if (receive_buffer != 0) {
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in v4_address{};
  sockaddr_in6 v6_address{};
  v4_address.sin_family = AF_INET;
  v6_address.sin6_family = AF_INET6;
  v4_address.sin_port = v6_address.sin6_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &v4_address.sin_addr);
  ::inet_pton(AF_INET6, host.c_str(), &v6_address.sin6_addr);
  const auto* address = v6 ? static_cast<const void*>(&v6_address) : static_cast<const void*>(&v4_address);
  const socklen_t size = v6 ? sizeof v6_address : sizeof v4_address;
  if (::connect(descriptor_, static_cast<const sockaddr*>(address), size) != 0) {
    ::close(std::exchange(descriptor_, -1));
  }
}

Client::Client(std::uint16_t port, const TlsTerms& terms, int receive_buffer)
    : Client(port, "127.0.0.1", receive_buffer) {
  tls_ = std::make_unique<ClientTls>(terms);
  tls_->shake_hands(*this);
}

Client::Client(Client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      reset_(other.reset_),
      buffered_(std::move(other.buffered_)),
      tls_(std::move(other.tls_)) {}

Client::~Client() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Client::send(std::string_view bytes) const {
  return tls_ ? tls_->send(*this, bytes) : send_unsealed(bytes);
}

bool Client::send_unsealed(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::shut_down_sending() const {
  ::shutdown(descriptor_, SHUT_WR);
}

void Client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(descriptor_, -1));
}

std::string Client::read_some(std::size_t size) {
  return tls_ ? tls_->read_some(*this, size) : read_unsealed(size);
}

std::string Client::read_unsealed(std::size_t size) {
  std::string bytes(size, '\0');
  const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (got < 0 && errno == ECONNRESET) reset_ = true;
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

bool Client::fill() {
  const std::string bytes = read_some(64 * 1024);
  buffered_ += bytes;
  return !bytes.empty();
}

std::string Client::read_to_end() {
  while (fill()) continue;
  return std::exchange(buffered_, {});
}

Answer Client::read_answer(bool to_head) {
  Answer answer;
  while (buffered_.find("\r\n\r\n") == std::string::npos) {
    if (!fill()) return answer;
  }
  const auto end = buffered_.find("\r\n\r\n") + 4;
  answer.head = buffered_.substr(0, end);
  buffered_.erase(0, end);
  answer.status = static_cast<int>(number_in(answer.head.substr(9, 3), 10));
  const std::string length = answer.field("Content-Length");
  const bool chunked = answer.field("Transfer-Encoding") == "chunked";
  if (to_head || answer.status == 304 || answer.status == 204 || answer.status < 200) {
    answer.whole = true;
  } else if (chunked) {
    read_chunks(answer);
  } else if (length != absent) {
    const std::size_t wanted = number_in(length, 10);
    while (buffered_.size() < wanted && fill()) continue;
    answer.body = buffered_.substr(0, wanted);
    buffered_.erase(0, wanted);
    answer.whole = answer.body.size() == wanted;
  } else {
    answer.body = read_to_end();
    answer.whole = !reset_;
  }
  return answer;
}

void Client::read_chunks(Answer& answer) {
  for (;;) {
    auto line = buffered_.find("\r\n");
    while (line == std::string::npos) {
      if (!fill()) return;
      line = buffered_.find("\r\n");
    }
    const std::size_t size = number_in(buffered_.substr(0, line), 16);
    while (buffered_.size() < line + 2 + size + 2) {
      if (!fill()) return;
    }
    answer.body.append(buffered_, line + 2, size);
    buffered_.erase(0, line + 2 + size + 2);
    ++answer.chunks;
    if (size != 0) continue;
    answer.whole = true;
    return;
  }
}

Response render_refusal(Refusal refusal, std::string_view detail) {
  const auto make = [&](int status, std::string_view name) {
    return Response{status, "text/plain; charset=utf-8", {}, std::string(name) + " " + std::string(detail)};
  };
  switch (refusal) {
    case Refusal::bad_request:
      return make(400, "bad_request");
    case Refusal::request_timeout:
      return make(408, "request_timeout");
    case Refusal::content_too_large:
      return make(413, "content_too_large");
    case Refusal::uri_too_long:
      return make(414, "uri_too_long");
    case Refusal::headers_too_large:
      return make(431, "headers_too_large");
    case Refusal::unknown_path:
      return make(404, "unknown_path");
    case Refusal::method_not_allowed:
      return make(405, "method_not_allowed");
    case Refusal::unavailable:
      return make(503, "unavailable");
  }
  return make(500, "");
}

std::unique_ptr<Server> serve(std::vector<Route> routes, ServerBounds bounds, unsigned threads,
                              const std::optional<TlsFiles>& tls) {
  ServerOptions options;
  options.port = 0;
  options.threads = threads;
  options.router = std::make_shared<const Router>(std::move(routes), render_refusal);
  options.render_refusal = render_refusal;
  options.bounds = bounds;
  options.tls = tls;
  auto server = Server::start(std::move(options));
  PARLEY_CHECK(server.has_value());
  return *std::move(server);
}

std::uint16_t port_of(const Server& server) {
  const std::string& url = server.url();
  return static_cast<std::uint16_t>(number_in(std::string_view(url).substr(url.rfind(':') + 1), 10));
}

std::vector<Route> usual_routes() {
  const std::vector<Verb> read{Verb::get, Verb::head};
  return {{"/small", read, answer_small},
          {"/echo/{text}", read, answer_echo},
          {"/large", read, answer_large},
          {"/nothing", read, answer_nothing},
          {"/not-modified", read, answer_not_modified},
          {"/only-get", {Verb::get}, answer_small}};
}

std::string large_text(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text.append(text_of_megabyte(), 0, bytes - text.size());
  return text;
}

std::string get(std::string_view target, std::string_view fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n";
}

}  // namespace parley::http::test
