#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/scheduler.hpp"

namespace parley::base {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// While jobs keep coming, descriptors are looked at once in so many.
constexpr std::uint64_t jobs_between_polls = 64;

/// Milliseconds for poll(2), upwards: it would else return a little too early, again and again.
int poll_time(std::optional<SteadyClock::time_point> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - SteadyClock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

class RunLoop::Watch final : public DescriptorWatch {
 public:
  Watch(RunLoop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {
    loop_.watches_.push_back(this);
  }
  ~Watch() override { std::erase(loop_.watches_, this); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void wait(Readiness wanted, std::chrono::milliseconds time, Wake wake) override {
    PARLEY_CHECK(!wake_);
    wanted_ = wanted;
    until_ = SteadyClock::now() + time;
    outcome_.reset();
    wake_ = std::move(wake);
  }

  [[nodiscard]] bool is_waiting() const noexcept { return static_cast<bool>(wake_); }
  [[nodiscard]] SteadyClock::time_point until() const noexcept { return until_; }
  [[nodiscard]] ::pollfd asked() const noexcept {
    short events = POLLIN;
    if (wanted_ == Readiness::readable_or_writable) events |= POLLOUT;
    return {descriptor_, events, 0};
  }
  void note(bool is_ready, SteadyClock::time_point now) {
    if (is_ready) {
      outcome_ = true;
    } else if (now >= until_) {
      outcome_ = false;
    }
  }
  [[nodiscard]] bool is_woken() const noexcept { return is_waiting() && outcome_.has_value(); }
  /// The last thing done with it here: what is run may destroy it.
  void run() {
    Wake wake = std::exchange(wake_, {});
    wake(*outcome_);
  }

 private:
  RunLoop& loop_;
  const int descriptor_;
  Readiness wanted_ = Readiness::readable;
  SteadyClock::time_point until_;
  std::optional<bool> outcome_;
  Wake wake_;
};

RunLoop::~RunLoop() {
  PARLEY_CHECK(watches_.empty());
  if (posted_ >= 0) ::close(posted_);
}

std::unique_ptr<DescriptorWatch> RunLoop::watch(int descriptor) {
  if (posted_ < 0) posted_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  PARLEY_CHECK(posted_ >= 0);
  return std::make_unique<Watch>(*this, descriptor);
}

void RunLoop::post(Job job) {
  // Woken under the lock: the loop may be destroyed as soon as its thread has taken the last job.
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  if (is_polling_) {
    // It cannot fail but by being full, and then the loop wakes anyway.
    static_cast<void>(::eventfd_write(posted_, 1));
  } else {
    wake_.notify_one();
  }
}

void RunLoop::run_until(const std::function<bool()>& done) {
  const Guard guard(this);
  for (std::uint64_t turn = 1; !done(); ++turn) {
    const bool watching = is_watching();
    if (watching && turn % jobs_between_polls == 0) poll_watches(false);
    if (Job job = take_job(!watching)) {
      job();
    } else {
      poll_watches(true);
    }
    run_woken();
  }
}

bool RunLoop::is_watching() const noexcept {
  return std::ranges::any_of(watches_, [](const Watch* watch) { return watch->is_waiting(); });
}

Job RunLoop::take_job(bool may_sleep) {
  std::unique_lock lock(mutex_);
  if (may_sleep) wake_.wait(lock, [this] { return !jobs_.empty(); });
  if (jobs_.empty()) {
    is_polling_ = true;
    return {};
  }
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void RunLoop::poll_watches(bool may_sleep) {
  std::vector<::pollfd> asked = {{posted_, POLLIN, 0}};
  std::vector<Watch*> waiting;
  std::optional<SteadyClock::time_point> until;
  for (Watch* const watch : watches_) {
    if (!watch->is_waiting()) continue;
    waiting.push_back(watch);
    asked.push_back(watch->asked());
    until = until ? std::min(*until, watch->until()) : watch->until();
  }
  const int found = ::poll(asked.data(), asked.size(), may_sleep ? poll_time(until) : 0);
  if (may_sleep) {
    const std::lock_guard lock(mutex_);
    is_polling_ = false;
    ::eventfd_t ignored = 0;
    static_cast<void>(::eventfd_read(posted_, &ignored));
  }
  const auto now = SteadyClock::now();
  for (std::size_t i = 0; i < waiting.size(); ++i)
    waiting[i]->note(found > 0 && asked[i + 1].revents != 0, now);
}

void RunLoop::run_woken() {
  for (;;) {
    const auto woken = std::ranges::find_if(watches_, [](const Watch* watch) { return watch->is_woken(); });
    if (woken == watches_.end()) return;
    (*woken)->run();
  }
}

}  // namespace parley::base
