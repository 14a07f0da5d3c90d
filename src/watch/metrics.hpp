#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/traffic.hpp"
#include "store/statistics.hpp"

namespace parley::watch {

inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics in the Prometheus text format. docs/METRICS.md lists them. Every family is there from the
/// start; of requests, each method and class of status appears with its first request. From any thread.
[[nodiscard]] std::string render_metrics(const http::Traffic& traffic, const store::Statistics& store,
                                         std::chrono::duration<double> uptime);

}  // namespace parley::watch
