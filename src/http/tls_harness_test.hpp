#pragma once

// For the tests of TLS: certificates made on the spot, and the client's side of a connection.

#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "http/harness_test.hpp"
#include "http/tls_files.hpp"

namespace parley::http::test {

/// How a client begins.
struct TlsTerms {
  int version = 0;             ///< The only one it speaks, such as TLS1_2_VERSION; 0: whatever there is.
  std::string protocols = {};  ///< Of ALPN, each behind its length: "\x08http/1.1". Empty: it offers none.
  SSL_SESSION* resumes = nullptr;
};

/// The client's side of TLS; the bytes go over a Client. It trusts whatever it is shown.
class ClientTls {
 public:
  explicit ClientTls(const TlsTerms& terms);

  /// Whether it came about.
  bool shake_hands(Client& client);
  [[nodiscard]] bool is_open() const noexcept { return is_open_; }
  bool send(const Client& client, std::string_view bytes);
  std::string read_some(Client& client, std::size_t size);
  /// What the client would send next, unsent.
  std::string take_outgoing();
  void say_end(const Client& client);

  /// Whether the server has said that nothing more comes.
  [[nodiscard]] bool end_seen() const noexcept { return end_seen_; }
  /// The last trouble's number, such as SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL.
  [[nodiscard]] int trouble() const noexcept { return trouble_; }
  /// The common name of the server's certificate.
  [[nodiscard]] std::string server_name() const;
  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }

 private:
  bool fill(Client& client);
  bool flush(const Client& client);

  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<SSL> ssl_;
  bool is_open_ = false;
  bool end_seen_ = false;
  int trouble_ = 0;
};

/// How a certificate is made.
struct CertificateTerms {
  std::string name = "first.example";
  bool is_rsa = false;
  std::chrono::seconds begins{-3600};  ///< From now on.
  std::chrono::seconds ends{3600};
};

/// A folder of its own with a certificate and its key; goes with the object.
class Certificates {
 public:
  explicit Certificates(const CertificateTerms& terms = {});
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates();

  [[nodiscard]] TlsFiles files() const;
  [[nodiscard]] std::string path(std::string_view name) const { return (folder_ / name).string(); }
  /// Replaces both files, each at once, as certbot does.
  void renew(const CertificateTerms& terms) const;
  /// The same under other names; `passphrase` of the key, where there is one.
  void write(const TlsFiles& files, const CertificateTerms& terms, const std::string& passphrase = {}) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace parley::http::test
