#include "app/control_wire.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/limits.hpp"
#include "encoding/json_reader.hpp"
#include "encoding/json_writer.hpp"

namespace parley::app::control {

namespace {

using base::ErrorCode;
using base::Result;

constexpr std::array<ErrorCode, 12> all_codes = {
    ErrorCode::invalid_argument,  ErrorCode::missing_argument, ErrorCode::unauthenticated,
    ErrorCode::permission_denied, ErrorCode::not_found,        ErrorCode::already_exists,
    ErrorCode::conflict,          ErrorCode::rate_limited,     ErrorCode::too_large,
    ErrorCode::unavailable,       ErrorCode::cancelled,        ErrorCode::internal};

std::string_view key_of(Reply::Kind kind) {
  switch (kind) {
    case Reply::Kind::print:
      return "print";
    case Reply::Kind::note:
      return "note";
    case Reply::Kind::progress:
      return "progress";
    case Reply::Kind::done:
      return "done";
    case Reply::Kind::error:
      return "error";
  }
  return "error";
}

ErrorCode code_named(std::string_view name) {
  for (const ErrorCode code : all_codes) {
    if (base::name_of(code) == name) return code;
  }
  return ErrorCode::internal;
}

std::string text_of(simdjson::dom::element object, std::string_view key) {
  std::string_view text;
  if (object[key].get_string().get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

}  // namespace

std::string write_request(const Request& request) {
  std::string line;
  encoding::JsonWriter json(line);
  json.begin_object();
  json.key("words");
  json.begin_array();
  for (const std::string& word : request.words) json.string(word);
  json.end_array();
  json.key("input");
  json.string(request.input_name);
  json.end_object();
  line.push_back('\n');
  return line;
}

Result<Request> read_request(std::string_view line) {
  encoding::JsonParser parser(limits::control_line_bytes);
  PARLEY_TRY_ASSIGN(const auto root, parser.parse(line));
  simdjson::dom::array words;
  if (root["words"].get_array().get(words) != simdjson::SUCCESS) {
    return base::fail(ErrorCode::invalid_argument,
                      "a control request takes an object with an array \"words\"");
  }
  Request request;
  for (const simdjson::dom::element word : words) {
    std::string_view text;
    if (word.get_string().get(text) != simdjson::SUCCESS) {
      return base::fail(ErrorCode::invalid_argument, "\"words\" takes strings");
    }
    request.words.emplace_back(text);
  }
  request.input_name = text_of(root, "input");
  return request;
}

std::string write_reply(const Reply& reply) {
  std::string line;
  encoding::JsonWriter json(line);
  json.begin_object();
  json.key(key_of(reply.kind));
  switch (reply.kind) {
    case Reply::Kind::print:
    case Reply::Kind::note:
    case Reply::Kind::progress:
      json.string(reply.text);
      break;
    case Reply::Kind::done:
      json.boolean(true);
      break;
    case Reply::Kind::error:
      json.string(base::name_of(reply.code));
      json.key("message");
      json.string(reply.text);
      break;
  }
  json.end_object();
  line.push_back('\n');
  return line;
}

Result<Reply> read_reply(std::string_view line) {
  static thread_local encoding::JsonParser parser(limits::control_line_bytes);
  PARLEY_TRY_ASSIGN(const auto root, parser.parse(line));
  for (const auto kind : {Reply::Kind::print, Reply::Kind::note, Reply::Kind::progress, Reply::Kind::done}) {
    if (root[key_of(kind)].error() == simdjson::SUCCESS) return Reply{kind, text_of(root, key_of(kind)), {}};
  }
  return Reply{Reply::Kind::error, text_of(root, "message"), code_named(text_of(root, "error"))};
}

Result<sockaddr_un> address_of(const store::Location& location) {
  const std::string path = location.directory + "/control.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("the store's folder has too long a path for a socket; it takes at most {} bytes",
                    sizeof address.sun_path - sizeof "/control.sock"));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool send_all(int descriptor, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::string> read_line(int descriptor) {
  std::string line;
  char seen[1024];
  while (line.size() < limits::control_line_bytes) {
    const std::size_t most = std::min(sizeof seen, limits::control_line_bytes - line.size());
    const ssize_t got = ::recv(descriptor, seen, most, MSG_PEEK);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    const std::string_view bytes(seen, static_cast<std::size_t>(got));
    const std::size_t end = bytes.find('\n');
    const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
    // They lie ready: this cannot fall short.
    if (::recv(descriptor, seen, taken, MSG_WAITALL) != static_cast<ssize_t>(taken)) return std::nullopt;
    line.append(bytes.substr(0, end));
    if (end != std::string_view::npos) return line;
  }
  return std::nullopt;
}

}  // namespace parley::app::control
