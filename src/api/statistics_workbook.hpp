#pragma once

#include <string>

#include "api/call.hpp"
#include "api/statistics_request.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "http/responder.hpp"

namespace parley::api {

/// Answers chatStatistics as a workbook, made beside the loops on `call.pool` and then sent from a file.
/// Errors: invalid_argument when a sheet does not hold so much; unavailable when too many are being made, or
/// this one took longer than limits::workbook_time.
base::Task<base::Result<>> send_workbook(const Call& call, http::Responder& responder,
                                         StatisticsRequest asked, std::string tag);

}  // namespace parley::api
