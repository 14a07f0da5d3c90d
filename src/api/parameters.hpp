#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "http/request.hpp"

/// Reads what a request asks for. Every refusal names the parameter, what it got (cut) and what it takes.
namespace parley::api {

/// `name is 'got'; it takes …`, as invalid_argument.
[[nodiscard]] std::unexpected<base::Error> bad_parameter(std::string_view name, std::string_view got,
                                                         std::string_view takes);

/// A path argument that is a day, `YYYY-MM-DD`.
[[nodiscard]] base::Result<std::chrono::sys_days> day_argument(std::string_view name, std::string_view text);

/// A path argument that is a conversation id.
[[nodiscard]] base::Result<std::string> conversation_argument(std::string_view name, std::string_view text);

/// A decimal id below 2^53.
[[nodiscard]] base::Result<std::int64_t> id_argument(std::string_view name, std::string_view text);

/// A query parameter that may be given once, or not at all; `name[]` is the same as `name`.
[[nodiscard]] base::Result<std::optional<std::string_view>> single_parameter(const http::Request& request,
                                                                             std::string_view name);

/// All values of a repeatable parameter, in the order given.
[[nodiscard]] std::vector<std::string_view> repeated_parameter(const http::Request& request,
                                                               std::string_view name);

/// A switch: `1` on, `0` off, absent off.
[[nodiscard]] base::Result<bool> switch_parameter(const http::Request& request, std::string_view name);

/// The ids of one or two repeatable parameters (singular and plural; `plural` may be empty) as one set, in
/// order, once each; empty if neither is given. At most limits::filter_ids.
[[nodiscard]] base::Result<std::optional<std::vector<std::int64_t>>> id_set(const http::Request& request,
                                                                            std::string_view singular,
                                                                            std::string_view plural);

/// The same for conversation ids.
[[nodiscard]] base::Result<std::optional<std::vector<std::string>>> conversation_set(
    const http::Request& request, std::string_view singular, std::string_view plural);

/// Ids as a JSON array, as page filter queries take them.
[[nodiscard]] std::string id_array(const std::vector<std::int64_t>& ids);

}  // namespace parley::api
