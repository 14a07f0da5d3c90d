#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <exception>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "http/detail_connection.hpp"
#include "http/detail_loop.hpp"
#include "http/head_writer.hpp"

namespace parley::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::atomic<std::uint64_t> loops_made{0};

/// A text longer than this is not kept for the next answer: more than a head with a small body takes.
constexpr std::size_t most_text_bytes = 8 * 1024;
/// Texts that are kept: as many as answers usually wait for a turn together.
constexpr std::size_t most_texts = 64;

/// Deadlines are looked at this often: a quarter of the shortest, so that none is late by more than that.
std::chrono::milliseconds tick_of(const ServerBounds& bounds) {
  const auto shortest = std::min({bounds.head_time, bounds.body_grace, bounds.idle_time, bounds.write_time});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
}

Address address_of(const asio::ip::address& address) {
  return {address.is_v6() ? address.to_v6().to_bytes()
                          : asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes()};
}

}  // namespace

Loop::Loop(const ServerOptions& options, Census& census, RunningStreams& streams)
    : options_(options),
      census_(census),
      streams_(streams),
      traffic_(options.traffic->open(*options.router)),
      work_(context_.get_executor()),
      acceptor_(context_),
      next_socket_(context_),
      timer_(context_),
      tick_(tick_of(options.bounds)),
      number_(++loops_made) {
  texts_.reserve(most_texts);
}

Loop::~Loop() = default;

void Loop::post(base::Job job) {
  asio::post(context_, std::move(job));
}

void Loop::resume_later(std::coroutine_handle<> handle) {
  waiting_.push_back(handle);
  if (waiting_.size() == 1) post([this] { resume_waiting(); });
}

void Loop::resume_waiting() {
  // Who waits from now on has another turn.
  resuming_.swap(waiting_);
  for (const std::coroutine_handle<> handle : resuming_) handle.resume();
  resuming_.clear();
}

void Loop::run() {
  const Guard guard(this);
  // Behind whatever is ready now: the lines of all that came together are written together.
  base::GatheredLog lines([this, &lines] { post([&lines] { lines.flush(); }); });
  arm_timer();
  accept_next();
  for (;;) {
    // The one place where what a library throws on this thread ends: the event is lost, the loop goes on.
    try {
      context_.run();
      return;
    } catch (const std::exception& exception) {
      base::log(base::Level::error, "loop_exception", {{"what", std::string_view(exception.what())}});
    } catch (...) {
      base::log(base::Level::error, "loop_exception", {{"what", std::string_view("unknown")}});
    }
  }
}

void Loop::accept_next() {
  acceptor_.async_accept(next_socket_, [this](const error_code& error) { accepted(error); });
}

void Loop::accepted(const error_code& error) {
  // One may have been taken in just before the acceptor was closed: a drain still answers it, a stop does
  // not.
  if (!error && !stopping_) welcome(std::move(next_socket_));
  next_socket_ = Socket(context_);
  if (error == asio::error::operation_aborted || draining_) return;
  if (error && error != asio::error::connection_aborted && error != asio::error::interrupted) {
    // Out of descriptors or memory: to try again at once would spin. The timer takes it up.
    base::log(base::Level::warning, "accept_paused", {{"why", std::string_view(error.message())}});
    accept_paused_ = true;
    traffic_.accept_pauses.add();
    return;
  }
  accept_next();
}

void Loop::welcome(Socket socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (!error) socket.non_blocking(true, error);
  if (error) return;
  Peer peer;
  peer.address = address_of(endpoint.address());
  peer.text = peer.address.text();
  peer.is_trusted = options_.trusted_proxies.trusts(peer.address);
  // A proxy's connections are its clients'.
  peer.place = census_.enter(peer.is_trusted ? std::nullopt : std::optional(counted_network(peer.address)));
  if (peer.place.verdict != Census::Verdict::welcome) traffic_.refused.add();
  if (peer.place.verdict == Census::Verdict::turned_away) return;
  socket.set_option(Tcp::no_delay(true), error);
  auto connection = std::make_unique<Connection>(*this, std::move(socket), std::move(peer));
  base::spawn(Connection::serve(std::move(connection)));
}

void Loop::admit(Connection& connection) {
  connection.set_place(connections_.size());
  connections_.push_back(&connection);
  traffic_.opened.add();
}

void Loop::release(Connection& connection) noexcept {
  Connection* last = connections_.back();
  connections_[connection.place()] = last;
  last->set_place(connection.place());
  connections_.pop_back();
  census_.leave(connection.peer().place);
  traffic_.closed.add();
  end_if_empty();
}

void Loop::arm_timer() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](const error_code& error) {
    if (error || stopping_) return;
    check_deadlines();
    arm_timer();
  });
}

void Loop::check_deadlines() {
  const auto now = SteadyClock::now();
  for (Connection* connection : connections_) connection->check_deadline(now);
  if (accept_paused_ && !draining_) {
    accept_paused_ = false;
    accept_next();
  }
}

void Loop::drain() {
  if (draining_) return;
  error_code error;
  acceptor_.non_blocking(true, error);
  for (;;) {
    Socket waiting(context_);
    if (acceptor_.accept(waiting, error); error) break;
    welcome(std::move(waiting));
  }
  draining_ = true;
  acceptor_.close(error);
  for (Connection* connection : connections_) connection->end_if_idle();
}

void Loop::cut_all() {
  for (Connection* connection : connections_) connection->cut();
}

void Loop::stop() {
  drain();
  cut_all();
  stopping_ = true;
  end_if_empty();
}

void Loop::end_if_empty() noexcept {
  if (!stopping_ || !connections_.empty()) return;
  timer_.cancel();
  work_.reset();
}

std::string Loop::take_text() noexcept {
  if (texts_.empty()) return {};
  std::string text = std::move(texts_.back());
  texts_.pop_back();
  return text;
}

void Loop::give_text(std::string text) noexcept {
  text.clear();
  if (text.capacity() <= most_text_bytes && texts_.size() < most_texts) texts_.push_back(std::move(text));
}

std::string_view Loop::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_.clear();
    append_http_date(date_, now);
    date_second_ = now;
  }
  return date_;
}

std::string Loop::next_request_id() {
  std::array<char, 33> text{};
  char* const end = text.data() + text.size();
  char* at = std::to_chars(text.data(), end, number_, 16).ptr;
  *at++ = '-';
  at = std::to_chars(at, end, ++requests_, 16).ptr;
  return {text.data(), at};
}

}  // namespace parley::http
