#include "http/tls_harness_test.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/error.hpp"

namespace parley::http::test {

ClientTls::ClientTls(const TlsTerms& terms) : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
  // What is too old for the library is what this client is to try.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), terms.version);
  SSL_CTX_set_max_proto_version(context_.get(), terms.version);
  ssl_ = std::shared_ptr<SSL>(SSL_new(context_.get()), SSL_free);
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
  if (terms.resumes != nullptr) SSL_set_session(ssl_.get(), terms.resumes);
  const std::vector<unsigned char> protocols(terms.protocols.begin(), terms.protocols.end());
  if (!protocols.empty()) {
    SSL_set_alpn_protos(ssl_.get(), protocols.data(), static_cast<unsigned>(protocols.size()));
  }
}

std::string ClientTls::take_outgoing() {
  std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
  if (!bytes.empty()) BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

bool ClientTls::flush(const Client& client) {
  return client.send_unsealed(take_outgoing());
}

bool ClientTls::fill(Client& client) {
  const std::string bytes = client.read_unsealed(64 * 1024);
  if (bytes.empty()) return false;
  return BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size())) > 0;
}

bool ClientTls::shake_hands(Client& client) {
  for (;;) {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_.get());
    const int what = SSL_get_error(ssl_.get(), outcome);
    trouble_ = ERR_GET_REASON(ERR_peek_last_error());
    const bool is_sent = flush(client);
    is_open_ = outcome == 1 && is_sent;
    if (is_open_ || !is_sent || what != SSL_ERROR_WANT_READ || !fill(client)) return is_open_;
  }
}

bool ClientTls::send(const Client& client, std::string_view bytes) {
  if (bytes.empty()) return true;
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0 && flush(client);
}

std::string ClientTls::read_some(Client& client, std::size_t size) {
  std::string bytes(size, '\0');
  for (;;) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    const int what = SSL_get_error(ssl_.get(), got);
    if (got <= 0) trouble_ = ERR_GET_REASON(ERR_peek_last_error());
    if (what == SSL_ERROR_ZERO_RETURN) end_seen_ = true;
    flush(client);
    if (got > 0) bytes.resize(static_cast<std::size_t>(got));
    if (got > 0) return bytes;
    if (what != SSL_ERROR_WANT_READ || !fill(client)) return {};
  }
}

void ClientTls::say_end(const Client& client) {
  SSL_shutdown(ssl_.get());
  flush(client);
}

std::string ClientTls::server_name() const {
  const std::shared_ptr<X509> certificate(SSL_get1_peer_certificate(ssl_.get()), X509_free);
  if (!certificate) return {};
  std::string name(256, '\0');
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                                             name.data(), static_cast<int>(name.size()));
  name.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return name;
}

namespace {

using File = std::unique_ptr<FILE, decltype([](FILE* file) { std::fclose(file); })>;

/// Written beside its place and moved there.
template <typename Write>
void put(const std::string& path, Write write) {
  const std::string beside = path + ".new";
  {
    const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const File file(::fdopen(descriptor, "w"));
    PARLEY_CHECK(file && write(file.get()) == 1);
  }
  std::filesystem::rename(beside, path);
}

}  // namespace

Certificates::Certificates(const CertificateTerms& terms) {
  std::string pattern = (std::filesystem::temp_directory_path() / "parley-tls-XXXXXX").string();
  PARLEY_CHECK(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  renew(terms);
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TlsFiles Certificates::files() const {
  return {path("cert.pem"), path("key.pem")};
}

void Certificates::renew(const CertificateTerms& terms) const {
  write(files(), terms);
}

void Certificates::write(const TlsFiles& files, const CertificateTerms& terms,
                         const std::string& passphrase) const {
  const std::shared_ptr<EVP_PKEY> key(terms.is_rsa ? EVP_RSA_gen(2048U) : EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::shared_ptr<X509> certificate(X509_new(), X509_free);
  PARLEY_CHECK(key && certificate);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), terms.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), terms.ends.count());
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const std::vector<unsigned char> text(terms.name.begin(), terms.name.end());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text.data(), static_cast<int>(text.size()), -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  PARLEY_CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  put(files.certificate, [&](FILE* file) { return PEM_write_X509(file, certificate.get()); });
  put(files.key, [&](FILE* file) {
    const std::vector<unsigned char> secret(passphrase.begin(), passphrase.end());
    return PEM_write_PrivateKey(file, key.get(), passphrase.empty() ? nullptr : EVP_aes_128_cbc(),
                                passphrase.empty() ? nullptr : secret.data(), static_cast<int>(secret.size()),
                                nullptr, nullptr);
  });
}

}  // namespace parley::http::test
