#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/limits.hpp"

namespace parley::cli {

void add_account(CLI::App& options, std::int64_t& account) {
  options.add_option("--account", account, "The account's number")
      ->required()
      ->check(CLI::Range(std::int64_t{1}, limits::id_end - 1))
      ->type_name("N");
}

base::Result<base::Timestamp> read_expiry(const std::string& text) {
  if (const auto day = base::parse_date(text)) return base::Timestamp(*day + std::chrono::days(1));
  const auto time = base::parse_iso8601(text);
  if (time) return *time;
  return base::fail(
      base::ErrorCode::invalid_argument,
      fmt::format("--expires is '{}'; it takes a date such as 2027-12-31 (good through that day, UTC) or a "
                  "time such as 2027-12-31T12:00:00Z",
                  text));
}

std::string short_time(base::Timestamp time) {
  std::string text;
  base::append_iso8601(text, time);
  text[10] = ' ';
  return text.substr(0, 16);
}

base::Error no_account(std::int64_t account) {
  return {base::ErrorCode::not_found,
          fmt::format("account {} does not exist; `parley account list` shows those that do", account),
          {}};
}

}  // namespace parley::cli
