#include "api/cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <span>

#include "api/parameters.hpp"
#include "base/limits.hpp"
#include "base/secret.hpp"
#include "encoding/url.hpp"
#include "http/own_url.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using Query = std::vector<std::pair<std::string, std::string>>;

/// The query parameters that an answer depends on: `cursorCheck` holds for all of them. What else a client
/// sends changes nothing, neither here.
constexpr std::array<std::string_view, 17> checked_names = {
    "agentId",       "agentIds",  "bom",      "channel",      "channels",     "cursorId",
    "cursorUpdated", "endTime",   "fileType", "include",      "pageFilterId", "raw",
    "separator",     "startTime", "timezone", "updatedAfter", "updatedUntil"};

constexpr std::string_view takes_next = "takes what the answer before said in next";

std::string_view plain_name(std::string_view name) {
  if (name.ends_with("[]")) name.remove_suffix(2);
  return name;
}

bool is_checked(std::string_view name) {
  return std::ranges::find(checked_names, name) != checked_names.end();
}

/// A digest of the account, the method, what its path names and the parameters, in whatever order they stand.
std::string check_of(const Call& call, const Query& query) {
  std::string seen = fmt::format("{}\n", call.sid);
  // Lengths keep neighbouring values apart.
  const auto add = [&seen](std::string_view text) {
    fmt::format_to(std::back_inserter(seen), "{}:{}\n", text.size(), text);
  };
  add(call.request.target.segments[1]);
  for (const std::string& argument : call.arguments) add(argument);
  std::vector<std::pair<std::string_view, std::string_view>> checked;
  for (const auto& [name, value] : query) {
    if (is_checked(plain_name(name))) checked.emplace_back(plain_name(name), value);
  }
  std::ranges::sort(checked);
  for (const auto& [name, value] : checked) {
    add(name);
    add(value);
  }
  const base::Sha256 digest = base::sha256(seen);
  return base::to_hex(std::span(digest).first(limits::cursor_check_characters / 2));
}

std::unexpected<base::Error> absent(std::string_view name) {
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("{} is absent; with the other parts of a cursor it {}", name, takes_next));
}

}  // namespace

Result<base::Timestamp> parse_cursor_time(std::string_view text) {
  std::int64_t milliseconds = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, milliseconds);
  const bool is_number = error == std::errc() && rest == end;
  if (!is_number || milliseconds < base::epoch_ms(base::first_timestamp) ||
      milliseconds > base::epoch_ms(base::last_timestamp)) {
    return base::fail(ErrorCode::invalid_argument, "takes a time in milliseconds since 1970");
  }
  return base::from_epoch_ms(milliseconds);
}

Result<std::optional<Cursor>> read_cursor(const Call& call) {
  const http::Request& request = call.request;
  PARLEY_TRY_ASSIGN(const auto time, single_parameter(request, "cursorUpdated"));
  PARLEY_TRY_ASSIGN(const auto id, single_parameter(request, "cursorId"));
  PARLEY_TRY_ASSIGN(const auto check, single_parameter(request, "cursorCheck"));
  if (!time && !id && !check) return std::nullopt;
  if (!time) return absent("cursorUpdated");
  if (!id) return absent("cursorId");
  if (!check) return absent("cursorCheck");
  const auto parsed = parse_cursor_time(*time);
  if (!parsed) return bad_parameter("cursorUpdated", *time, parsed.error().public_text);
  if (*check != check_of(call, request.target.query)) {
    return bad_parameter("cursorCheck", *check,
                         "takes what the answer before said in next, with the same parameters, the same "
                         "method and the same account");
  }
  return Cursor{*parsed, std::string(*id)};
}

std::string next_url(const Call& call, std::string_view base_url, const Cursor& cursor,
                     const Additions& additions) {
  Query query;
  const auto is_replaced = [&additions](std::string_view name) {
    return name == "cursorUpdated" || name == "cursorId" || name == "cursorCheck" ||
           std::ranges::any_of(additions, [name](const auto& addition) { return addition.first == name; });
  };
  for (const auto& parameter : call.request.target.query) {
    if (!is_replaced(plain_name(parameter.first))) query.push_back(parameter);
  }
  query.insert(query.end(), additions.begin(), additions.end());
  query.emplace_back("cursorUpdated", fmt::format("{}", base::epoch_ms(cursor.time)));
  query.emplace_back("cursorId", cursor.id);
  query.emplace_back("cursorCheck", check_of(call, query));
  std::string url(base_url);
  for (const std::string& segment : call.request.target.segments) {
    url.push_back('/');
    encoding::append_percent_encoded(url, segment);
  }
  char separator = '?';
  for (const auto& [name, value] : query) {
    url.push_back(separator);
    encoding::append_percent_encoded(url, name);
    url.push_back('=');
    encoding::append_percent_encoded(url, value);
    separator = '&';
  }
  return url;
}

Result<std::string> base_url(const Call& call) {
  auto url = http::own_url(call.request, call.public_url);
  if (!url) {
    return bad_parameter("the header Host", call.request.header("host"),
                         "takes this server's name, of which next is made");
  }
  return *std::move(url);
}

}  // namespace parley::api
