#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace parley::cli {

/// Standard output for programs, standard error for people: notes one a line, and, on a terminal, progress
/// that replaces itself. From any thread.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void print(std::string_view line);
  void note(std::string_view line);
  /// Shown at most ten times a second.
  void progress(std::string_view text);

 private:
  void clear();

  std::mutex mutex_;
  bool is_terminal_;
  bool shows_progress_ = false;
  double shown_at_ = 0;
};

}  // namespace parley::cli
