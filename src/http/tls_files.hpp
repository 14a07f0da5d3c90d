#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"

struct x509_st;
struct evp_pkey_st;

namespace parley::http {

/// Files in PEM: the server's certificate, followed by the certificates that vouch for it, and its key
/// without a passphrase.
struct TlsFiles {
  std::string certificate;
  std::string key;

  bool operator==(const TlsFiles&) const = default;
};

/// A certificate with those that vouch for it, and its key.
struct TlsIdentity {
  std::vector<std::shared_ptr<x509_st>> chain;  ///< The server's own first; never empty.
  std::shared_ptr<evp_pkey_st> key;
};

/// Reads the files, and logs a warning where the certificate does not hold now or where everybody may read
/// the key. Error: invalid_argument, naming the file and what it takes; never what is in the key's.
[[nodiscard]] base::Result<TlsIdentity> read_tls_identity(const TlsFiles& files);

/// Writes into the log which certificate is in use, and until when it holds.
void log_certificate(const TlsFiles& files, const TlsIdentity& identity);

/// Why the last call of OpenSSL on this thread failed, in its words, for a log; forgets it.
[[nodiscard]] std::string take_tls_trouble();

}  // namespace parley::http
