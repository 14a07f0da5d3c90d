#pragma once

#include <cstdint>
#include <string_view>

#include "api/call.hpp"
#include "base/error.hpp"
#include "base/time_zone.hpp"
#include "encoding/csv.hpp"
#include "http/responder.hpp"

/// The forms an answer comes in, where a method has more than one (chat-api.md, section 4).
namespace parley::api {

enum class FileType : std::uint8_t {
  json,    ///< The envelope.
  ndjson,  ///< One row a line, no envelope.
  csv,
  xlsx,  ///< A workbook.
};

inline constexpr std::string_view ndjson_type = "application/x-ndjson";
inline constexpr std::string_view csv_type = "text/csv; charset=utf-8";

/// Which forms a method has beside JSON and NDJSON.
enum class OtherForms : std::uint8_t { none, csv, csv_and_xlsx };

/// Reads `fileType`; without it a client that accepts application/x-ndjson by name gets that. Error:
/// invalid_argument, naming what the method takes.
[[nodiscard]] base::Result<FileType> read_file_type(const http::Request& request, OtherForms others);

/// The part of an entity tag that tells forms apart which the query does not.
[[nodiscard]] std::string_view form_mark(FileType file_type) noexcept;

/// Says of a good answer's head that its form hangs on the Accept field, where it does: no `fileType`.
void add_form_headers(http::Response& head, const http::Request& request);

/// Reads `separator`, `raw` and `bom`. Error: invalid_argument.
[[nodiscard]] base::Result<encoding::CsvDialect> read_dialect(const http::Request& request);

/// Reads `timezone`, an IANA name; UTC without it. Error: invalid_argument.
[[nodiscard]] base::Result<base::TimeZone> read_zone(const http::Request& request);

}  // namespace parley::api
