#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "http/negotiation.hpp"

namespace parley::http {

/// A body that is sent again and again, with each of its compressed forms from when it was first wanted. From
/// any thread.
class KeptBody {
 public:
  explicit KeptBody(std::string plain) : plain_(std::move(plain)) {}
  KeptBody(const KeptBody&) = delete;
  KeptBody& operator=(const KeptBody&) = delete;

  [[nodiscard]] std::string_view plain() const noexcept { return plain_; }

  /// The body in this coding. Lives as long as this does.
  [[nodiscard]] std::string_view in(Coding coding) const;

 private:
  std::string plain_;
  mutable std::mutex mutex_;
  mutable std::array<std::string, 2> coded_;  // gzip and zstd; guarded by mutex_ while empty
};

}  // namespace parley::http
