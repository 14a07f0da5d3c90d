#include "store/postgres_error.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/limits.hpp"

namespace parley::store {

namespace {

using base::ErrorCode;

constexpr std::string_view try_again = "the store cannot be reached at the moment; please try again";
constexpr std::string_view our_fault = "an internal error in the store";

/// SQLSTATEs, or their classes of two characters, of trouble that passes: the server is starting, stopping,
/// full, or was told to end this; another transaction was in the way; a primary has become a standby.
constexpr std::array passing = {"08", "53", "55P03", "57", "58", "40", "25006", "25P03"};

bool is_passing(std::string_view state) {
  return std::ranges::any_of(passing, [state](std::string_view known) { return state.starts_with(known); });
}

/// Classes whose sentences name our tables and statements; those of others may quote values.
bool names_only_ours(std::string_view state) {
  constexpr std::array classes = {"08", "26", "3D", "40", "42", "53", "55", "57", "58"};
  return std::ranges::any_of(classes, [state](std::string_view known) { return state.starts_with(known); });
}

std::string_view field(const pg_result* result, int code) {
  const char* const text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// libpq ends its sentences with a line end, and may say several.
std::string in_one_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string line(text.substr(0, limits::logged_sql_bytes));
  std::ranges::replace(line, '\n', ' ');
  return line;
}

}  // namespace

std::unexpected<base::Error> postgres_failure(const pg_result* result, std::string_view what) {
  const std::string_view state = field(result, PG_DIAG_SQLSTATE);
  const bool passes = state.empty() || is_passing(state);
  const std::string_view words = names_only_ours(state) ? field(result, PG_DIAG_MESSAGE_PRIMARY)
                                                        : field(result, PG_DIAG_CONSTRAINT_NAME);
  return base::fail(passes ? ErrorCode::unavailable : ErrorCode::internal,
                    std::string(passes ? try_again : our_fault),
                    fmt::format("postgres {}: {}: {}", state.empty() ? "(no state)" : state,
                                in_one_line(words), what.substr(0, limits::logged_sql_bytes)));
}

std::unexpected<base::Error> postgres_cut_off(const pg_conn* connection, std::string_view what) {
  const std::string words = connection == nullptr ? "out of memory" : in_one_line(PQerrorMessage(connection));
  return base::fail(ErrorCode::unavailable, std::string(try_again),
                    fmt::format("postgres: {}: {}", what.substr(0, limits::logged_sql_bytes), words));
}

}  // namespace parley::store
