#include "api/form.hpp"

#include <algorithm>
#include <string>

#include "api/parameters.hpp"
#include "encoding/utf8.hpp"

namespace parley::api {

namespace {

using base::ErrorCode;
using base::Result;

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The text up to the next `separator`, taken off the front of `rest`.
std::string_view next_part(std::string_view& rest, char separator) noexcept {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// Whether a weight (RFC 9110 section 12.4.2) is nothing: `q=0`, `q=0.000`.
bool is_zero_weight(std::string_view parameter) {
  const std::string text = encoding::ascii_lower(parameter);
  return text.starts_with("q=0") && text.find_first_not_of("0.", 2) == std::string::npos;
}

bool accepts_ndjson(std::string_view accept) {
  while (!accept.empty()) {
    std::string_view range = next_part(accept, ',');
    if (encoding::ascii_lower(next_part(range, ';')) != ndjson_type) continue;
    bool is_wanted = true;
    while (!range.empty()) is_wanted = !is_zero_weight(next_part(range, ';')) && is_wanted;
    return is_wanted;
  }
  return false;
}

}  // namespace

Result<FileType> read_file_type(const http::Request& request, OtherForms others) {
  PARLEY_TRY_ASSIGN(const auto text, single_parameter(request, "fileType"));
  if (!text) return accepts_ndjson(request.header("accept")) ? FileType::ndjson : FileType::json;
  if (*text == "json") return FileType::json;
  if (*text == "ndjson") return FileType::ndjson;
  if (*text == "csv" && others != OtherForms::none) return FileType::csv;
  if (*text == "xlsx" && others == OtherForms::csv_and_xlsx) return FileType::xlsx;
  if (others == OtherForms::csv_and_xlsx) {
    return bad_parameter("fileType", *text, "takes json, ndjson, csv or xlsx");
  }
  return bad_parameter("fileType", *text,
                       others == OtherForms::csv ? "takes json, ndjson or csv" : "takes json or ndjson");
}

std::string_view form_mark(FileType file_type) noexcept {
  return file_type == FileType::ndjson ? "ndjson" : std::string_view();
}

void add_form_headers(http::Response& head, const http::Request& request) {
  if (repeated_parameter(request, "fileType").empty()) head.headers.add("Vary", "Accept");
}

Result<encoding::CsvDialect> read_dialect(const http::Request& request) {
  encoding::CsvDialect dialect;
  PARLEY_TRY_ASSIGN(const auto separator, single_parameter(request, "separator"));
  if (separator) {
    if (*separator != "," && *separator != ";") return bad_parameter("separator", *separator, "takes , or ;");
    dialect.separator = separator->front();
  }
  PARLEY_TRY_ASSIGN(dialect.raw, switch_parameter(request, "raw"));
  PARLEY_TRY_ASSIGN(dialect.byte_order_mark, switch_parameter(request, "bom"));
  return dialect;
}

Result<base::TimeZone> read_zone(const http::Request& request) {
  PARLEY_TRY_ASSIGN(const auto name, single_parameter(request, "timezone"));
  if (!name) return base::TimeZone::utc();
  auto zone = base::TimeZone::find(*name);
  if (zone) return *zone;
  if (zone.error().code != ErrorCode::invalid_argument) return base::fail(zone.error());
  return bad_parameter("timezone", *name, zone.error().public_text);
}

}  // namespace parley::api
