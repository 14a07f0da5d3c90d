#include "http/server.hpp"

#include <algorithm>
#include <future>
#include <sstream>
#include <thread>

#include "http/detail_listener.hpp"
#include "http/detail_loop.hpp"

namespace parley::http {

class Server::Implementation {
 public:
  explicit Implementation(ServerOptions options)
      : options_(std::move(options)),
        census_(options_.bounds.connections, options_.bounds.connections_per_address) {
    if (!options_.traffic) options_.traffic = std::make_shared<Traffic>();
    const unsigned threads =
        options_.threads != 0 ? options_.threads : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < threads; ++i)
      loops_.push_back(std::make_unique<Loop>(options_, census_, streams_));
  }

  ~Implementation() {
    for (const auto& loop : loops_) loop->post([&loop] { loop->stop(); });
    for (std::thread& thread : threads_) thread.join();
  }

  base::Result<> start() {
    if (options_.tls) {
      PARLEY_TRY_ASSIGN(tls_, TlsContext::load(*options_.tls));
    }
    PARLEY_TRY_ASSIGN(const auto endpoint, listen_on(options_.host, options_.port, loops_));
    std::ostringstream url;
    url << (tls_ ? "https://" : "http://") << endpoint;
    url_ = url.str();
    for (const auto& loop : loops_) loop->speak(tls_.get());
    for (const auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
    return {};
  }

  void drain(std::chrono::milliseconds bound) {
    const auto end = SteadyClock::now() + bound;
    on_every_loop([](Loop& loop) { loop.drain(); });
    census_.wait_for_none(end);
    on_every_loop([](Loop& loop) { loop.cut_all(); });
  }

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  /// Null without TLS.
  [[nodiscard]] TlsContext* tls() const noexcept { return tls_.get(); }

 private:
  /// Has every loop do it, on its thread, and waits until all have.
  void on_every_loop(void (*what)(Loop&)) {
    std::vector<std::promise<void>> done(loops_.size());
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      loops_[i]->post([&loop = *loops_[i], &finished = done[i], what] {
        what(loop);
        finished.set_value();
      });
    }
    for (auto& finished : done) finished.get_future().wait();
  }

  ServerOptions options_;
  Census census_;
  RunningStreams streams_;
  std::unique_ptr<TlsContext> tls_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
  std::string url_;
};

Server::Server(std::unique_ptr<Implementation> implementation) noexcept
    : implementation_(std::move(implementation)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto implementation = std::make_unique<Implementation>(std::move(options));
  PARLEY_TRY(implementation->start());
  return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

const std::string& Server::url() const noexcept {
  return implementation_->url();
}

void Server::drain(std::chrono::milliseconds bound) {
  implementation_->drain(bound);
}

base::Result<> Server::reload_certificate() {
  if (implementation_->tls() == nullptr) return {};
  return implementation_->tls()->reload();
}

base::Result<> Server::follow_certificate() {
  if (implementation_->tls() == nullptr) return {};
  return implementation_->tls()->follow_files();
}

}  // namespace parley::http
