#include "tests/support/tcp_proxy.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "tests/support/socket.hpp"

namespace parley::test_support {
namespace {

using Clock = std::chrono::steady_clock;

/// What is held for a side that does not read; more is left with the one that sends.
constexpr std::size_t held_bytes = 1 << 20;

/// Bytes on their way, and when they may go on. Empty bytes are the sender's end.
struct Piece {
  Clock::time_point due;
  std::string bytes;
};

/// One direction of one connection.
struct Way {
  std::deque<Piece> pieces;
  std::size_t held = 0;
  bool read_to_end = false;
  bool ended = false;         // the end was passed on
  std::uint64_t counted = 0;  // bytes passed since the last `cut_after`
};

struct Connection {
  Socket client;
  Socket server;
  std::array<Way, 2> ways;
  bool silent = false;
  bool gone = false;

  Way& way(Direction direction) { return ways.at(static_cast<std::size_t>(direction)); }
  Socket& from(Direction direction) { return direction == Direction::to_server ? client : server; }
  Socket& to(Direction direction) { return direction == Direction::to_server ? server : client; }
};

constexpr std::array both_directions{Direction::to_server, Direction::to_client};

/// What `cut_after` was told.
struct Trap {
  Direction direction;
  std::uint64_t bytes;
  Ending ending;
};

bool is_later(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

/// The thread and all it works on: other threads give it jobs and wait for them.
class TcpProxy::Relay {
 public:
  explicit Relay(std::string server)
      : server_(std::move(server)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), listener_(bound_to(0)) {
    PARLEY_CHECK(wake_.get() >= 0);
    port = port_of(listener_);
    listen();
    thread_ = std::thread([this] { run(); });
  }
  ~Relay() {
    act([this] {
      cut(Ending::reset);
      stopping_ = true;
    });
    thread_.join();
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Runs `job` on the thread and waits for it.
  void act(const std::function<void()>& job) {
    std::packaged_task<void()> task(job);
    auto done = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(task));
    }
    const std::uint64_t one = 1;
    PARLEY_CHECK(::write(wake_.get(), &one, sizeof one) == sizeof one);
    done.get();
  }

  bool wait_for_cuts(std::uint64_t count, std::chrono::milliseconds within) {
    std::unique_lock lock(mutex_);
    return was_cut_.wait_for(lock, within, [&] { return cuts_ >= count; });
  }

  std::uint16_t port = 0;

  // From here on for the thread alone, and for jobs.
  void cut(Ending ending) {
    for (Connection& connection : connections) cut(connection, ending);
    bury();
  }
  void set_trap(const Trap& trap) {
    for (Connection& connection : connections) connection.way(trap.direction).counted = 0;
    trap_ = trap;
  }
  void go_silent() {
    silent = true;
    for (Connection& connection : connections) connection.silent = true;
  }
  void listen() {
    PARLEY_CHECK(::listen(listener_.get(), SOMAXCONN) == 0);
    listening_ = true;
  }
  void refuse() {
    if (!listening_) return;
    listener_ = Socket();
    // Holds the port, so that it is still ours when it is to be listened on again.
    listener_ = bound_to(port);
    listening_ = false;
  }

  std::list<Connection> connections;
  std::array<std::chrono::milliseconds, 2> delays{};
  std::array<std::uint64_t, 2> passed{};
  std::uint64_t taken = 0;
  bool silent = false;

 private:
  void run() {
    while (!stopping_) {
      wait();
      run_jobs();
      take_connections();
      for (Connection& connection : connections) {
        for (const Direction direction : both_directions) {
          receive(connection, direction);
          send(connection, direction);
        }
      }
      bury();
    }
  }

  /// Waits until something can be read or written, a piece is due or a job is there.
  void wait() {
    std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}};
    if (listening_) watched.push_back({listener_.get(), POLLIN, 0});
    std::optional<Clock::time_point> due;
    const auto now = Clock::now();
    for (Connection& connection : connections) {
      short client = 0;
      short server = 0;
      for (const Direction direction : both_directions) {
        const Way& way = connection.way(direction);
        short& from = direction == Direction::to_server ? client : server;
        short& to = direction == Direction::to_server ? server : client;
        if (wants_bytes(connection, way)) from = static_cast<short>(from | POLLIN);
        if (connection.silent || way.pieces.empty()) continue;
        if (way.pieces.front().due <= now) {
          to = static_cast<short>(to | POLLOUT);
        } else {
          due = std::min(due.value_or(Clock::time_point::max()), way.pieces.front().due);
        }
      }
      // One that nothing is wanted of is left out: it might have hung up, which wakes again and again.
      if (client != 0) watched.push_back({connection.client.get(), client, 0});
      if (server != 0) watched.push_back({connection.server.get(), server, 0});
    }
    int within = -1;
    if (due) within = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*due - now).count());
    ::poll(watched.data(), watched.size(), within);
  }

  void run_jobs() {
    std::uint64_t ignored = 0;
    while (::read(wake_.get(), &ignored, sizeof ignored) > 0) {
    }
    std::vector<std::packaged_task<void()>> jobs;
    {
      const std::lock_guard lock(mutex_);
      jobs.swap(jobs_);
    }
    for (auto& job : jobs) job();
  }

  void take_connections() {
    while (listening_) {
      Socket client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.get() < 0) return;
      ++taken;
      client.hurry();
      Connection connection;
      connection.silent = silent;
      if (!silent) {
        connection.server = connected_to(server_);
        if (connection.server.get() < 0) {
          client.reset_when_closed();
          continue;
        }
      }
      connection.client = std::move(client);
      connections.push_back(std::move(connection));
    }
  }

  static bool wants_bytes(const Connection& connection, const Way& way) {
    return !way.read_to_end && (connection.silent || way.held < held_bytes);
  }

  void receive(Connection& connection, Direction direction) {
    Way& way = connection.way(direction);
    const int from = connection.from(direction).get();
    if (from < 0 || connection.gone || !wants_bytes(connection, way)) return;
    const ssize_t got = ::recv(from, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && is_later(errno)) return;
    if (got <= 0) way.read_to_end = true;
    if (connection.silent) return;
    if (got < 0) return lose(connection);
    const auto size = static_cast<std::size_t>(got);
    way.held += size;
    way.pieces.push_back(
        {Clock::now() + delays.at(static_cast<std::size_t>(direction)), std::string(buffer_.data(), size)});
  }

  void send(Connection& connection, Direction direction) {
    Way& way = connection.way(direction);
    while (!connection.gone && !connection.silent && !way.pieces.empty()) {
      std::string& bytes = way.pieces.front().bytes;
      if (way.pieces.front().due > Clock::now()) return;
      const int to = connection.to(direction).get();
      if (bytes.empty()) {
        ::shutdown(to, SHUT_WR);
        way.ended = true;
        way.pieces.pop_front();
        if (std::ranges::all_of(connection.ways, &Way::ended)) connection.gone = true;
        continue;
      }
      const bool trapped = trap_ && trap_->direction == direction;
      const std::size_t most =
          trapped ? std::min<std::size_t>(bytes.size(), trap_->bytes - way.counted) : bytes.size();
      const ssize_t sent = most == 0 ? 0 : ::send(to, bytes.data(), most, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0) {
        if (!is_later(errno)) lose(connection);
        return;
      }
      const auto size = static_cast<std::size_t>(sent);
      way.counted += size;
      way.held -= size;
      passed.at(static_cast<std::size_t>(direction)) += size;
      if (trapped && way.counted == trap_->bytes) {
        cut(connection, trap_->ending);
        trap_.reset();
        return;
      }
      bytes.erase(0, size);
      if (bytes.empty()) way.pieces.pop_front();
    }
  }

  /// One side is gone without an end: the other learns of it as it would without a proxy.
  static void lose(Connection& connection) {
    connection.client.reset_when_closed();
    connection.gone = true;
  }

  void cut(Connection& connection, Ending ending) {
    if (ending == Ending::reset) connection.client.reset_when_closed();
    connection.gone = true;
    ++cuts_to_be_told_;
  }

  /// Closes what has ended; only then is a cut a cut.
  void bury() {
    std::erase_if(connections, [](const Connection& connection) { return connection.gone; });
    if (cuts_to_be_told_ == 0) return;
    const std::lock_guard lock(mutex_);
    cuts_ += std::exchange(cuts_to_be_told_, 0);
    was_cut_.notify_all();
  }

  const std::string server_;
  const Socket wake_;
  Socket listener_;
  bool listening_ = false;
  bool stopping_ = false;
  std::uint64_t cuts_to_be_told_ = 0;
  std::optional<Trap> trap_;
  std::array<char, 65536> buffer_{};

  std::mutex mutex_;
  std::condition_variable was_cut_;
  std::vector<std::packaged_task<void()>> jobs_;
  std::uint64_t cuts_ = 0;

  std::thread thread_;
};

TcpProxy::TcpProxy(std::string server) : relay_(std::make_unique<Relay>(std::move(server))) {}
TcpProxy::~TcpProxy() = default;

std::uint16_t TcpProxy::port() const noexcept {
  return relay_->port;
}

void TcpProxy::cut(Ending ending) {
  relay_->act([&] { relay_->cut(ending); });
}

void TcpProxy::cut_after(Direction direction, std::uint64_t bytes, Ending ending) {
  relay_->act([&] { relay_->set_trap({direction, bytes, ending}); });
}

bool TcpProxy::wait_for_cuts(std::uint64_t count, std::chrono::milliseconds within) {
  return relay_->wait_for_cuts(count, within);
}

void TcpProxy::delay(Direction direction, std::chrono::milliseconds time) {
  relay_->act([&] { relay_->delays.at(static_cast<std::size_t>(direction)) = time; });
}

void TcpProxy::go_silent() {
  relay_->act([&] { relay_->go_silent(); });
}

void TcpProxy::speak() {
  relay_->act([&] { relay_->silent = false; });
}

void TcpProxy::refuse() {
  relay_->act([&] { relay_->refuse(); });
}

void TcpProxy::accept() {
  relay_->act([&] { relay_->listen(); });
}

std::uint64_t TcpProxy::open() {
  std::uint64_t open = 0;
  relay_->act([&] { open = relay_->connections.size(); });
  return open;
}

std::uint64_t TcpProxy::taken() {
  std::uint64_t taken = 0;
  relay_->act([&] { taken = relay_->taken; });
  return taken;
}

std::uint64_t TcpProxy::passed(Direction direction) {
  std::uint64_t passed = 0;
  relay_->act([&] { passed = relay_->passed.at(static_cast<std::size_t>(direction)); });
  return passed;
}

}  // namespace parley::test_support
