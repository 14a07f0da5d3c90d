#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace parley::http {

/// The server's address as this request's client knows it, without a slash at the end: the public URL, else
/// `http://` or `https://`, as the client speaks, and the Host header. Nothing where there is no public URL
/// and the header is absent or no host.
[[nodiscard]] std::optional<std::string> own_url(const Request& request, std::string_view public_url);

/// Whether the text is a host with an optional port, as the Host header has it (RFC 9110 section 7.2): a
/// name, an IPv4 address or an IPv6 address in brackets. Percent signs and other rare forms are refused.
[[nodiscard]] bool is_host(std::string_view text) noexcept;

}  // namespace parley::http
