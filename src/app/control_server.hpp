#pragma once

#include <memory>

#include "app/command.hpp"
#include "base/error.hpp"
#include "store/database.hpp"
#include "store/open.hpp"

namespace parley::app {

/// The Unix socket (mode 0600) in the store's folder, over which the command line asks the server that holds
/// the store to carry out commands that write. docs/ARCHITECTURE.md has the form of the exchange. Each
/// command runs on a thread of its own, at most limits::control_commands at once.
class ControlServer {
 public:
  /// Begins to listen, in place of a socket that a crash left. Error: unavailable when the system refuses.
  [[nodiscard]] static base::Result<std::unique_ptr<ControlServer>> start(store::Database& database,
                                                                          const store::Location& location,
                                                                          CommandRunner run_command);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Takes no more commands, tells those that run to end, and waits for them.
  void stop();

 private:
  class Implementation;
  explicit ControlServer(std::unique_ptr<Implementation> implementation) noexcept;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parley::app
