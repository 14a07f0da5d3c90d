#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "http/tls_files.hpp"

struct ssl_ctx_st;

namespace parley::http {

/// What every TLS connection begins with: certificate, key and settings. They are replaced as one; a
/// connection keeps those it began with. From any thread.
class TlsContext {
 public:
  using Settings = std::shared_ptr<ssl_ctx_st>;

  /// Reads the files. Error: invalid_argument, naming the file and what it takes.
  [[nodiscard]] static base::Result<std::unique_ptr<TlsContext>> load(TlsFiles files);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext() = default;

  /// What a connection that begins now takes.
  [[nodiscard]] Settings current() const;

  /// Reads the files anew. Where they cannot be used the error says why, as that of `load`, and what was in
  /// use stays.
  [[nodiscard]] base::Result<> reload();

  /// Reloads where a file is another than at the last try, and where the keys that seal session tickets have
  /// been used for limits::tls_ticket_key_time. Error: as `reload`, once for each change of the files.
  [[nodiscard]] base::Result<> follow_files();

 private:
  /// What tells a file from one that was there before.
  struct Stamp {
    dev_t device = 0;
    ino_t file = 0;
    off_t bytes = 0;
    std::chrono::nanoseconds changed{};
    bool operator==(const Stamp&) const = default;
  };
  struct Stamps {
    Stamp certificate;
    Stamp key;
    bool operator==(const Stamps&) const = default;
  };

  explicit TlsContext(TlsFiles files);
  [[nodiscard]] static Stamp stamp_of(const std::string& path);
  [[nodiscard]] base::Result<> load_files();

  const TlsFiles files_;
  std::mutex loading_;
  Stamps tried_;  ///< Guarded by `loading_`, as is the next.
  std::chrono::steady_clock::time_point tried_at_;
  mutable std::mutex mutex_;
  Settings current_;  ///< Guarded by `mutex_`.
};

}  // namespace parley::http
