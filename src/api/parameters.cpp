#include "api/parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "encoding/utf8.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;

bool is_named(std::string_view given, std::string_view name) {
  if (given.ends_with("[]")) given.remove_suffix(2);
  return given == name;
}

/// A value with the name it was given under.
struct Named {
  std::string_view name;
  std::string_view value;
};

Result<std::vector<Named>> merged(const http::Request& request, std::string_view singular,
                                  std::string_view plural) {
  std::vector<Named> values;
  for (const std::string_view name : {singular, plural}) {
    if (name.empty()) continue;
    for (const std::string_view value : repeated_parameter(request, name)) values.push_back({name, value});
  }
  if (values.size() > limits::filter_ids) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("{} is given {} times; it takes at most {} values", singular, values.size(),
                                  limits::filter_ids));
  }
  return values;
}

template <typename T>
void sort_once_each(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

std::unexpected<base::Error> bad_parameter(std::string_view name, std::string_view got,
                                           std::string_view takes) {
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("{} is '{}'; it {}", name,
                                encoding::first_characters(got, limits::echoed_value_characters), takes));
}

Result<std::chrono::sys_days> day_argument(std::string_view name, std::string_view text) {
  const auto day = base::parse_date(text);
  if (!day) return bad_parameter(name, text, day.error().public_text);
  return *day;
}

Result<std::string> conversation_argument(std::string_view name, std::string_view text) {
  if (base::is_conversation_id(text)) return std::string(text);
  return bad_parameter(name, text, fmt::format("takes V and 1 to {} digits", limits::conversation_id_digits));
}

Result<std::int64_t> id_argument(std::string_view name, std::string_view text) {
  const auto id = base::parse_id(text);
  if (!id) return bad_parameter(name, text, id.error().public_text);
  return *id;
}

Result<std::optional<std::string_view>> single_parameter(const http::Request& request,
                                                         std::string_view name) {
  const std::vector<std::string_view> values = repeated_parameter(request, name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("{} is given {} times; it takes one value", name, values.size()));
  }
  return values.front();
}

std::vector<std::string_view> repeated_parameter(const http::Request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [given, value] : request.target.query) {
    if (is_named(given, name)) values.push_back(value);
  }
  return values;
}

Result<bool> switch_parameter(const http::Request& request, std::string_view name) {
  PARLEY_TRY_ASSIGN(const auto value, single_parameter(request, name));
  if (!value || *value == "0") return false;
  if (*value == "1") return true;
  return bad_parameter(name, *value, "takes 1 or 0");
}

Result<std::optional<std::vector<std::int64_t>>> id_set(const http::Request& request,
                                                        std::string_view singular, std::string_view plural) {
  PARLEY_TRY_ASSIGN(const auto values, merged(request, singular, plural));
  if (values.empty()) return std::nullopt;
  std::vector<std::int64_t> ids;
  for (const Named& given : values) {
    PARLEY_TRY_ASSIGN(const std::int64_t id, id_argument(given.name, given.value));
    ids.push_back(id);
  }
  sort_once_each(ids);
  return ids;
}

Result<std::optional<std::vector<std::string>>> conversation_set(const http::Request& request,
                                                                 std::string_view singular,
                                                                 std::string_view plural) {
  PARLEY_TRY_ASSIGN(const auto values, merged(request, singular, plural));
  if (values.empty()) return std::nullopt;
  std::vector<std::string> ids;
  for (const Named& given : values) {
    PARLEY_TRY_ASSIGN(std::string id, conversation_argument(given.name, given.value));
    ids.push_back(std::move(id));
  }
  sort_once_each(ids);
  return ids;
}

std::string id_array(const std::vector<std::int64_t>& ids) {
  return fmt::format("[{}]", fmt::join(ids, ","));
}

}  // namespace parley::api
