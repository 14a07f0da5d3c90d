#include "watch/routes.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "watch/metrics.hpp"
#include "watch/readiness.hpp"

namespace parley::watch {

namespace {

using base::Task;
using http::Request;
using http::Responder;
using http::Verb;

constexpr std::string_view text_type = "text/plain; charset=utf-8";

Task<void> send(Responder responder, int status, std::string_view type, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = type;
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(body);
  co_await std::move(responder).send(std::move(response));
}

Task<void> tell_readiness(Watched watched, Responder responder) {
  const Readiness found = co_await readiness(watched.database, watched.is_stopping);
  const int status = found.is_ready ? 200 : 503;
  std::string text(found.text);
  text.push_back('\n');
  co_await send(std::move(responder), status, text_type, std::move(text));
}

}  // namespace

std::vector<http::Route> routes(const Watched& watched) {
  const std::vector<Verb> verbs{Verb::get, Verb::head};
  std::vector<http::Route> routes;
  routes.push_back(
      {"/healthz", verbs,
       [](const Request&, Responder responder) { return send(std::move(responder), 200, text_type, "ok\n"); },
       "healthz"});
  routes.push_back({"/readyz", verbs,
                    [watched](const Request&, Responder responder) {
                      return tell_readiness(watched, std::move(responder));
                    },
                    "readyz"});
  if (!watched.tells_metrics) return routes;
  const auto started = std::chrono::steady_clock::now();
  routes.push_back({"/metrics", verbs,
                    [watched, started](const Request&, Responder responder) {
                      const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - started;
                      return send(
                          std::move(responder), 200, metrics_type,
                          render_metrics(*watched.traffic, store::statistics_of(watched.database), uptime));
                    },
                    "metrics"});
  return routes;
}

}  // namespace parley::watch
