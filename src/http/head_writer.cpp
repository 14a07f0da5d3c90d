#include "http/head_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "encoding/json_writer.hpp"

namespace parley::http {

namespace {

/// Room for the head of an ordinary answer and a small body behind it.
constexpr std::size_t usual_head_bytes = 2 * 1024;

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // RFC 9112 section 4: the phrase may be empty, clients ignore it.
  }
}

}  // namespace

void append_head(std::string& out, const Response& response, const HeadFacts& facts) {
  out.reserve(out.size() + usual_head_bytes);
  out += "HTTP/1.1 ";
  encoding::append_decimal(out, std::int64_t{response.status});
  out.append(" ").append(reason_of(response.status));
  out.append("\r\nDate: ").append(facts.date).append("\r\n");
  if (facts.framing != BodyFraming::none && !response.content_type.empty()) {
    append_field(out, "Content-Type", response.content_type);
  }
  if (facts.framing == BodyFraming::length) {
    out += "Content-Length: ";
    encoding::append_decimal(out, static_cast<std::int64_t>(facts.length));
    out += "\r\n";
  }
  if (facts.framing == BodyFraming::chunked) out += "Transfer-Encoding: chunked\r\n";
  if (!facts.coding.empty()) out.append("Content-Encoding: ").append(facts.coding).append("\r\n");
  response.headers.append_to(out, facts.varies);
  if (facts.connection == ConnectionHeader::close) out += "Connection: close\r\n";
  if (facts.connection == ConnectionHeader::keep_alive) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

bool is_bodyless(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

void append_http_date(std::string& out, std::time_t time) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  gmtime_r(&time, &parts);
  fmt::format_to(std::back_inserter(out), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                 days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                 months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                 parts.tm_min, parts.tm_sec);
}

}  // namespace parley::http
