#include "app/serve.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "api/answer.hpp"
#include "api/routes.hpp"
#include "api/test_endpoints.hpp"
#include "app/block_keeper.hpp"
#include "app/control_server.hpp"
#include "app/open_store.hpp"
#include "app/upkeep.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/worker_pool.hpp"
#include "http/server.hpp"
#include "pages/routes.hpp"
#include "watch/routes.hpp"

namespace parley::app {

namespace {

/// Blocks the signals that end the server, in this thread and in all that it starts, so that `wait` alone
/// gets them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  int wait() const {
    int received = 0;
    while (sigwait(&signals_, &received) != 0) {
    }
    return received;
  }

 private:
  sigset_t signals_{};
};

}  // namespace

base::Result<> serve(const ServeOptions& options, const CommandRunner& run_command,
                     const std::function<void(std::string_view)>& started) {
  const StopSignals signals;
  // Built top to bottom, destroyed bottom to top: nothing outlives what it uses.
  PARLEY_TRY_ASSIGN(const auto database, open_store(options.location, store::Access::read_write));
  BlockKeeper blocks(*database);
  base::WorkerPool pool(limits::pool_threads, limits::pool_waiting);
  http::ServerOptions http_options;
  http_options.host = options.host;
  http_options.port = options.port;
  http_options.threads = options.threads;
  http_options.render_refusal = api::render_refusal;
  http_options.traffic = std::make_shared<http::Traffic>();
  std::atomic<bool> is_stopping = false;
  std::vector<http::Route> routes = api::routes(*database, blocks.days(), pool, options.public_url);
  std::ranges::move(pages::routes(options.public_url, api::render_refusal), std::back_inserter(routes));
  std::ranges::move(watch::routes({*database, http_options.traffic, is_stopping, options.metrics}),
                    std::back_inserter(routes));
  if (options.test_endpoints) std::ranges::move(api::test_routes(), std::back_inserter(routes));
  http_options.router = std::make_shared<const http::Router>(std::move(routes), api::render_refusal);
  PARLEY_TRY_ASSIGN(const auto server, http::Server::start(std::move(http_options)));
  PARLEY_TRY_ASSIGN(const auto control, ControlServer::start(*database, options.location, run_command));
  const Upkeep upkeep(*database);

  base::log(base::Level::info, "listening", {{"url", server->url()}});
  started(server->url());
  const int signal = signals.wait();
  base::log(base::Level::info, "stopping", {{"signal", std::int64_t{signal}}});
  is_stopping = true;
  control->stop();
  server->drain(limits::drain_time);
  // Requests that wait for the pool end while their loops still run.
  pool.stop();
  base::log(base::Level::info, "stopped");
  return {};
}

}  // namespace parley::app
