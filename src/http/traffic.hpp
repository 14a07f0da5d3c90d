#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "http/router.hpp"

namespace parley::http {

/// What one loop has seen of one route, apart by class of status: `classes[1]` holds 2xx.
struct RouteTraffic {
  std::string name;  ///< The route's; empty for what no route takes.
  struct Class {
    base::Histogram seconds{base::seconds_bounds};  ///< From the whole request to the answer's last byte.
    base::Count body_bytes;                         ///< As sent: compressed, without heads and framing.
  };
  std::array<Class, 5> classes;
  base::Count rows;  ///< Rows in bodies, where a handler counts them.
};

/// What one loop counts, on its thread; read from any.
struct LoopTraffic {
  explicit LoopTraffic(const Router& router);

  base::Count opened;                  ///< Connections taken in.
  base::Count closed;                  ///< Of these, ended.
  base::Count refused;                 ///< Connections over a limit: answered 503, or closed at once.
  base::Count failed_handshakes;       ///< Of those taken in: TLS did not come about.
  base::Count accept_pauses;           ///< Times that nobody could be taken in: out of descriptors or memory.
  base::Count cut_answers;             ///< Answers that ended before they were whole.
  std::vector<RouteTraffic> by_route;  ///< By the router's places; the last is for what no route takes.
};

/// What a server has seen. Each loop counts in a part of its own, so that counting costs no sharing. Outlives
/// the server and the handlers that tell of it.
class Traffic {
 public:
  /// A part for one more loop. It lives as long as this does. From any thread.
  [[nodiscard]] LoopTraffic& open(const Router& router);

  /// Looks at every part: `look(const LoopTraffic&)`. From any thread.
  template <typename F>
  void each(F look) const {
    const std::lock_guard lock(mutex_);
    for (const auto& part : parts_) look(*part);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<LoopTraffic>> parts_;
};

}  // namespace parley::http
