#include "api/statistics_workbook.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <utility>

#include "api/answer.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "encoding/workbook.hpp"
#include "statistics/workbook_row.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using encoding::TemporaryFile;
using encoding::Workbook;

constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

std::unexpected<base::Error> beyond_sheet(std::string_view why) {
  return base::fail(
      ErrorCode::invalid_argument,
      fmt::format("the span from startTime to endTime holds {}; ask for a shorter span, or fileType=csv",
                  why));
}

/// Writes the rows of a query into a workbook, on a thread of the pool.
class Writing {
 public:
  Writing(store::Database& database, const StatisticsRequest& asked, const std::stop_token& stop)
      : database_(database),
        asked_(asked),
        stop_(stop),
        end_(std::chrono::steady_clock::now() + limits::workbook_time) {}

  Result<TemporaryFile> run() {
    PARLEY_TRY_ASSIGN(auto workbook, Workbook::create("chatStatistics", statistics::workbook_columns()));
    PARLEY_TRY(base::block_on(write_rows(workbook)));
    return workbook.finish();
  }

  /// Rows written so far.
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  Task<Result<>> write_rows(Workbook& workbook) {
    std::optional<statistics::Position> position;
    Result<> written;
    const auto take = [&](const statistics::FactRow& row) {
      if (++rows_ > limits::workbook_rows) {
        written =
            beyond_sheet(fmt::format("more than the {} chats that one sheet takes", limits::workbook_rows));
      } else {
        written = statistics::add_workbook_row(workbook, row, asked_.timezone);
      }
      return written.has_value();
    };
    const auto next = [&](store::Unit& unit) {
      texts_.make_room();
      return statistics::batch(unit, asked_.query, texts_, position, limits::rows_per_batch, take);
    };
    bool more = true;
    while (more) {
      PARLEY_CO_TRY(check_time());
      PARLEY_CO_TRY_ASSIGN(more, co_await store::read_value<bool>(database_, next));
      if (!written && written.error().code == ErrorCode::too_large) {
        co_return beyond_sheet(written.error().public_text);
      }
      if (!written) co_return base::fail(std::move(written).error());
    }
    co_return Result<>{};
  }

  [[nodiscard]] Result<> check_time() const {
    if (stop_.stop_requested()) return base::fail(ErrorCode::unavailable, "the server is shutting down");
    if (std::chrono::steady_clock::now() < end_) return {};
    return base::fail(ErrorCode::unavailable, "the workbook took too long to make",
                      "a workbook took longer than limits::workbook_time");
  }

  store::Database& database_;
  const StatisticsRequest& asked_;
  const std::stop_token& stop_;
  std::chrono::steady_clock::time_point end_;
  statistics::Dictionary texts_{asked_.query.sid};
  std::int64_t rows_ = 0;
};

}  // namespace

Task<Result<>> send_workbook(const Call& call, http::Responder& responder, StatisticsRequest asked,
                             std::string tag) {
  http::Response head = success_head(call, workbook_type, tag);
  head.headers.add("Content-Disposition", content_disposition(asked, "xlsx"));
  add_page_headers(head, asked.query.updated, {});
  if (call.allowance) add_allowance(head, *call.allowance);
  std::int64_t rows = 0;
  const auto make = [&call, &asked, &rows](const std::stop_token& stop) {
    Writing writing(call.database, asked, stop);
    auto made = writing.run();
    rows = writing.rows();
    return made;
  };
  PARLEY_CO_TRY_ASSIGN(const TemporaryFile file, co_await base::run_on<TemporaryFile>(call.pool, make));
  PARLEY_CO_TRY_ASSIGN(const std::uint64_t size, file.size());
  head.rows = static_cast<std::uint64_t>(rows);
  http::BodyStream stream = std::move(responder).stream(std::move(head));
  for (std::uint64_t at = 0; at < size;) {
    const std::size_t before = stream.buffer().size();
    const auto got = file.read(stream.buffer(), at, stream.wanted_bytes());
    const std::uint64_t bytes = stream.buffer().size() - before;
    if (!got || bytes == 0) {
      base::log(base::Level::error, "answer cut",
                {{"request", call.request.request_id},
                 {"sid", call.sid},
                 {"reason", got ? std::string("the workbook's file ends early") : got.error().log_text}});
      co_return Result<>{};
    }
    at += bytes;
    const auto sent = co_await stream.flush_if_full();
    if (!sent) co_return Result<>{};
  }
  // Who has gone needs no end.
  [[maybe_unused]] const auto finished = co_await stream.finish();
  co_return Result<>{};
}

}  // namespace parley::api
