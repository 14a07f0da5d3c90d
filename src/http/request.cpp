#include "http/request.hpp"

#include <algorithm>

#include "encoding/url.hpp"
#include "http/field_value.hpp"

namespace parley::http {

namespace {

/// The quoted part of an entity tag: weak comparison looks at nothing else.
std::string_view opaque_part(std::string_view entity_tag) noexcept {
  if (entity_tag.starts_with("W/")) entity_tag.remove_prefix(2);
  return entity_tag;
}

/// Whether a list of entity tags (`"a", W/"b"`) holds `wanted`, quotes included. A tag may hold commas, so
/// the list is walked quote by quote; what cannot be read ends it.
bool lists(std::string_view list, std::string_view wanted) noexcept {
  for (;;) {
    const auto begin = list.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) return false;
    list = opaque_part(list.substr(begin));
    if (!list.starts_with('"')) return false;
    const auto end = list.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (list.substr(0, end + 1) == wanted) return true;
    list.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view name_of(Verb verb) noexcept {
  switch (verb) {
    case Verb::get:
      return "GET";
    case Verb::head:
      return "HEAD";
    case Verb::options:
      return "OPTIONS";
    case Verb::post:
      return "POST";
    case Verb::put:
      return "PUT";
    case Verb::patch:
      return "PATCH";
    case Verb::remove:
      return "DELETE";
    case Verb::other:
      return {};
  }
  return {};
}

base::Result<Target> parse_target(std::string_view target) {
  const auto question = target.find('?');
  PARLEY_TRY_ASSIGN(auto segments, encoding::split_path(target.substr(0, question)));
  Target parsed{std::move(segments), {}, {}};
  if (question == std::string_view::npos) return parsed;
  auto query = encoding::parse_query(target.substr(question + 1));
  if (query) {
    parsed.query = *std::move(query);
  } else {
    parsed.query_fault = std::move(query.error().public_text);
  }
  return parsed;
}

std::string_view Request::header(std::string_view name) const noexcept {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool Request::has_entity_tag(std::string_view entity_tag) const noexcept {
  const std::string_view wanted = opaque_part(entity_tag);
  return std::ranges::any_of(headers, [&](const auto& field) {
    return field.first == "if-none-match" && (trimmed(field.second) == "*" || lists(field.second, wanted));
  });
}

}  // namespace parley::http
