#pragma once

#include <string>
#include <vector>

#include "base/current.hpp"
#include "http/router.hpp"

/// The pages for people, and what they are made of: `/`, `/docs`, `/openapi.json`, `/assets/…`. They hold no
/// account's data and take no key.
namespace parley::pages {

/// Their routes. `public_url`: the address that clients know; empty: what the Host header says; it outlives
/// the routes and may change meanwhile. `render_refusal` renders the 404 of an asset that is not there.
[[nodiscard]] std::vector<http::Route> routes(const base::Current<std::string>& public_url,
                                              http::RefusalRenderer render_refusal);

}  // namespace parley::pages
