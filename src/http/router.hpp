#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/responder.hpp"

namespace parley::http {

/// Answers one request. A coroutine on the connection's thread; `request` lives until it ends.
using Handler = std::function<base::Task<void>(const Request& request, Responder responder)>;

/// One line of the route table: `{"/message/grabAgent/{apiKey}/{userId}/{agentId}", handler}`. A segment in
/// braces takes any one segment; its text is at the same place in `request.target.segments`.
struct Route {
  std::string pattern;
  std::vector<Verb> verbs;
  Handler handler;
  /// What the log and the metrics call it.
  std::string name = {};
  /// Takes every verb, also one that has no name here; what else takes which verb stays as it is.
  bool any_verb = false;
  /// Bytes of a body that the handler gets (`Request::body`); 0: a body is read and dropped.
  std::size_t body_bytes = 0;
  /// Which segment, counted from 1, names the account: the log tells it. 0: none does.
  std::size_t account_segment = 0;
};

/// What the server itself refuses, before or beside any handler. The application renders it
/// (`RefusalRenderer`), so that every answer of one surface has one form.
enum class Refusal : std::uint8_t {
  bad_request,         ///< 400: not HTTP, or a target that cannot be decoded.
  request_timeout,     ///< 408: the head did not come in time.
  content_too_large,   ///< 413
  uri_too_long,        ///< 414
  headers_too_large,   ///< 431
  unknown_path,        ///< 404: no route of that shape.
  method_not_allowed,  ///< 405: with Allow.
  unavailable,         ///< 503: a handler dropped the request, or the server is full or shutting down.
};

/// Renders a refusal; `detail` is public text that says what was wrong, possibly empty.
using RefusalRenderer = std::function<Response(Refusal refusal, std::string_view detail)>;

/// Finds the handler of a request. Checks the verb first: one that no route takes is method_not_allowed, with
/// the verbs of the whole surface in Allow; then the path (unknown_path); a path that exists, but not with
/// this verb, is method_not_allowed with that path's verbs. HEAD goes only to routes that list it. Made once,
/// then read from every thread.
class Router {
 public:
  Router(std::vector<Route> routes, RefusalRenderer render_refusal);

  /// Answers by the route at `place`, which is the request's, or refuses.
  base::Task<void> answer(std::size_t place, const Request& request, Responder responder) const;

  /// Whether any route takes this verb, but for those that take every one.
  [[nodiscard]] bool takes(Verb verb) const noexcept;

  /// The place in the table of the route that takes this path, or `size()` where none does; with another
  /// verb, where none takes this one. Logs and metrics name it, since it never holds a key.
  [[nodiscard]] std::size_t place_of(const Request& request) const noexcept;
  [[nodiscard]] const Route& at(std::size_t place) const noexcept { return entries_[place].route; }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  /// Bytes of body that the handler at `place` gets of a request with this verb; 0 where it gets none.
  [[nodiscard]] std::size_t body_bytes_at(std::size_t place, Verb verb) const noexcept;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> parts;
  };

  [[nodiscard]] static bool takes(const Entry& entry, Verb verb) noexcept;

  /// What Allow says: the verbs taken at `path`, or by the whole surface when it is null.
  [[nodiscard]] std::string allowed(const std::vector<std::string>* path) const;

  std::vector<Entry> entries_;
  RefusalRenderer render_refusal_;
};

}  // namespace parley::http
