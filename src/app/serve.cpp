#include "app/serve.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "api/answer.hpp"
#include "api/rate_limiter.hpp"
#include "api/routes.hpp"
#include "api/test_endpoints.hpp"
#include "app/block_keeper.hpp"
#include "app/control_server.hpp"
#include "app/descriptors.hpp"
#include "app/open_store.hpp"
#include "app/reload.hpp"
#include "app/upkeep.hpp"
#include "base/current.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/worker_pool.hpp"
#include "http/server.hpp"
#include "pages/routes.hpp"
#include "watch/routes.hpp"

namespace parley::app {

namespace {

/// Blocks the signals that the server lives by, in this thread and in all that it starts, so that `wait`
/// alone gets them.
class Signals {
 public:
  Signals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  /// The next signal; calls `meanwhile` each `interval` until one comes. SIGHUP is only what somebody sent:
  /// the system's own, which says that the terminal has hung up, comes as SIGTERM.
  int wait(std::chrono::seconds interval, const std::function<void()>& meanwhile) const {
    timespec time{};
    time.tv_sec = interval.count();
    siginfo_t received{};
    while (sigtimedwait(&signals_, &received, &time) < 0) {
      if (errno == EAGAIN) meanwhile();
    }
    return received.si_signo == SIGHUP && received.si_code == SI_KERNEL ? SIGTERM : received.si_signo;
  }

 private:
  sigset_t signals_{};
};

/// Which options take effect when they are read again. docs/CONFIGURATION.md says the same.
Reload reload_of(const ServeOptions& options, base::Current<std::string>& public_url,
                 api::RateLimiter& limiter) {
  Reload reload(options);
  reload.takes<std::string>("--public-url", &ServeOptions::public_url, [&public_url](const std::string& url) {
    public_url.set(url);
    return base::Result<>();
  });
  reload.takes<std::uint32_t>("--requests-per-second", &ServeOptions::requests_per_second,
                              [&limiter](std::uint32_t per_second) {
                                limiter.set(per_second);
                                return base::Result<>();
                              });
  reload.needs_restart("--store", &ServeOptions::location);
  reload.needs_restart("--listen", &ServeOptions::host, &ServeOptions::port);
  reload.needs_restart("--threads", &ServeOptions::threads);
  reload.needs_restart("--tls-cert, --tls-key", &ServeOptions::tls);
  reload.needs_restart("--connections, --connections-per-address", &ServeOptions::bounds);
  reload.needs_restart("--trust-proxy", &ServeOptions::trusted_proxies);
  reload.needs_restart("--metrics", &ServeOptions::metrics);
  reload.needs_restart("--test-endpoints", &ServeOptions::test_endpoints);
  return reload;
}

/// Takes over certificate and key where somebody has renewed them.
void follow_certificate(http::Server& server) {
  const auto followed = server.follow_certificate();
  if (followed) return;
  base::log(base::Level::warning, "tls files cannot be used; what was in use stays",
            {{"why", followed.error().public_text}, {"reason", followed.error().log_text}});
}

}  // namespace

base::Result<> serve(const ServeOptions& options, const CommandRunner& run_command,
                     const OptionsReader& read_again, const std::function<void(std::string_view)>& started) {
  const Signals signals;
  // Built top to bottom, destroyed bottom to top: nothing outlives what it uses.
  PARLEY_TRY_ASSIGN(const auto database, open_store(options.location, store::Access::read_write));
  allow_descriptors(options.bounds.connections);
  BlockKeeper blocks(*database);
  base::WorkerPool pool(limits::pool_threads, limits::pool_waiting);
  base::Current<std::string> public_url(options.public_url);
  api::RateLimiter limiter(options.requests_per_second);
  Reload reload = reload_of(options, public_url, limiter);
  http::ServerOptions http_options;
  http_options.host = options.host;
  http_options.port = options.port;
  http_options.threads = options.threads;
  http_options.tls = options.tls;
  http_options.render_refusal = api::render_refusal;
  http_options.bounds = options.bounds;
  http_options.trusted_proxies = options.trusted_proxies;
  http_options.traffic = std::make_shared<http::Traffic>();
  std::atomic<bool> is_stopping = false;
  std::vector<http::Route> routes = api::routes(*database, blocks.days(), pool, limiter, public_url);
  std::ranges::move(pages::routes(public_url, api::render_refusal), std::back_inserter(routes));
  std::ranges::move(watch::routes({*database, http_options.traffic, is_stopping, options.metrics}),
                    std::back_inserter(routes));
  if (options.test_endpoints) std::ranges::move(api::test_routes(), std::back_inserter(routes));
  http_options.router = std::make_shared<const http::Router>(std::move(routes), api::render_refusal);
  PARLEY_TRY_ASSIGN(const auto server, http::Server::start(std::move(http_options)));
  PARLEY_TRY_ASSIGN(const auto control, ControlServer::start(*database, options.location, run_command));
  const Upkeep upkeep(*database);

  base::log(base::Level::info, "listening", {{"url", server->url()}});
  started(server->url());
  const auto next_signal = [&] {
    return signals.wait(limits::tls_files_interval, [&] { follow_certificate(*server); });
  };
  int signal = next_signal();
  for (; signal == SIGHUP; signal = next_signal()) {
    reload.take(read_again());
    follow_certificate(*server);
  }
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
