#include "http/router.hpp"

#include <algorithm>
#include <array>

namespace parley::http {

namespace {

/// Those that Allow names, in its order. OPTIONS is not among them: only a preflight of a listed origin is
/// answered.
constexpr std::array verbs{Verb::get, Verb::head, Verb::post, Verb::put, Verb::patch, Verb::remove};

/// `/message/grabAgents/{apiKey}` taken apart at its slashes.
std::vector<std::string> parts_of(std::string_view pattern) {
  PARLEY_CHECK(pattern.starts_with('/'));
  std::vector<std::string> parts;
  while (pattern.size() > 1) {
    const auto slash = std::min(pattern.find('/', 1), pattern.size());
    parts.emplace_back(pattern.substr(1, slash - 1));
    pattern.remove_prefix(slash);
  }
  return parts;
}

bool fits(const std::vector<std::string>& parts, const std::vector<std::string>& segments) noexcept {
  return std::ranges::equal(parts, segments, [](const std::string& part, const std::string& segment) {
    return part.starts_with('{') || part == segment;
  });
}

}  // namespace

Router::Router(std::vector<Route> routes, RefusalRenderer render_refusal)
    : render_refusal_(std::move(render_refusal)) {
  entries_.reserve(routes.size());
  for (Route& route : routes) {
    auto parts = parts_of(route.pattern);
    entries_.push_back(Entry{std::move(route), std::move(parts)});
  }
}

bool Router::takes(const Entry& entry, Verb verb) noexcept {
  return entry.route.any_verb || std::ranges::find(entry.route.verbs, verb) != entry.route.verbs.end();
}

bool Router::takes(Verb verb) const noexcept {
  return std::ranges::any_of(entries_,
                             [&](const Entry& entry) { return !entry.route.any_verb && takes(entry, verb); });
}

const Router::Entry* Router::find(const Request& request) const noexcept {
  const Entry* of_another_verb = nullptr;
  for (const Entry& entry : entries_) {
    if (!fits(entry.parts, request.target.segments)) continue;
    if (takes(entry, request.verb)) return &entry;
    if (of_another_verb == nullptr) of_another_verb = &entry;
  }
  return of_another_verb;
}

std::string Router::allowed(const std::vector<std::string>* path) const {
  std::string allow;
  for (const Verb verb : verbs) {
    const bool taken = std::ranges::any_of(entries_, [&](const Entry& entry) {
      if (path == nullptr) return !entry.route.any_verb && takes(entry, verb);
      return takes(entry, verb) && fits(entry.parts, *path);
    });
    if (!taken) continue;
    if (!allow.empty()) allow += ", ";
    allow += name_of(verb);
  }
  return allow;
}

base::Task<void> Router::operator()(const Request& request, Responder responder) const {
  const Entry* entry = find(request);
  if (entry != nullptr && takes(*entry, request.verb))
    return entry->route.handler(request, std::move(responder));
  const bool verb_known = takes(request.verb);
  if (!verb_known) entry = nullptr;
  if (verb_known && entry == nullptr) {
    return std::move(responder).send(render_refusal_(Refusal::unknown_path, {}));
  }
  const std::string allow = allowed(entry != nullptr ? &request.target.segments : nullptr);
  Response refusal = render_refusal_(Refusal::method_not_allowed, "Allowed: " + allow);
  refusal.headers.emplace_back("Allow", allow);
  return std::move(responder).send(std::move(refusal));
}

std::size_t Router::place_of(const Request& request) const noexcept {
  const Entry* entry = find(request);
  return entry == nullptr ? entries_.size() : static_cast<std::size_t>(entry - entries_.data());
}

std::size_t Router::body_bytes_of(const Request& request) const noexcept {
  const Entry* entry = find(request);
  return entry == nullptr || !takes(*entry, request.verb) ? 0 : entry->route.body_bytes;
}

}  // namespace parley::http
