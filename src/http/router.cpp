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

std::size_t Router::place_of(const Request& request) const noexcept {
  std::size_t of_another_verb = entries_.size();
  for (std::size_t place = 0; place < entries_.size(); ++place) {
    const Entry& entry = entries_[place];
    if (!fits(entry.parts, request.target.segments)) continue;
    if (takes(entry, request.verb)) return place;
    of_another_verb = std::min(of_another_verb, place);
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

base::Task<void> Router::answer(std::size_t place, const Request& request, Responder responder) const {
  const bool is_path = place < entries_.size();
  if (is_path && takes(entries_[place], request.verb))
    return entries_[place].route.handler(request, std::move(responder));
  const bool is_verb = takes(request.verb);
  if (is_verb && !is_path) return std::move(responder).send(render_refusal_(Refusal::unknown_path, {}));
  const std::string allow = allowed(is_verb ? &request.target.segments : nullptr);
  Response refusal = render_refusal_(Refusal::method_not_allowed, "Allowed: " + allow);
  refusal.headers.add("Allow", allow);
  return std::move(responder).send(std::move(refusal));
}

std::size_t Router::body_bytes_at(std::size_t place, Verb verb) const noexcept {
  if (place >= entries_.size() || !takes(entries_[place], verb)) return 0;
  return entries_[place].route.body_bytes;
}

}  // namespace parley::http
