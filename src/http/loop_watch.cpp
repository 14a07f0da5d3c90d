#include <boost/asio/error.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "http/detail_loop.hpp"

namespace parley::http {

namespace {

using boost::system::error_code;
using Descriptor = boost::asio::posix::basic_stream_descriptor<LoopExecutor>;
using Timer =
    boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, LoopExecutor>;

/// What the watch and the handlers that Asio still holds for it have in common.
struct Waiting : std::enable_shared_from_this<Waiting> {
  explicit Waiting(boost::asio::io_context& context) : descriptor(context), timer(context) {}

  void begin(base::Readiness wanted, std::chrono::milliseconds time, base::DescriptorWatch::Wake to_run);
  void end(std::uint64_t of_turn, bool is_ready);
  void arm();

  Descriptor descriptor;
  Timer timer;
  base::DescriptorWatch::Wake wake;  ///< Empty while nobody waits.
  std::uint64_t turn = 0;            ///< Of the last wait: an earlier one's handlers mean nothing.
  SteadyClock::time_point until;
  bool waits_for_both = false;
  bool is_armed = false;
};

void Waiting::begin(base::Readiness wanted, std::chrono::milliseconds time,
                    base::DescriptorWatch::Wake to_run) {
  PARLEY_CHECK(!wake);
  wake = std::move(to_run);
  ++turn;
  until = SteadyClock::now() + time;
  // A broken descriptor is as good as a ready one: its user finds out.
  const auto tell = [self = shared_from_this(), began = turn](const error_code&) { self->end(began, true); };
  waits_for_both = wanted == base::Readiness::readable_or_writable;
  descriptor.async_wait(Descriptor::wait_read, tell);
  if (waits_for_both) descriptor.async_wait(Descriptor::wait_write, tell);
  // Set once for many waits: most end long before their time.
  if (!is_armed || timer.expiry() > until) arm();
}

void Waiting::end(std::uint64_t of_turn, bool is_ready) {
  if (of_turn != turn || !wake) return;
  error_code ignored;
  if (waits_for_both || !is_ready) descriptor.cancel(ignored);
  auto told = std::exchange(wake, {});
  told(is_ready);
}

void Waiting::arm() {
  is_armed = true;
  timer.expires_at(until);
  timer.async_wait([self = shared_from_this()](const error_code& error) {
    if (error) return;  // set to another time, or the watch is gone
    self->is_armed = false;
    if (!self->wake) return;
    if (SteadyClock::now() < self->until) return self->arm();
    self->end(self->turn, false);
  });
}

class LoopWatch final : public base::DescriptorWatch {
 public:
  LoopWatch(boost::asio::io_context& context, int descriptor) : waiting_(std::make_shared<Waiting>(context)) {
    error_code failed;
    waiting_->descriptor.assign(descriptor, failed);
    // Without it every wait ends at once, and the descriptor's user sees what is wrong with it.
  }
  ~LoopWatch() override {
    waiting_->wake = {};
    ++waiting_->turn;
    // The descriptor is another's: it stays open.
    if (waiting_->descriptor.is_open()) waiting_->descriptor.release();
    waiting_->timer.cancel();
  }
  LoopWatch(const LoopWatch&) = delete;
  LoopWatch& operator=(const LoopWatch&) = delete;

  void wait(base::Readiness wanted, std::chrono::milliseconds time, Wake wake) override {
    waiting_->begin(wanted, time, std::move(wake));
  }

 private:
  std::shared_ptr<Waiting> waiting_;
};

}  // namespace

std::unique_ptr<base::DescriptorWatch> Loop::watch(int descriptor) {
  return std::make_unique<LoopWatch>(context_, descriptor);
}

}  // namespace parley::http
