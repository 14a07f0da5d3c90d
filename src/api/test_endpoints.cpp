#include "api/test_endpoints.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "api/answer.hpp"
#include "api/form.hpp"
#include "api/parameters.hpp"
#include "base/limits.hpp"
#include "base/time.hpp"
#include "base/time_zone.hpp"
#include "encoding/json_writer.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using http::Verb;

constexpr std::string_view usual_type = "application/octet-stream";

Task<void> echo(const http::Request& request, http::Responder responder) {
  const std::string_view type = request.header("content-type");
  http::Response response;
  response.content_type = type.empty() ? usual_type : type;
  response.headers.add("Cache-Control", "no-store");
  // Whatever a stranger sends must not run as a page of this server.
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Content-Security-Policy", "sandbox");
  response.body = request.body;
  co_await std::move(responder).send(std::move(response));
}

void append_row(std::string& rows, std::string_view asked, base::Timestamp time,
                base::LocalTimeWriter& local_time) {
  if (!rows.empty()) rows.push_back(',');
  rows += "{\"t\":";
  encoding::append_json_string(rows, asked);
  rows += ",\"localTime\":\"";
  local_time.append(rows, time);
  rows += "\"}";
}

/// The rows of `/test/local-time`: one for each `t`, in the order given; a request line holds some hundreds.
Result<http::Response> local_times(const http::Request& request) {
  if (!request.target.query_fault.empty()) {
    return base::fail(ErrorCode::invalid_argument, request.target.query_fault);
  }
  PARLEY_TRY_ASSIGN(const base::TimeZone zone, read_zone(request));
  const auto times = repeated_parameter(request, "t");
  if (times.empty()) {
    return base::fail(ErrorCode::missing_argument,
                      "t is missing; it takes a date and time such as 2026-03-29T01:30:00Z");
  }
  base::LocalTimeWriter local_time(zone);
  http::Response response;
  response.content_type = json_type;
  response.headers.add("Cache-Control", "no-store");
  response.rows = times.size();
  std::string rows;
  for (const std::string_view text : times) {
    const auto time = base::parse_iso8601(text);
    if (!time) return bad_parameter("t", text, time.error().public_text);
    append_row(rows, text, *time, local_time);
  }
  response.body.append(envelope_begin)
      .append(rows)
      .append(envelope_end(static_cast<std::int64_t>(times.size())));
  return response;
}

Task<void> tell_local_times(const http::Request& request, http::Responder responder) {
  auto told = local_times(request);
  http::Response response = told ? *std::move(told) : render_error(told.error());
  co_await std::move(responder).send(std::move(response));
}

}  // namespace

std::vector<http::Route> test_routes() {
  http::Route echoing{"/test/echo", {}, echo, "testEcho"};
  echoing.any_verb = true;
  // What the longest message has.
  echoing.body_bytes = limits::message_bytes;
  return {std::move(echoing),
          {"/test/local-time", {Verb::get, Verb::head}, tell_local_times, "testLocalTime"}};
}

}  // namespace parley::api
