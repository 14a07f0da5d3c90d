#pragma once

// For the .cpp files of this module only: names Asio.

#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "http/address.hpp"
#include "http/census.hpp"
#include "http/detail_loop.hpp"
#include "http/detail_tls.hpp"
#include "http/exchange.hpp"
#include "http/request_parser.hpp"

namespace parley::http {

/// The other end of a connection.
struct Peer {
  Address address;
  std::string text;         ///< The address as people write it.
  bool is_trusted = false;  ///< A proxy whose word on its clients counts.
  Census::Place place;      ///< What the connection is counted as; over a limit: answered 503 and closed.
};

/// One client's connection: a coroutine that reads requests and has them answered, one after the other. It
/// owns itself through that coroutine and ends when the coroutine does, never before the handler of its last
/// request. On its loop's thread.
class Connection {
 public:
  Connection(Loop& loop, Socket socket, Peer peer);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  static base::Task<void> serve(std::unique_ptr<Connection> connection);

  // For the exchange.
  using Pieces = std::array<std::string_view, 3>;

  /// Sends the pieces, one behind the other; completes when the system took them all. False when the peer is
  /// gone or took too long for twice limits::stream_chunk_bytes_least: then the connection is reset.
  base::Task<bool> write(Pieces pieces);
  /// Sends a whole answer, head and body, when the others that are ready now are made too: answers that go
  /// out together wake a reader of several of them once. One at a time.
  void write_later(std::string answer) noexcept { unsent_ = std::move(answer); }
  /// How long the last `write` waited for its reader.
  [[nodiscard]] SteadyClock::duration waited() const noexcept { return waited_; }
  /// Told after a `write` that had to wait, how much of its answer this reader is to get at once from now on:
  /// the system holds no more for it than befits that.
  void set_wanted(std::size_t bytes);
  [[nodiscard]] RunningStreams& streams() noexcept { return loop_.streams(); }
  [[nodiscard]] bool is_gone() const noexcept { return gone_; }
  [[nodiscard]] bool is_draining() const noexcept { return loop_.is_draining(); }
  [[nodiscard]] std::string_view date() { return loop_.date(); }
  [[nodiscard]] std::string take_text() noexcept { return loop_.take_text(); }
  void give_text(std::string text) noexcept { loop_.give_text(std::move(text)); }
  void resume_later(std::coroutine_handle<> handle) { loop_.resume_later(handle); }

  /// Awaited: goes on after whatever else this thread has to do now.
  [[nodiscard]] auto next_turn() noexcept {
    struct Awaiter {
      Connection& connection;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> awaiting) const { connection.resume_later(awaiting); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

  // For the loop.
  [[nodiscard]] const Peer& peer() const noexcept { return peer_; }
  [[nodiscard]] std::size_t place() const noexcept { return place_; }
  void set_place(std::size_t place) noexcept { place_ = place; }
  void check_deadline(SteadyClock::time_point now);
  /// Closes a connection that waits for a request of which nothing has come.
  void end_if_idle();
  /// Resets it. Whoever waits on it goes on, with an error.
  void cut();

 private:
  enum class Received : std::uint8_t { more, ended, timed_out };
  enum class Incoming : std::uint8_t { request, refused, timed_out, gone };
  struct Arrival;

  /// Awaits that the socket can be read or written: Asio's callback, made a coroutine's.
  struct Ready {
    Socket& socket;
    Socket::wait_type type;
    boost::system::error_code error{};

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
      socket.async_wait(type, [this, awaiting](const boost::system::error_code& outcome) {
        error = outcome;
        awaiting.resume();
      });
    }
    [[nodiscard]] boost::system::error_code await_resume() const noexcept { return error; }
  };

  base::Task<bool> serve_one();
  base::Task<Incoming> read_request();
  base::Task<Received> receive();
  base::Task<Received> receive_plain();
  base::Task<Received> receive_sealed();
  /// Begins TLS. False where it does not come about: then the connection is gone.
  base::Task<bool> shake_hands();
  base::Task<bool> receive_hello();
  base::Task<void> close_sealed();
  void note_failed_handshake(std::string_view why) const;
  base::Task<bool> write_rest(Pieces pieces);
  base::Task<bool> write_unsent();
  base::Task<void> close_gently();
  [[nodiscard]] bool write_now(Pieces& pieces, std::size_t limit, boost::system::error_code& error);
  [[nodiscard]] bool write_sealed(Pieces& pieces, std::size_t limit, boost::system::error_code& error);
  /// Whether the peer has sent what nobody has read yet.
  [[nodiscard]] bool more_waits();
  [[nodiscard]] bool is_routed(Incoming incoming) const;
  [[nodiscard]] AnswerTerms terms_for(Incoming incoming) const;
  [[nodiscard]] Response refusal_for(Incoming incoming) const;
  void take_forwarded(Request& request) const;
  void note_request(const Exchange& exchange, Incoming incoming, SteadyClock::time_point begin) const;
  void set_deadline(SteadyClock::time_point deadline) noexcept;
  void set_unsent(std::size_t bytes);
  [[nodiscard]] bool has_taken_enough();
  [[nodiscard]] bool is_over_limit() const noexcept {
    return peer_.place.verdict != Census::Verdict::welcome;
  }

  Loop& loop_;
  Socket socket_;
  Peer peer_;
  RequestParser parser_;
  std::string input_;
  std::string unsent_;  ///< An answer that goes out in the next turn.
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  SteadyClock::duration waited_{};
  std::size_t place_ = 0;
  std::unique_ptr<TlsSession> tls_;  ///< Null where it speaks plain HTTP.
  std::size_t unsent_bytes_ = 0;     ///< What the system may hold unsent.
  /// While a write waits: what the reader's system had taken when its time began.
  std::optional<std::uint64_t> taken_before_;
  bool awaits_reader_ = false;
  bool is_arriving_ = false;  ///< Waits in `Arrival`, which reads by itself.
  bool lacks_tls_ = false;    ///< Speaks plain HTTP where TLS is to be spoken.
  bool idle_ = true;          ///< Waits for a request of which nothing has come.
  bool expired_ = false;      ///< The deadline has passed.
  bool gone_ = false;         ///< Reset, or the peer has gone: nothing can be written any more.
  bool refused_ = false;      ///< The last request's end is not known: more of it may come.
};

}  // namespace parley::http
