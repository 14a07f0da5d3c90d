#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "store/open.hpp"

namespace parley::app {

/// What a command that another process carries out has to say here.
struct ControlOutput {
  std::function<void(std::string_view line)> print;
  std::function<void(std::string_view line)> note;
  std::function<void(std::string_view text)> progress;
};

/// Has the server that holds the store carry out a command. `input` is an open descriptor whose bytes are
/// sent along
/// (-1: none), `input_name` its name, by which the server knows how it is packed. Blocks until the command
/// has ended; a stop of the server cuts it. Errors: unavailable when no server answers on the socket or it
/// went away before the end (then it is unknown whether the command was carried out); the command's own.
[[nodiscard]] base::Result<> ask_server(const store::Location& location, std::span<const std::string> words,
                                        int input, std::string_view input_name, const ControlOutput& output);

}  // namespace parley::app
