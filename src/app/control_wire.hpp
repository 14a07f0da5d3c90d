#pragma once

#include <sys/un.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "store/open.hpp"

/// The form of the exchange on the control socket. The caller sends one line of JSON,
///   {"words":["key","create",…],"input":"conversations.ndjson.gz"}
/// then the input's bytes as they are, and ends its side. The server sends lines of JSON, each with one of
///   {"print":"…"}  {"note":"…"}  {"progress":"…"}
/// and last {"done":true} or {"error":"<code>","message":"…"}.
namespace parley::app::control {

struct Request {
  std::vector<std::string> words;
  std::string input_name;
};

[[nodiscard]] std::string write_request(const Request& request);
/// Error: invalid_argument.
[[nodiscard]] base::Result<Request> read_request(std::string_view line);

/// One line of an answer.
struct Reply {
  enum class Kind { print, note, progress, done, error };
  Kind kind = Kind::done;
  std::string text;
  base::ErrorCode code = base::ErrorCode::internal;
};

[[nodiscard]] std::string write_reply(const Reply& reply);
[[nodiscard]] base::Result<Reply> read_reply(std::string_view line);

/// The socket's address. Error: invalid_argument if the store's folder has too long a name for one.
[[nodiscard]] base::Result<sockaddr_un> address_of(const store::Location& location);

/// Sends all bytes; false when the other end has gone.
[[nodiscard]] bool send_all(int descriptor, std::string_view bytes) noexcept;

/// Reads up to and without the next LF, looking before taking, so that nothing of what follows is taken: the
/// request line of a socket. Empty when the other end closes first or the line is over
/// limits::control_line_bytes.
[[nodiscard]] std::optional<std::string> read_line(int descriptor);

}  // namespace parley::app::control
