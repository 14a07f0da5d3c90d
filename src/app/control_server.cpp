#include "app/control_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "app/control_wire.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/thread_priority.hpp"

namespace parley::app {

namespace {

using base::ErrorCode;
using base::Result;

/// How far below others the threads of commands stand, of 19: a long import lets answers go first.
constexpr int niceness = 5;

/// A command of one caller, on its own thread.
struct Session {
  int descriptor = -1;
  std::thread thread;
  std::atomic<bool> has_ended{false};
};

base::Error system_error(std::string_view what) {
  const std::string reason = std::strerror(errno);
  return {ErrorCode::unavailable, std::string(what) + ": " + reason, std::string(what) + ": " + reason};
}

/// Whether the caller closed the socket: its end of input alone, which a caller that lives sends, is no such
/// thing.
bool has_hung_up(int descriptor) {
  pollfd watched{descriptor, 0, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

class ControlServer::Implementation {
 public:
  Implementation(store::Database& database, store::Location location, CommandRunner run_command)
      : database_(database), location_(std::move(location)), run_command_(std::move(run_command)) {}

  ~Implementation() {
    stop();
    if (listener_ >= 0) ::close(listener_);
    for (const int end : wake_) {
      if (end >= 0) ::close(end);
    }
  }

  Result<> listen() {
    PARLEY_TRY_ASSIGN(const sockaddr_un address, control::address_of(location_));
    path_ = address.sun_path;
    // The store's lock is ours, so a socket that lies here is a dead server's.
    ::unlink(path_.c_str());
    if (::pipe2(wake_, O_CLOEXEC) != 0) return base::fail(system_error("control socket"));
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener_ < 0) return base::fail(system_error("control socket"));
    // The folder lets only its owner in, so nobody can connect between bind and chmod.
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(path_.c_str(), 0600) != 0 || ::listen(listener_, 16) != 0) {
      return base::fail(system_error("control socket " + path_));
    }
    acceptor_ = std::thread([this] { accept_all(); });
    return {};
  }

  void stop() {
    if (is_stopping_.exchange(true)) return;
    if (wake_[1] >= 0 && ::write(wake_[1], "x", 1) < 0) {
      base::log(base::Level::error, "control socket cannot be woken", {{"reason", std::strerror(errno)}});
    }
    if (acceptor_.joinable()) acceptor_.join();
    const std::lock_guard lock(mutex_);
    for (Session& session : sessions_) ::shutdown(session.descriptor, SHUT_RD);
    for (Session& session : sessions_) session.thread.join();
    for (Session& session : sessions_) ::close(session.descriptor);
    sessions_.clear();
    if (!path_.empty()) ::unlink(path_.c_str());
  }

 private:
  void accept_all() {
    while (!is_stopping_) {
      pollfd watched[2] = {{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
      if (::poll(watched, 2, -1) < 0 && errno != EINTR) return;
      if (watched[1].revents != 0) return;
      if ((watched[0].revents & POLLIN) == 0) continue;
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor >= 0) begin_session(descriptor);
    }
  }

  void begin_session(int descriptor) {
    const std::lock_guard lock(mutex_);
    sessions_.remove_if([](Session& session) {
      if (!session.has_ended) return false;
      session.thread.join();
      ::close(session.descriptor);
      return true;
    });
    if (sessions_.size() >= limits::control_commands) {
      [[maybe_unused]] const bool told =
          control::send_all(descriptor, control::write_reply({control::Reply::Kind::error,
                                                              "the server carries out as many commands as it "
                                                              "may; try again when one has ended",
                                                              ErrorCode::unavailable}));
      ::close(descriptor);
      return;
    }
    Session& session = sessions_.emplace_back();
    session.descriptor = descriptor;
    session.thread = std::thread([this, &session] {
      base::lower_priority(niceness);
      carry_out(session.descriptor);
      ::shutdown(session.descriptor, SHUT_WR);
      session.has_ended = true;
    });
  }

  void carry_out(int descriptor) {
    const timeval patience{std::chrono::seconds(limits::control_request_time).count(), 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto line = control::read_line(descriptor);
    if (!line) return;
    const timeval forever{0, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);

    std::atomic<bool> has_gone{false};
    const auto say = [&](control::Reply::Kind kind, std::string_view text) {
      if (!control::send_all(descriptor, control::write_reply({kind, std::string(text), {}})))
        has_gone = true;
    };
    const auto request = control::read_request(*line);
    Result<> done = request ? Result<>{} : base::fail(request.error());
    if (request) {
      CommandContext context{database_,
                             location_,
                             [&](std::string_view text) { say(control::Reply::Kind::print, text); },
                             [&](std::string_view text) { say(control::Reply::Kind::note, text); },
                             [&](std::string_view text) { say(control::Reply::Kind::progress, text); },
                             [&] { return open_input(descriptor, request->input_name); },
                             [&] { return is_stopping_ || has_gone || has_hung_up(descriptor); }};
      done = run_command_(request->words, context);
    }
    answer(descriptor, done);
  }

  static Result<encoding::LineReader> open_input(int descriptor, const std::string& name) {
    const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (own < 0) return base::fail(system_error("control socket"));
    return encoding::LineReader::from_descriptor(own, encoding::compression_of(name));
  }

  static void answer(int descriptor, const Result<>& done) {
    control::Reply reply;
    if (!done) {
      reply = {control::Reply::Kind::error, done.error().public_text, done.error().code};
      if (!done.error().log_text.empty()) {
        base::log(base::Level::warning, "command failed",
                  {{"code", base::name_of(done.error().code)}, {"reason", done.error().log_text}});
      }
    }
    [[maybe_unused]] const bool told = control::send_all(descriptor, control::write_reply(reply));
  }

  store::Database& database_;
  const store::Location location_;
  const CommandRunner run_command_;
  std::string path_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::atomic<bool> is_stopping_{false};
  std::thread acceptor_;
  std::mutex mutex_;
  std::list<Session> sessions_;  // guarded by mutex_
};

Result<std::unique_ptr<ControlServer>> ControlServer::start(store::Database& database,
                                                            const store::Location& location,
                                                            CommandRunner run_command) {
  auto implementation = std::make_unique<Implementation>(database, location, std::move(run_command));
  PARLEY_TRY(implementation->listen());
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(implementation)));
}

ControlServer::ControlServer(std::unique_ptr<Implementation> implementation) noexcept
    : implementation_(std::move(implementation)) {}

ControlServer::~ControlServer() = default;

void ControlServer::stop() {
  implementation_->stop();
}

}  // namespace parley::app
