#include "http/tls_context.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/limits.hpp"

namespace parley::http {

namespace {

using base::Result;

/// Of TLS 1.2 what Mozilla calls intermediate, but for finite fields, which nobody who lacks elliptic curves
/// is left to need: forward secrecy and authenticated encryption only. TLS 1.3 has no others.
constexpr const char* ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* groups = "X25519:P-256:P-384";

/// Both versions are answered alike, so whichever a client names first is spoken.
constexpr std::array<std::string_view, 2> spoken_protocols{"http/1.1", "http/1.0"};

/// Chooses among the protocols that a client offers (RFC 7301 section 3.2): ours, or none and no connection.
int choose_protocol(SSL* /*session*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned size, void* /*unused*/) {
  for (unsigned at = 0; at < size; at += 1U + offered[at]) {
    const unsigned name_size = std::min<unsigned>(offered[at], size - at - 1);
    const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), name_size);
    if (std::ranges::find(spoken_protocols, name) == spoken_protocols.end()) continue;
    *chosen = offered + at + 1;
    *chosen_size = static_cast<unsigned char>(name_size);
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool apply_settings(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Head and body of a record in one call of the system.
  SSL_CTX_set_read_ahead(context, 1);
  // Sessions are resumed by tickets, which clients keep: a cache here would only be memory and a lock.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, ciphers_of_tls_1_2) == 1 &&
         SSL_CTX_set1_groups_list(context, groups) == 1;
}

bool take_identity(SSL_CTX* context, const TlsIdentity& identity) {
  if (SSL_CTX_use_certificate(context, identity.chain.front().get()) != 1) return false;
  const auto adds = [context](const auto& certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate.get()) == 1;
  };
  return std::all_of(std::next(identity.chain.begin()), identity.chain.end(), adds) &&
         SSL_CTX_use_PrivateKey(context, identity.key.get()) == 1;
}

Result<TlsContext::Settings> make_settings(const TlsFiles& files) {
  PARLEY_TRY_ASSIGN(const TlsIdentity identity, read_tls_identity(files));
  TlsContext::Settings made(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!made || !apply_settings(made.get())) {
    return base::fail(base::ErrorCode::internal, "TLS cannot be set up", take_tls_trouble());
  }
  if (!take_identity(made.get(), identity)) {
    return base::fail(base::ErrorCode::invalid_argument, fmt::format("--tls-cert {}: OpenSSL refuses it: {}",
                                                                     files.certificate, take_tls_trouble()));
  }
  log_certificate(files, identity);
  return made;
}

}  // namespace

TlsContext::TlsContext(TlsFiles files) : files_(std::move(files)) {}

Result<std::unique_ptr<TlsContext>> TlsContext::load(TlsFiles files) {
  std::unique_ptr<TlsContext> context(new TlsContext(std::move(files)));
  PARLEY_TRY(context->reload());
  return context;
}

TlsContext::Settings TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<> TlsContext::reload() {
  const std::lock_guard lock(loading_);
  // Before the reading: what changes meanwhile is seen at the next look.
  tried_ = {stamp_of(files_.certificate), stamp_of(files_.key)};
  return load_files();
}

Result<> TlsContext::follow_files() {
  const std::lock_guard lock(loading_);
  const Stamps found{stamp_of(files_.certificate), stamp_of(files_.key)};
  const bool is_old = std::chrono::steady_clock::now() - tried_at_ >= limits::tls_ticket_key_time;
  if (found == tried_ && !is_old) return {};
  tried_ = found;
  return load_files();
}

Result<> TlsContext::load_files() {
  tried_at_ = std::chrono::steady_clock::now();
  PARLEY_TRY_ASSIGN(Settings made, make_settings(files_));
  const std::lock_guard lock(mutex_);
  current_.swap(made);
  return {};
}

TlsContext::Stamp TlsContext::stamp_of(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return {};
  const auto changed =
      std::chrono::seconds(facts.st_mtim.tv_sec) + std::chrono::nanoseconds(facts.st_mtim.tv_nsec);
  return {facts.st_dev, facts.st_ino, facts.st_size, changed};
}

}  // namespace parley::http
