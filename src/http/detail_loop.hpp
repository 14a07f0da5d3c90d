#pragma once

// For the .cpp files of this module only: names Asio.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/scheduler.hpp"
#include "http/census.hpp"
#include "http/gathering.hpp"
#include "http/server.hpp"
#include "http/tls_context.hpp"

namespace parley::http {

class Connection;

using Tcp = boost::asio::ip::tcp;
using LoopExecutor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<Tcp, LoopExecutor>;
using Acceptor = boost::asio::basic_socket_acceptor<Tcp, LoopExecutor>;
using SteadyClock = std::chrono::steady_clock;

/// One thread's share of the server: its listening socket, its connections, its jobs, one timer for all
/// deadlines. Everything but `post` and construction happens on the loop's thread.
class Loop final : public base::Scheduler {
 public:
  Loop(const ServerOptions& options, Census& census, RunningStreams& streams);
  ~Loop() override;

  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  /// Before `run`. `tls`, which outlives the loop: what its connections begin with; null for plain HTTP.
  void listen(Acceptor acceptor) { acceptor_ = std::move(acceptor); }
  void speak(const TlsContext* tls) { tls_ = tls; }

  void post(base::Job job) override;
  [[nodiscard]] std::unique_ptr<base::DescriptorWatch> watch(int descriptor) override;

  /// The thread's whole life: ends after `stop`, when the last connection and its handler have ended.
  void run();

  /// Takes in what has been connected already, then no more; ends idle connections.
  void drain();
  /// Resets every connection; handlers learn it at their next write.
  void cut_all();
  /// Drains, cuts, and lets `run` end.
  void stop();

  // For connections.
  /// Resumes it behind whatever else this thread has to do now.
  void resume_later(std::coroutine_handle<> handle);
  void admit(Connection& connection);
  void release(Connection& connection) noexcept;
  [[nodiscard]] const ServerOptions& options() const noexcept { return options_; }
  [[nodiscard]] const TlsContext* tls() const noexcept { return tls_; }
  [[nodiscard]] RunningStreams& streams() noexcept { return streams_; }
  [[nodiscard]] LoopTraffic& traffic() noexcept { return traffic_; }
  [[nodiscard]] bool is_draining() const noexcept { return draining_; }
  /// Where a connection receives before it copies what came: one for all, so that an idle connection holds no
  /// buffer.
  [[nodiscard]] std::array<char, 64 * 1024>& scratch() noexcept { return scratch_; }
  /// An empty text with the room that an earlier answer's head took, if there is one; to be given back.
  [[nodiscard]] std::string take_text() noexcept;
  void give_text(std::string text) noexcept;
  /// The Date header's value now.
  [[nodiscard]] std::string_view date();
  [[nodiscard]] std::string next_request_id();

 private:
  void accept_next();
  void accepted(const boost::system::error_code& error);
  void welcome(Socket socket);
  void arm_timer();
  void check_deadlines();
  void resume_waiting();
  void end_if_empty() noexcept;

  const ServerOptions& options_;
  Census& census_;
  RunningStreams& streams_;
  LoopTraffic& traffic_;
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<LoopExecutor>> work_;
  const TlsContext* tls_ = nullptr;
  Acceptor acceptor_;
  Socket next_socket_;
  boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, LoopExecutor> timer_;
  std::chrono::milliseconds tick_;
  std::vector<Connection*> connections_;
  std::vector<std::coroutine_handle<>> waiting_;   ///< For their next turn.
  std::vector<std::coroutine_handle<>> resuming_;  ///< Those whose turn it is; empty in between.
  std::uint64_t number_;
  std::uint64_t requests_ = 0;
  std::time_t date_second_ = -1;
  std::string date_;
  bool accept_paused_ = false;
  bool draining_ = false;
  bool stopping_ = false;
  std::array<char, 64 * 1024> scratch_{};
  std::vector<std::string> texts_;
};

}  // namespace parley::http
