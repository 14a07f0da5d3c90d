#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/serve.hpp"
#include "base/error.hpp"

namespace parley::app {

/// Puts options that were read again into effect while the server runs, where that can be done, and tells the
/// log of each that changed. Every option of `serve` is named here once, by `takes` or by `needs_restart`. On
/// the main thread.
class Reload {
 public:
  explicit Reload(ServeOptions started) : current_(std::move(started)) {}

  /// An option that takes effect at once: `apply` gets its new value when it has changed. An error of `apply`
  /// leaves the old one in effect and is logged.
  template <typename T>
  void takes(std::string_view option, T ServeOptions::* field,
             std::function<base::Result<>(const T& value)> apply) {
    settings_.push_back(
        {option, [field](const ServeOptions& a, const ServeOptions& b) { return a.*field == b.*field; },
         [field, apply = std::move(apply)](ServeOptions& current, const ServeOptions& read) {
           auto applied = apply(read.*field);
           if (applied) current.*field = read.*field;
           return applied;
         }});
  }

  /// An option that only a restart changes; it may fill several fields.
  template <typename... T>
  void needs_restart(std::string_view option, T ServeOptions::*... fields) {
    settings_.push_back({option,
                         [fields...](const ServeOptions& a, const ServeOptions& b) {
                           return ((a.*fields == b.*fields) && ...);
                         },
                         {}});
  }

  /// Takes what was read, or says why it could not be read and leaves all as it is.
  void take(const base::Result<ServeOptions>& read);

 private:
  struct Setting {
    std::string_view option;
    std::function<bool(const ServeOptions&, const ServeOptions&)> is_same;
    /// Null: it needs a restart.
    std::function<base::Result<>(ServeOptions& current, const ServeOptions& read)> apply;
  };

  ServeOptions current_;  // what is in effect
  std::vector<Setting> settings_;
};

}  // namespace parley::app
