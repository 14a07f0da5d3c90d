#pragma once

#include <vector>

#include "http/router.hpp"

namespace parley::api {

/// `/test/echo` and `/test/local-time`, for conformance suites: what arrives here as a body, and what time it
/// is somewhere by the code that statistics use. They ask for no key, so a server that strangers reach has
/// them not.
[[nodiscard]] std::vector<http::Route> test_routes();

}  // namespace parley::api
