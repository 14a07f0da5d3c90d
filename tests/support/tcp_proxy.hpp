#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace parley::test_support {

/// Which way bytes go through a TcpProxy.
enum class Direction { to_server, to_client };

/// What a client sees of a cut: its connection reset, or ended as if the server had closed it.
enum class Ending { reset, end };

/// A network between a client and a server that does what a test wants of it. It listens on a port of
/// 127.0.0.1 of the system's choice and passes bytes on, both ways, on a thread of its own.
///
/// Each call has taken effect when it returns, and may be made from any thread. What it was told holds for
/// all connections, present and future, unless it says otherwise.
class TcpProxy {
 public:
  /// In front of `server`: the path of a Unix socket, or ADDRESS:PORT with an IPv4 address in digits. The
  /// server need not be there yet: each connection looks for it anew, and is reset when there is none.
  explicit TcpProxy(std::string server);
  /// Resets what is open.
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Cuts every open connection. What was under way in it is lost. New connections are let through.
  void cut(Ending ending = Ending::reset);
  /// Cuts the first connection that has passed so many bytes in this direction, counted from now for each
  /// connection by itself: not one more gets through. With 0 it is cut when the first byte comes, as between
  /// a commit and its answer. Holds for one connection and is then over; a second call replaces the first.
  void cut_after(Direction direction, std::uint64_t bytes, Ending ending = Ending::reset);
  /// Waits until so many connections were cut since the proxy was made, by either of these; false when they
  /// were not `within` this time.
  [[nodiscard]] bool wait_for_cuts(std::uint64_t count, std::chrono::milliseconds within);

  /// Holds what comes from now on back for so long, in this direction. 0 ends it. Bytes never overtake each
  /// other.
  void delay(Direction direction, std::chrono::milliseconds time);

  /// Half-open: takes what either side sends and passes nothing on, not even an end; new connections are
  /// taken, and go nowhere.
  void go_silent();
  /// Lets new connections through again. Those that were silent have lost bytes: they stay so until they are
  /// cut.
  void speak();

  /// Refuses new connections, as where no server listens; open ones go on.
  void refuse();
  /// Takes new connections again, on the same port.
  void accept();

  /// Connections that are open towards the client.
  [[nodiscard]] std::uint64_t open();
  /// Connections taken since the proxy was made.
  [[nodiscard]] std::uint64_t taken();
  /// Bytes that got through in this direction since the proxy was made.
  [[nodiscard]] std::uint64_t passed(Direction direction);

 private:
  class Relay;
  std::unique_ptr<Relay> relay_;
};

}  // namespace parley::test_support
