#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace parley::base {

/// What went wrong, in words no protocol owns. Each surface maps it to its own answer in one `switch` without
/// `default`, so a new value does not compile until every surface has decided what it means there.
enum class ErrorCode {
  invalid_argument,   ///< A value that cannot be read or is out of its range; the public text names it and
                      ///< what it takes.
  missing_argument,   ///< A required value is absent; the public text names it.
  unauthenticated,    ///< The credentials are not good, for whatever reason: callers learn no more than that.
  permission_denied,  ///< Good credentials that lack the right.
  not_found,          ///< The thing asked for does not exist.
  already_exists,     ///< The thing to be made exists.
  conflict,           ///< The state does not allow it now; the public text says what would.
  rate_limited,       ///< Too many requests in a time; try again later.
  too_large,          ///< Over a limit; the public text names the limit.
  unavailable,        ///< Passing trouble (store busy, disk full, shutting down): a later try may succeed.
  cancelled,          ///< Whoever asked has gone, so nobody will read the answer.
  internal,           ///< A fault of ours or damaged data. Never with internals in the public text.
};

/// The name of a code as logs write it, e.g. "invalid_argument".
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

/// An expected failure. Two texts, because two readers: `public_text` may be shown to whoever made the
/// request, `log_text` is for the operator and may hold internals (never a secret, never a message's text).
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string public_text;
  std::string log_text;
};

/// Either a value or an `Error`. Never ignored: `std::expected` is not `[[nodiscard]]` by itself, so every
/// function that returns one is marked.
template <typename T = void>
using Result = std::expected<T, Error>;

/// Makes the failed half of a `Result`: `return fail(ErrorCode::not_found, "account 7 does not exist");`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string public_text,
                                                 std::string log_text = {}) {
  return std::unexpected<Error>(Error{code, std::move(public_text), std::move(log_text)});
}

/// Passes an error on unchanged.
[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

/// Ends the program after naming the broken condition. Behind `PARLEY_CHECK` only.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace parley::base

#define PARLEY_CONCAT_INNER(a, b) a##b
#define PARLEY_CONCAT(a, b) PARLEY_CONCAT_INNER(a, b)

/// Aborts unless `condition` holds. Only for what nobody but this program can have broken: never for what a
/// peer, a file or a database can cause.
#define PARLEY_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::parley::base::check_failed(#condition, __FILE__, __LINE__))

/// Evaluates a `Result<…>`; returns its error from the enclosing function, else goes on. The value, if any,
/// is dropped.
#define PARLEY_TRY(expression)                                                                 \
  do {                                                                                         \
    auto parley_try_result = (expression);                                                     \
    if (!parley_try_result) return ::parley::base::fail(std::move(parley_try_result).error()); \
  } while (false)

/// `PARLEY_TRY_ASSIGN(auto row, read_row())`: the value, or return the error from the enclosing function.
#define PARLEY_TRY_ASSIGN(target, expression) \
  PARLEY_TRY_ASSIGN_INNER(PARLEY_CONCAT(parley_try_result_, __LINE__), return, target, expression)

/// The same two for coroutines: the expression may be a `co_await`.
#define PARLEY_CO_TRY(expression)                                                                 \
  do {                                                                                            \
    auto parley_try_result = expression;                                                          \
    if (!parley_try_result) co_return ::parley::base::fail(std::move(parley_try_result).error()); \
  } while (false)

#define PARLEY_CO_TRY_ASSIGN(target, expression) \
  PARLEY_TRY_ASSIGN_INNER(PARLEY_CONCAT(parley_try_result_, __LINE__), co_return, target, expression)

#define PARLEY_TRY_ASSIGN_INNER(result, leave, target, expression)    \
  auto result = expression;                                           \
  if (!result) leave ::parley::base::fail(std::move(result).error()); \
  target = *std::move(result)
