// The cursor of a page, and the Host header that next is made of: whatever a client sends, reading it ends
// in a cursor or a refusal by name; what next says is read back as the same cursor, and no other is taken
// for it. Input: the query of a request, then a line end and its Host header.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "api/cursor.hpp"
#include "api/paging.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/scheduler.hpp"
#include "base/worker_pool.hpp"
#include "http/own_url.hpp"
#include "http/request.hpp"
#include "statistics/day_queue.hpp"
#include "store/side_files.hpp"

namespace {

using namespace parley;

/// No cursor is looked up in a store.
class NoDatabase final : public store::Database {
 public:
  base::Task<base::Result<>> read(store::ReadBody) override { return none(); }
  base::Task<base::Result<>> write(store::Priority, store::WriteBody) override { return none(); }
  void set_hooks(std::vector<store::Hook>) override {}
  store::SideFiles& files() noexcept override { return files_; }

 private:
  static base::Task<base::Result<>> none() {
    return base::Task<base::Result<>>::ready(base::fail(base::ErrorCode::unavailable, {}));
  }

  store::SideFiles files_{"/nowhere"};
};

/// Asks `use` about a request to this target.
template <typename Use>
auto asked(const http::Request& request, Use use) {
  static NoDatabase database;
  static statistics::DayQueue days;
  static base::WorkerPool pool(0, 0);
  static change::NumberMemory numbers(database);
  static api::AnswerMemory answers;
  static const account::Grant grant;
  const auto arguments = std::span(request.target.segments).subspan(4);
  const api::Call call{request, database, numbers, answers, days, pool, grant, 1, arguments, {}, {}};
  return use(call);
}

http::Request request_of(std::string_view target, std::string_view host) {
  http::Request request;
  if (auto parsed = http::parse_target(target)) request.target = *std::move(parsed);
  request.headers.emplace_back("host", host);
  return request;
}

void check_refusal(const base::Error& error) {
  PARLEY_CHECK(error.code == base::ErrorCode::invalid_argument);
  PARLEY_CHECK(error.public_text.starts_with("cursor") || error.public_text.starts_with("limit") ||
               error.public_text.starts_with("the header Host"));
}

void check(std::string_view query, std::string_view host) {
  const std::string path = "/message/chatStatistics/-/1";
  const http::Request request = request_of(path + "?" + std::string(query), host);
  if (request.target.segments.size() != 4 || !request.target.query_fault.empty()) return;
  const auto page = asked(request, [](const api::Call& call) { return api::read_page_request(call); });
  if (!page) check_refusal(page.error());
  if (page && page->limit) PARLEY_CHECK(*page->limit >= 1 && *page->limit <= limits::page_rows);
  const api::Cursor cursor{base::from_epoch_ms(1'577'836'800'000), "7"};
  const std::string next = asked(request, [&](const api::Call& call) {
    return api::next_url(call, "http://localhost", cursor, {{"endTime", "2020-01-01T00:00:00.000Z"}});
  });
  PARLEY_CHECK(
      next.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%/:?&=") ==
      std::string::npos);
  const http::Request following = request_of(next.substr(std::string_view("http://localhost").size()), host);
  // A query at its most parameters has no room for a cursor.
  if (!following.target.query_fault.empty()) return;
  PARLEY_CHECK(asked(following, [](const api::Call& call) { return api::read_cursor(call); }) == cursor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text;
  text.reserve(size);
  std::transform(data, data + size, std::back_inserter(text),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  const std::size_t line = text.find('\n');
  const std::string host = line == std::string::npos ? std::string("localhost") : text.substr(line + 1);
  check(std::string_view(text).substr(0, line), host);
  if (const auto time = api::parse_cursor_time(text)) {
    PARLEY_CHECK(*time >= base::first_timestamp && *time <= base::last_timestamp);
  }
  if (http::is_host(host)) PARLEY_CHECK(host.find_first_of(" \r\n/@<>\"%") == std::string::npos);
  return 0;
}
