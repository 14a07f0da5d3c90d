#pragma once

#include <expected>
#include <string_view>

#include "base/error.hpp"

struct pg_conn;
struct pg_result;

namespace parley::store {

/// The error for a result of PostgreSQL that is one. Its log text has the SQLSTATE and, where they can hold
/// nothing but names of ours, PostgreSQL's words; never a value of a statement.
/// https://www.postgresql.org/docs/15/errcodes-appendix.html
[[nodiscard]] std::unexpected<base::Error> postgres_failure(const pg_result* result, std::string_view what);

/// The error for a connection that is no more, or never was. Its log text has libpq's words without the
/// password, which libpq never puts there.
[[nodiscard]] std::unexpected<base::Error> postgres_cut_off(const pg_conn* connection, std::string_view what);

}  // namespace parley::store
