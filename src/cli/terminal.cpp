#include "cli/terminal.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace parley::cli {

namespace {

constexpr double progress_interval_seconds = 0.1;

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void write(std::FILE* file, std::string_view text, std::string_view end) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fwrite(end.data(), 1, end.size(), file);
  std::fflush(file);
}

}  // namespace

Terminal::Terminal() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

Terminal::~Terminal() {
  clear();
}

void Terminal::print(std::string_view line) {
  const std::lock_guard lock(mutex_);
  clear();
  write(stdout, line, "\n");
}

void Terminal::note(std::string_view line) {
  const std::lock_guard lock(mutex_);
  clear();
  write(stderr, line, "\n");
}

void Terminal::progress(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (!is_terminal_ || now_seconds() - shown_at_ < progress_interval_seconds) return;
  write(stderr, "\r\033[K", text);
  shows_progress_ = true;
  shown_at_ = now_seconds();
}

void Terminal::clear() {
  if (!shows_progress_) return;
  write(stderr, "\r\033[K", {});
  shows_progress_ = false;
}

}  // namespace parley::cli
