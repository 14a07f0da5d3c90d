#include <vector>

#include "api/answer.hpp"
#include "api/methods.hpp"
#include "encoding/json_writer.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::api {

using base::Result;
using base::Task;

namespace {

void append_row(std::string& out, std::int64_t sid, const page_filter::PageFilter& filter) {
  if (!out.empty()) out.push_back(',');
  out += "{\"id\":";
  encoding::append_decimal(out, filter.filter_id);
  out += ",\"sid\":";
  encoding::append_decimal(out, sid);
  out += ",\"searchFilter\":";
  encoding::append_json_string(out, filter.pattern);
  out += ",\"searchName\":";
  encoding::append_json_string(out, filter.name);
  out += ",\"matchType\":";
  encoding::append_json_string(out, page_filter::name_of(filter.match_type));
  out.push_back('}');
}

}  // namespace

Task<Result<>> page_filters(const Call& call, http::Responder& responder) {
  PARLEY_CO_TRY_ASSIGN(const std::string tag, co_await entity_tag(call));
  const bool done = co_await answered_at_once(call, responder, tag);
  if (done) co_return Result<>{};

  const auto read = [&](store::Unit& unit) { return page_filter::list(unit, call.sid); };
  PARLEY_CO_TRY_ASSIGN(const auto filters,
                       co_await store::read_value<std::vector<page_filter::PageFilter>>(call.database, read));
  std::string rows;
  for (const page_filter::PageFilter& filter : filters) append_row(rows, call.sid, filter);
  co_await send_short(call, responder, tag, rows, filters.size(), Length::told);
  co_return Result<>{};
}

}  // namespace parley::api
