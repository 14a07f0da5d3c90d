#include <boost/asio/buffer.hpp>

#include <netinet/tcp.h>

#include <algorithm>
#include <utility>

#include "base/frame_memory.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "http/body_deadline.hpp"
#include "http/detail_connection.hpp"
#include "http/negotiation.hpp"
#include "http/socket_pace.hpp"

namespace parley::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Digits of an account's number that the log repeats: as many as any has.
constexpr std::size_t most_account_digits = 16;

/// The account that a request names, for the log: only where the segment is a number, since a caller who
/// mixes the segments up writes the key there.
std::string_view account_of(const Route& route, const Request& request) noexcept {
  if (route.account_segment == 0 || route.account_segment > request.target.segments.size()) return {};
  const std::string& text = request.target.segments[route.account_segment - 1];
  const bool is_number = !text.empty() && text.size() <= most_account_digits &&
                         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? std::string_view(text) : std::string_view();
}

}  // namespace

/// Awaits the first bytes of a request, read where they belong. Asio tries before it waits, which costs less
/// than to arm a wait each time.
struct Connection::Arrival {
  Socket& socket;
  asio::mutable_buffer into;
  error_code error{};
  std::size_t size = 0;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    socket.async_receive(into, [this, awaiting](const error_code& outcome, std::size_t received) {
      error = outcome;
      size = received;
      awaiting.resume();
    });
  }
  void await_resume() const noexcept {}
};

Connection::Connection(Loop& loop, Socket socket, Peer peer)
    : loop_(loop), socket_(std::move(socket)), peer_(std::move(peer)), parser_(loop.options().router.get()) {
  loop_.admit(*this);
  set_unsent(limits::unsent_bytes_least);
}

Connection::~Connection() {
  error_code ignored;
  socket_.close(ignored);
  loop_.release(*this);
}

base::Task<void> Connection::serve(std::unique_ptr<Connection> connection) {
  bool goes_on = true;
  if (connection->loop_.tls() != nullptr) {
    const bool begun = co_await connection->shake_hands();
    goes_on = begun;
  }
  while (goes_on) {
    goes_on = co_await connection->serve_one();
    // A client that pipelines without end leaves the others on this thread their turn.
    if (goes_on) co_await connection->next_turn();
  }
  if (connection->tls_) co_await connection->close_sealed();
  if (!connection->gone_) co_await connection->close_gently();
}

base::Task<bool> Connection::serve_one() {
  parser_.reset();
  const Incoming incoming = co_await read_request();
  if (incoming == Incoming::gone) {
    gone_ = true;
    co_return false;
  }
  const auto begin = SteadyClock::now();
  refused_ = incoming != Incoming::request;
  Request& request = parser_.request();
  request.peer_address = peer_.text;
  request.is_secure = tls_ != nullptr;
  if (peer_.is_trusted) take_forwarded(request);
  request.request_id = loop_.next_request_id();
  const auto exchange =
      std::allocate_shared<Exchange>(base::FrameAllocator<Exchange>(), *this, terms_for(incoming));
  if (!is_routed(incoming)) {
    auto refusing = exchange->answer(refusal_for(incoming));
    co_await refusing;
  } else {
    auto handling = loop_.options().router->answer(parser_.place(), request, Responder(exchange));
    co_await handling;
  }
  co_await exchange->settled();
  if (exchange->state() == Exchange::State::dropped) {
    exchange->reopen();
    auto refusing = exchange->answer(loop_.options().render_refusal(Refusal::unavailable, {}));
    co_await refusing;
  }
  if (!unsent_.empty()) {
    co_await next_turn();
    const bool sent = co_await write_unsent();
    if (!sent) exchange->lose();
  }
  note_request(*exchange, incoming, begin);
  if (exchange->state() == Exchange::State::cut && exchange->ends_with_connection()) cut();
  co_return exchange->keep_alive();
}

/// What a trusted proxy says of its client.
void Connection::take_forwarded(Request& request) const {
  request.peer_address = loop_.options().trusted_proxies.client_of(peer_.address, request).text();
  if (!request.header("x-forwarded-proto").empty()) request.is_secure = is_forwarded_https(request);
}

/// A verb that nobody takes is refused as such, also with a body that nobody would read.
bool Connection::is_routed(Incoming incoming) const {
  if (is_over_limit() || lacks_tls_) return false;
  if (incoming != Incoming::refused) return incoming == Incoming::request;
  return parser_.refusal() == Refusal::content_too_large &&
         !loop_.options().router->takes(parser_.request().verb) &&
         loop_.options().router->body_bytes_at(parser_.place(), parser_.request().verb) == 0;
}

AnswerTerms Connection::terms_for(Incoming incoming) const {
  const Request& request = parser_.request();
  AnswerTerms terms;
  terms.head_only = request.verb == Verb::head;
  terms.http_1_1 = parser_.is_http_1_1();
  terms.keep_alive = incoming == Incoming::request && parser_.keep_alive() && !is_over_limit() && !lacks_tls_;
  terms.codings = coding_weights(request.header("accept-encoding"));
  return terms;
}

Response Connection::refusal_for(Incoming incoming) const {
  const RefusalRenderer& render = loop_.options().render_refusal;
  if (lacks_tls_)
    return render(Refusal::bad_request, "this port speaks HTTPS; the address begins with https://");
  if (incoming == Incoming::refused) return render(parser_.refusal(), parser_.detail());
  if (incoming == Incoming::timed_out) return render(Refusal::request_timeout, {});
  return render(Refusal::unavailable, {});
}

base::Task<Connection::Incoming> Connection::read_request() {
  idle_ = true;
  if (input_.empty() && input_.capacity() > limits::idle_input_bytes) input_.shrink_to_fit();
  const ServerBounds& bounds = loop_.options().bounds;
  auto until = SteadyClock::now() + (is_over_limit() ? bounds.head_time : bounds.idle_time);
  std::optional<BodyDeadline> body;
  for (;;) {
    const auto progress = parser_.advance(input_);
    if (idle_ && parser_.begun(input_)) {
      idle_ = false;
      until = SteadyClock::now() + bounds.head_time;
    }
    if (progress == RequestParser::Progress::complete) co_return Incoming::request;
    if (progress == RequestParser::Progress::refused) co_return Incoming::refused;
    if (progress == RequestParser::Progress::head) {
      body.emplace(SteadyClock::now(), bounds.body_grace, bounds.body_pace);
      if (!parser_.expects_continue() || !input_.empty()) continue;
      const Pieces invitation{"HTTP/1.1 100 Continue\r\n\r\n", {}, {}};
      const bool invited = co_await write(invitation);
      if (!invited) co_return Incoming::gone;
      continue;
    }
    if (idle_ && is_draining()) end_if_idle();
    if (gone_) co_return Incoming::gone;
    set_deadline(body ? body->until() : until);
    const std::size_t before = input_.size();
    const Received received = co_await receive();
    if (body) body->add(input_.size() - before);
    if (received == Received::timed_out && !idle_) co_return Incoming::timed_out;
    if (received != Received::more) co_return Incoming::gone;
  }
}

base::Task<Connection::Received> Connection::receive() {
  return tls_ ? receive_sealed() : receive_plain();
}

base::Task<Connection::Received> Connection::receive_plain() {
  if (input_.empty()) {
    input_.resize(limits::idle_input_bytes);
    Arrival arrival{socket_, asio::buffer(input_)};
    is_arriving_ = true;
    co_await arrival;
    is_arriving_ = false;
    input_.resize(arrival.size);
    if (arrival.error || gone_) co_return expired_ ? Received::timed_out : Received::ended;
    set_deadline(SteadyClock::time_point::max());
    co_return Received::more;
  }
  for (;;) {
    error_code error = co_await Ready{socket_, Socket::wait_read};
    if (error || gone_) co_return expired_ ? Received::timed_out : Received::ended;
    auto& scratch = loop_.scratch();
    const std::size_t size = socket_.read_some(asio::buffer(scratch), error);
    if (error == asio::error::would_block) continue;
    if (error) co_return Received::ended;
    input_.append(scratch.data(), size);
    set_deadline(SteadyClock::time_point::max());
    co_return Received::more;
  }
}

/// Sends once, at most `limit` bytes, and takes what was sent off the pieces. True when nothing is left.
bool Connection::write_now(Pieces& pieces, std::size_t limit, error_code& error) {
  if (tls_) return write_sealed(pieces, limit, error);
  std::array<asio::const_buffer, 3> buffers;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::size_t size = std::min(limit, pieces[i].size());
    buffers[i] = asio::const_buffer(pieces[i].data(), size);
    limit -= size;
  }
  const bool is_one = pieces[1].empty() && pieces[2].empty();
  std::size_t sent = is_one ? socket_.write_some(buffers[0], error) : socket_.write_some(buffers, error);
  bool empty = true;
  for (std::string_view& piece : pieces) {
    const std::size_t size = std::min(sent, piece.size());
    piece.remove_prefix(size);
    sent -= size;
    empty = empty && piece.empty();
  }
  return empty;
}

base::Task<bool> Connection::write(Pieces pieces) {
  if (gone_) return base::Task<bool>::ready(false);
  if (std::ranges::all_of(pieces, &std::string_view::empty)) return base::Task<bool>::ready(true);
  waited_ = {};
  // Most answers fit into the socket's buffer: no coroutine for them.
  error_code error;
  if (write_now(pieces, limits::stream_chunk_bytes_most, error)) return base::Task<bool>::ready(true);
  return write_rest(pieces);
}

base::Task<bool> Connection::write_rest(Pieces pieces) {
  for (bool all = false; !all;) {
    error_code error;
    all = write_now(pieces, limits::stream_chunk_bytes_most, error);
    if (error == asio::error::would_block) {
      if (!awaits_reader_) set_deadline(SteadyClock::now() + loop_.options().bounds.write_time);
      awaits_reader_ = true;
      const auto begin = SteadyClock::now();
      error = co_await Ready{socket_, Socket::wait_write};
      waited_ += SteadyClock::now() - begin;
    }
    if (error || gone_) {
      if (!gone_) cut();
      co_return false;
    }
  }
  awaits_reader_ = false;
  taken_before_.reset();
  set_deadline(SteadyClock::time_point::max());
  co_return true;
}

base::Task<bool> Connection::write_unsent() {
  const Pieces pieces{unsent_, {}, {}};
  const bool sent = co_await write(pieces);
  loop_.give_text(std::exchange(unsent_, std::string()));
  co_return sent;
}

/// Closes after an answer so that the peer gets all of it: data that arrive at a closed socket would make the
/// system reset the connection and take the answer away, so what still comes is read and dropped for a while.
base::Task<void> Connection::close_gently() {
  error_code error;
  const bool more_comes = refused_ || !input_.empty() || more_waits();
  if (!more_comes) co_return;
  socket_.shutdown(Socket::shutdown_send, error);
  set_deadline(SteadyClock::now() + limits::lingering_close_time);
  const auto end = deadline_;
  std::size_t dropped = 0;
  while (dropped < limits::lingering_close_bytes) {
    input_.clear();
    set_deadline(end);
    const Received received = co_await receive_plain();
    if (received != Received::more) co_return;
    dropped += input_.size();
  }
}

void Connection::set_wanted(std::size_t bytes) {
  // In between it stays as it is, so that a reader at one of the two costs no call each time.
  if (bytes >= limits::stream_chunk_bytes) set_unsent(limits::unsent_bytes);
  if (bytes == limits::stream_chunk_bytes_least) set_unsent(limits::unsent_bytes_least);
}

void Connection::set_unsent(std::size_t bytes) {
  if (std::exchange(unsent_bytes_, bytes) == bytes) return;
  set_unsent_bytes(socket_.native_handle(), bytes);
}

void Connection::set_deadline(SteadyClock::time_point deadline) noexcept {
  deadline_ = deadline;
  expired_ = false;
}

/// Whether the reader has taken enough since this was last asked, so that it gets its time anew. The system
/// holds much of an answer, so what it takes from us says little of what the reader takes.
bool Connection::has_taken_enough() {
  const std::uint64_t taken = taken_bytes(socket_.native_handle());
  const bool is_enough = taken_before_ && taken - *taken_before_ >= 2 * limits::stream_chunk_bytes_least;
  if (is_enough || !taken_before_) taken_before_ = taken;
  return is_enough;
}

void Connection::check_deadline(SteadyClock::time_point now) {
  if (awaits_reader_ && has_taken_enough()) set_deadline(now + loop_.options().bounds.write_time);
  if (deadline_ > now) return;
  deadline_ = SteadyClock::time_point::max();
  expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::end_if_idle() {
  if (!idle_ || more_waits()) return;
  error_code ignored;
  if (is_arriving_) {
    // What the system gave us already, and nobody has looked at yet, is still answered.
    socket_.cancel(ignored);
    return;
  }
  if (tls_) static_cast<void>(tls_->close());
  gone_ = true;
  socket_.close(ignored);
}

void Connection::cut() {
  error_code ignored;
  gone_ = true;
  // Without lingering, close resets: a peer that waits for the end of a body sees that this is not it.
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  socket_.close(ignored);
}

/// Counts the request and writes its line in the log. Neither ever holds a key.
void Connection::note_request(const Exchange& exchange, Incoming incoming,
                              SteadyClock::time_point begin) const {
  const Request& request = parser_.request();
  const Router& router = *loop_.options().router;
  const bool is_request = incoming == Incoming::request;
  const std::size_t place = is_request ? parser_.place() : router.size();
  const std::chrono::duration<double> taken = SteadyClock::now() - begin;
  const bool is_cut = exchange.state() == Exchange::State::cut;

  LoopTraffic& traffic = loop_.traffic();
  if (is_cut) traffic.cut_answers.add();
  RouteTraffic& counted = traffic.by_route[place];
  auto& of_class = counted.classes[static_cast<std::size_t>(std::clamp(exchange.status() / 100, 1, 5) - 1)];
  of_class.seconds.add(taken.count());
  of_class.body_bytes.add(exchange.body_bytes());
  counted.rows.add(exchange.rows());

  const bool is_routed = place < router.size();
  base::log(base::Level::info, "request",
            {{"id", std::string_view(request.request_id)},
             {"verb", is_request ? name_of(request.verb) : std::string_view()},
             {"method", is_routed ? std::string_view(router.at(place).name) : std::string_view()},
             {"route", is_routed ? std::string_view(router.at(place).pattern) : std::string_view()},
             {"sid", is_routed ? account_of(router.at(place), request) : std::string_view()},
             {"status", static_cast<std::int64_t>(exchange.status())},
             {"bytes", static_cast<std::int64_t>(exchange.body_bytes())},
             {"ms", std::chrono::duration_cast<std::chrono::microseconds>(taken)},
             {"peer", std::string_view(request.peer_address)},
             {"cut", is_cut}});
}

}  // namespace parley::http
