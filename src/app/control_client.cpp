#include "app/control_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "app/control_wire.hpp"
#include "encoding/line_file.hpp"

namespace parley::app {

namespace {

using base::ErrorCode;
using base::Result;

constexpr std::string_view went_away =
    "the server went away before it had answered; look whether the command was carried out, then try again";

/// Sends the input on a thread of its own, because the server answers while it reads.
class InputPump {
 public:
  InputPump(int from, int to) : from_(from), to_(to), thread_([this] { pump(); }) {}
  ~InputPump() { thread_.join(); }
  InputPump(const InputPump&) = delete;
  InputPump& operator=(const InputPump&) = delete;

  /// Why the input could not be read, as errno; 0 while nothing is wrong with it.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  void pump() {
    std::array<char, 64 * 1024> block;
    while (from_ >= 0) {
      // Input may never come: whether the exchange has ended is waited for with it.
      std::array<pollfd, 2> watched{{{from_, POLLIN, 0}, {to_, 0, 0}}};
      if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
      if ((watched[1].revents & (POLLHUP | POLLERR)) != 0) return;
      if (watched[0].revents == 0) continue;
      const ssize_t got = ::read(from_, block.data(), block.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        error_ = errno;
        // Input that cannot be read to its end must not look like input that ended: the server gives up.
        ::shutdown(to_, SHUT_RDWR);
        return;
      }
      if (got == 0) break;
      if (!control::send_all(to_, std::string_view(block.data(), static_cast<std::size_t>(got)))) break;
    }
    ::shutdown(to_, SHUT_WR);
  }

  int from_;
  int to_;
  std::atomic<int> error_ = 0;
  std::thread thread_;
};

/// Follows the server's lines to the last one.
Result<> follow(encoding::LineReader& lines, const ControlOutput& output) {
  while (true) {
    const auto line = lines.next();
    if (!line || !*line) return base::fail(ErrorCode::unavailable, std::string(went_away));
    PARLEY_TRY_ASSIGN(const control::Reply reply, control::read_reply(**line));
    switch (reply.kind) {
      case control::Reply::Kind::print:
        output.print(reply.text);
        break;
      case control::Reply::Kind::note:
        output.note(reply.text);
        break;
      case control::Reply::Kind::progress:
        output.progress(reply.text);
        break;
      case control::Reply::Kind::done:
        return {};
      case control::Reply::Kind::error:
        return base::fail(reply.code, reply.text);
    }
  }
}

}  // namespace

Result<> ask_server(const store::Location& location, std::span<const std::string> words, int input,
                    std::string_view input_name, const ControlOutput& output) {
  PARLEY_TRY_ASSIGN(const sockaddr_un address, control::address_of(location));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0 ||
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (descriptor >= 0) ::close(descriptor);
    return base::fail(
        ErrorCode::unavailable,
        fmt::format("another process holds the store in {}, but no server answers on its control socket; "
                    "wait until it has ended, or look whether a server is starting or stopping",
                    location.directory));
  }
  // The reader owns the descriptor and outlives the pump.
  PARLEY_TRY_ASSIGN(auto lines,
                    encoding::LineReader::from_descriptor(descriptor, encoding::Compression::none));
  const std::string request = control::write_request({{words.begin(), words.end()}, std::string(input_name)});
  if (!control::send_all(descriptor, request))
    return base::fail(ErrorCode::unavailable, std::string(went_away));
  const InputPump pump(input, descriptor);
  const auto done = follow(lines, output);
  if (const int error = pump.error(); error != 0) {
    return base::fail(ErrorCode::unavailable,
                      fmt::format("{} cannot be read: {}", input_name, std::strerror(error)));
  }
  // A refusal comes before the input is read to its end: this lets the pump's next send fail.
  ::shutdown(descriptor, SHUT_RDWR);
  return done;
}

}  // namespace parley::app
