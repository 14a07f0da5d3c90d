#include "api/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "account/account.hpp"
#include "api/answer.hpp"
#include "api/authenticate.hpp"
#include "api/methods.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using http::Verb;

constexpr std::string_view read_scope = "chat:read";

/// Segments before a method's own arguments: `message`, the method, the key and the userId.
constexpr std::size_t common_segments = 4;

/// What all methods of one server share.
struct Surface {
  Surface(store::Database& the_database, statistics::DayQueue& the_days, base::WorkerPool& the_pool,
          RateLimiter& the_limiter, const base::Current<std::string>& the_public_url)
      : database(the_database),
        days(the_days),
        pool(the_pool),
        limiter(the_limiter),
        public_url(the_public_url) {}

  store::Database& database;
  statistics::DayQueue& days;
  base::WorkerPool& pool;
  RateLimiter& limiter;
  const base::Current<std::string>& public_url;
  Authenticator authenticator{database};
  change::NumberMemory numbers{database};
  AnswerMemory answers;
};

std::string refusal_text(const Allowance& allowance) {
  return fmt::format("this key may make {} requests a second; try again when Retry-After says",
                     allowance.limit);
}

/// Key, scope, rate, then the method: the order of chat-api.md, section 1. Whatever is refused before an
/// answer has begun is returned; `allowance` is what a key with a limit has left.
Task<Result<>> carry_out(Surface& surface, Method method, const http::Request& request,
                         http::Responder& responder, std::optional<Allowance>& allowance) {
  PARLEY_CO_TRY_ASSIGN(const auto grant, co_await surface.authenticator.authenticate(request));
  const bool may_read = grant->has(read_scope);
  if (!surface.limiter.is_off()) {
    const auto now = RateLimiter::Clock::now();
    allowance = may_read ? surface.limiter.take(*grant, now) : surface.limiter.look(*grant, now);
  }
  if (!may_read) co_return base::fail(ErrorCode::permission_denied, {});
  if (allowance && !allowance->is_granted)
    co_return base::fail(ErrorCode::rate_limited, refusal_text(*allowance));
  const std::string& query_fault = request.target.query_fault;
  if (!query_fault.empty()) co_return base::fail(ErrorCode::invalid_argument, query_fault);
  const std::span<const std::string> arguments = std::span(request.target.segments).subspan(common_segments);
  const Call call{request,      surface.database, surface.numbers, surface.answers, surface.days,
                  surface.pool, *grant,           grant->sid,      arguments,       surface.public_url.get(),
                  allowance};
  co_return co_await method(call, responder);
}

/// The origins of the account in the path; none where there is no such account.
Task<Result<std::vector<std::string>>> origins_of(Surface& surface, const http::Request& request) {
  const auto sid = base::parse_id(request.target.segments[3]);
  if (!sid) co_return std::vector<std::string>();
  const auto read = [sid = *sid](store::Unit& unit) { return account::find(unit, sid); };
  PARLEY_CO_TRY_ASSIGN(auto account,
                       co_await store::read_value<std::optional<account::Account>>(surface.database, read));
  if (!account || account->state != account::State::live) co_return std::vector<std::string>();
  co_return std::move(account->origins);
}

/// A CORS preflight (Fetch standard, section 3.2.2): answered only for an origin that the account lists.
Task<void> preflight(Surface& surface, const http::Request& request, http::Responder responder) {
  const auto origins = co_await origins_of(surface, request);
  const std::string origin(request.header("origin"));
  http::Response response;
  if (!origins) {
    response = render_error(origins.error());
  } else if (std::find(origins->begin(), origins->end(), origin) == origins->end()) {
    response = render_refusal(http::Refusal::method_not_allowed, {});
    response.headers.add("Allow", "GET, HEAD");
  } else {
    response.status = 204;
    response.headers.add("Access-Control-Allow-Origin", origin);
    response.headers.add("Access-Control-Allow-Methods", "GET, HEAD");
    response.headers.add("Access-Control-Allow-Headers", "Authorization, If-None-Match");
    response.headers.add("Access-Control-Max-Age", "600");
    response.headers.add("Vary", "Origin");
  }
  co_await std::move(responder).send(std::move(response));
}

Task<void> serve(std::shared_ptr<Surface> surface, Method method, const http::Request& request,
                 http::Responder responder) {
  if (request.verb == Verb::options) {
    co_await preflight(*surface, request, std::move(responder));
    co_return;
  }
  std::optional<Allowance> allowance;
  const auto answered = co_await carry_out(*surface, method, request, responder, allowance);
  if (answered) co_return;
  if (!answered.error().log_text.empty()) {
    base::log(base::Level::error, "request failed",
              {{"request", request.request_id},
               {"code", base::name_of(answered.error().code)},
               {"reason", answered.error().log_text}});
  }
  http::Response refusal = render_error(answered.error());
  if (allowance) add_allowance(refusal, *allowance);
  co_await std::move(responder).send(std::move(refusal));
}

}  // namespace

std::vector<http::Route> routes(store::Database& database, statistics::DayQueue& days, base::WorkerPool& pool,
                                RateLimiter& limiter, const base::Current<std::string>& public_url) {
  const auto surface = std::make_shared<Surface>(database, days, pool, limiter, public_url);
  const auto route = [&surface](std::string pattern, Method method) {
    std::string name = pattern.substr(pattern.find('/', 1) + 1);
    name.resize(name.find('/'));
    return http::Route{std::move(pattern),
                       {Verb::get, Verb::head, Verb::options},
                       [surface, method](const http::Request& request, http::Responder responder) {
                         return serve(surface, method, request, std::move(responder));
                       },
                       std::move(name),
                       false,
                       0,
                       common_segments};
  };
  return {
      route("/message/listConversations/{apiKey}/{userId}/{fromDate}/{toDate}", list_conversations),
      route("/message/grabConversation/{apiKey}/{userId}/{conversationId}", grab_conversation),
      route("/message/grabVisitorInfo/{apiKey}/{userId}/{conversationId}", grab_visitor_info),
      route("/message/grabVisitorTags/{apiKey}/{userId}/{conversationId}", grab_visitor_tags),
      route("/message/grabVisitorLabels/{apiKey}/{userId}/{conversationId}", grab_visitor_labels),
      route("/message/grabVisitorCards/{apiKey}/{userId}/{conversationId}", grab_visitor_cards),
      route("/message/grabAgent/{apiKey}/{userId}/{agentId}", grab_agent),
      route("/message/grabAgents/{apiKey}/{userId}", grab_agents),
      route("/message/chatStatistics/{apiKey}/{userId}", chat_statistics),
      route("/message/pageFilters/{apiKey}/{userId}", page_filters),
  };
}

}  // namespace parley::api
