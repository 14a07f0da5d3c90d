#include "api/routes.hpp"

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
          const base::Current<std::string>& the_public_url)
      : database(the_database), days(the_days), pool(the_pool), public_url(the_public_url) {}

  store::Database& database;
  statistics::DayQueue& days;
  base::WorkerPool& pool;
  const base::Current<std::string>& public_url;
  Authenticator authenticator{database};
  change::NumberMemory numbers{database};
  AnswerMemory answers;
};

/// Key, scope, then the method: the order of chat-api.md, section 1. Whatever is refused before an answer has
/// begun is returned.
Task<Result<>> carry_out(Surface& surface, Method method, const http::Request& request,
                         http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(account::Grant grant, co_await surface.authenticator.authenticate(request));
  if (!grant.has(read_scope)) co_return base::fail(ErrorCode::permission_denied, {});
  const std::string& query_fault = request.target.query_fault;
  if (!query_fault.empty()) co_return base::fail(ErrorCode::invalid_argument, query_fault);
  const std::span<const std::string> arguments = std::span(request.target.segments).subspan(common_segments);
  const std::int64_t sid = grant.sid;
  const Call call{request,          surface.database,
                  surface.numbers,  surface.answers,
                  surface.days,     surface.pool,
                  std::move(grant), sid,
                  arguments,        surface.public_url.get()};
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
    response.headers.emplace_back("Allow", "GET, HEAD");
  } else {
    response.status = 204;
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD");
    response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, If-None-Match");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
    response.headers.emplace_back("Vary", "Origin");
  }
  co_await std::move(responder).send(std::move(response));
}

Task<void> serve(std::shared_ptr<Surface> surface, Method method, const http::Request& request,
                 http::Responder responder) {
  if (request.verb == Verb::options) {
    co_await preflight(*surface, request, std::move(responder));
    co_return;
  }
  const auto answered = co_await carry_out(*surface, method, request, responder);
  if (answered) co_return;
  if (!answered.error().log_text.empty()) {
    base::log(base::Level::error, "request failed",
              {{"request", request.request_id},
               {"code", base::name_of(answered.error().code)},
               {"reason", answered.error().log_text}});
  }
  co_await std::move(responder).send(render_error(answered.error()));
}

}  // namespace

std::vector<http::Route> routes(store::Database& database, statistics::DayQueue& days, base::WorkerPool& pool,
                                const base::Current<std::string>& public_url) {
  const auto surface = std::make_shared<Surface>(database, days, pool, public_url);
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
