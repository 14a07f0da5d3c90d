#include "watch/metrics.hpp"

#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <utility>

#include "base/metrics.hpp"

namespace parley::watch {

namespace {

/// What all loops counted of one route.
struct RouteTotals {
  struct Class {
    base::HistogramTotals seconds;
    std::uint64_t body_bytes = 0;
  };
  std::array<Class, 5> classes;
  std::uint64_t rows = 0;
};

constexpr std::array<std::string_view, 5> class_names{"1xx", "2xx", "3xx", "4xx", "5xx"};

struct Totals {
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  std::uint64_t refused = 0;
  std::uint64_t accept_pauses = 0;
  std::uint64_t cut_answers = 0;
  std::map<std::string, RouteTotals> by_route;
};

Totals add_up(const http::Traffic& traffic) {
  Totals totals;
  traffic.each([&totals](const http::LoopTraffic& part) {
    // Closed first: a connection that comes and goes in between must not make the open ones negative.
    totals.closed += part.closed.value();
    totals.opened += part.opened.value();
    totals.refused += part.refused.value();
    totals.accept_pauses += part.accept_pauses.value();
    totals.cut_answers += part.cut_answers.value();
    for (const http::RouteTraffic& route : part.by_route) {
      RouteTotals& sum = totals.by_route[route.name.empty() ? "other" : route.name];
      for (std::size_t i = 0; i < sum.classes.size(); ++i) {
        route.classes[i].seconds.add_to(sum.classes[i].seconds);
        sum.classes[i].body_bytes += route.classes[i].body_bytes.value();
      }
      sum.rows += route.rows.value();
    }
  });
  return totals;
}

/// Bytes of this process in memory; 0 where the system does not tell.
std::uint64_t resident_bytes() {
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Calls `tell(route, class, totals)` for each route and class that has seen a request.
template <typename F>
void each_class(const Totals& totals, F tell) {
  for (const auto& [name, route] : totals.by_route) {
    for (std::size_t i = 0; i < class_names.size(); ++i) {
      if (route.classes[i].seconds.count() > 0) tell(name, class_names[i], route.classes[i]);
    }
  }
}

void add_requests(base::MetricsText& text, const Totals& totals) {
  text.counter("parley_http_requests_total", "Requests answered, by method and class of status.");
  each_class(totals, [&text](std::string_view name, std::string_view status, const auto& counted) {
    text.sample(counted.seconds.count(), {{"method", name}, {"status", status}});
  });
  text.histogram("parley_http_request_duration_seconds",
                 "Seconds from the whole request to the last byte of its answer.");
  each_class(totals, [&text](std::string_view name, std::string_view status, const auto& counted) {
    text.sample(counted.seconds, {{"method", name}, {"status", status}});
  });
  text.counter("parley_http_body_bytes_total", "Bytes of bodies sent, as they went out.");
  each_class(totals, [&text](std::string_view name, std::string_view status, const auto& counted) {
    text.sample(counted.body_bytes, {{"method", name}, {"status", status}});
  });
  text.counter("parley_http_rows_total", "Rows in answers, by method.");
  for (const auto& [name, route] : totals.by_route) {
    if (route.rows > 0) text.sample(route.rows, {{"method", name}});
  }
  text.counter("parley_http_cut_answers_total", "Answers that ended before they were whole.");
  text.sample(totals.cut_answers);
}

void add_connections(base::MetricsText& text, const Totals& totals) {
  text.gauge("parley_http_open_connections", "Connections open now.");
  text.sample(totals.opened - totals.closed);
  text.counter("parley_http_connections_total", "Connections taken in.");
  text.sample(totals.opened);
  text.counter("parley_http_rejected_connections_total",
               "Connections over the limit, answered 503 or closed.");
  text.sample(totals.refused);
  text.counter("parley_http_accept_pauses_total", "Times nobody could be taken in for want of descriptors.");
  text.sample(totals.accept_pauses);
}

void add_store(base::MetricsText& text, const store::Statistics& store) {
  const store::WriterStatistics& writer = store.writer;
  text.gauge("parley_store_waiting_writes", "Writes in the queue now, by priority.");
  text.sample(writer.waiting[0], {{"priority", "message"}});
  text.sample(writer.waiting[1], {{"priority", "ordinary"}});
  text.sample(writer.waiting[2], {{"priority", "bulk"}});
  text.counter("parley_store_writes_total", "Writes carried out, failed ones too.");
  text.sample(writer.units);
  text.counter("parley_store_failed_writes_total", "Writes undone alone.");
  text.sample(writer.failed_units);
  text.counter("parley_store_failed_commits_total", "Transactions that could not be begun or committed.");
  text.sample(writer.failed_groups);
  text.histogram("parley_store_group_writes", "Writes in one transaction.");
  text.sample(writer.group_units);
  text.histogram("parley_store_commit_duration_seconds", "Seconds of a commit with its sync.");
  text.sample(writer.commit_seconds);
  text.counter("parley_store_checkpoints_total", "Rounds of moving the log into the database file.");
  text.sample(store.checkpoints.passive);
  text.counter("parley_store_log_restarts_total", "Rounds in which the log was to be begun anew.");
  text.sample(store.checkpoints.restart);
  text.counter("parley_store_failed_checkpoints_total", "Rounds that could not do all they were to.");
  text.sample(store.checkpoints.failed);
  text.gauge("parley_store_log_pages", "Pages of the write-ahead log after the last commit.");
  text.sample(store.checkpoints.log_pages);
}

}  // namespace

std::string render_metrics(const http::Traffic& traffic, const store::Statistics& store,
                           std::chrono::duration<double> uptime) {
  base::MetricsText text;
  text.gauge("parley_build_info", "Always 1; the label tells the version.");
  text.sample(std::uint64_t{1}, {{"version", PARLEY_VERSION}});
  text.gauge("parley_uptime_seconds", "Seconds since the server started.");
  text.sample(uptime.count());
  text.gauge("process_resident_memory_bytes", "Bytes of this process in memory.");
  text.sample(resident_bytes());
  const Totals totals = add_up(traffic);
  add_requests(text, totals);
  add_connections(text, totals);
  add_store(text, store);
  return std::move(text).take();
}

}  // namespace parley::watch
