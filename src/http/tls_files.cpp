#include "http/tls_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/time.hpp"

namespace parley::http {

namespace {

using base::ErrorCode;
using base::Result;

/// A file's bytes, wiped when they go: they may be a key's.
class FileText {
 public:
  FileText() = default;
  FileText(FileText&&) = default;
  FileText& operator=(FileText&&) = delete;
  FileText(const FileText&) = delete;
  FileText& operator=(const FileText&) = delete;
  ~FileText() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

  std::vector<char> bytes;  ///< Not a string: a short one would leave its bytes behind when it is moved.
  mode_t mode = 0;
};

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

/// `what`: "--tls-cert /etc/cert.pem", what the operator wrote.
std::unexpected<base::Error> refuse(const std::string& what, std::string_view why) {
  return base::fail(ErrorCode::invalid_argument, fmt::format("{}: {}", what, why));
}

std::unexpected<base::Error> refuse_by_system(const std::string& what, int number) {
  return refuse(what, fmt::format("the file cannot be read: {}", std::generic_category().message(number)));
}

Result<FileText> read_file(const std::string& what, const std::string& path) {
  // Without waiting: a pipe in place of a file must not hold the server up.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts{};
  if (file.number < 0 || ::fstat(file.number, &facts) != 0) return refuse_by_system(what, errno);
  if (!S_ISREG(facts.st_mode)) return refuse(what, "it takes a file");
  FileText text;
  text.mode = facts.st_mode;
  // Room at once: growing would leave copies of a key behind.
  text.bytes.resize(limits::tls_file_bytes + 1);
  std::size_t size = 0;
  while (size < text.bytes.size()) {
    const auto got = ::read(file.number, text.bytes.data() + size, text.bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_by_system(what, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limits::tls_file_bytes) {
    return refuse(what, fmt::format("the file is larger than {} bytes", limits::tls_file_bytes));
  }
  text.bytes.resize(size);
  return text;
}

using Memory = std::unique_ptr<BIO, decltype([](BIO* memory) { BIO_free(memory); })>;

Memory memory_of(const FileText& text) {
  return Memory(BIO_new_mem_buf(text.bytes.data(), static_cast<int>(text.bytes.size())));
}

/// Called for a key under a passphrase: there is none to give.
int note_passphrase(char* /*buffer*/, int /*size*/, int /*writes*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<std::vector<std::shared_ptr<X509>>> read_chain(const TlsFiles& files) {
  const std::string what = fmt::format("--tls-cert {}", files.certificate);
  PARLEY_TRY_ASSIGN(const FileText text, read_file(what, files.certificate));
  const Memory memory = memory_of(text);
  std::vector<std::shared_ptr<X509>> chain;
  bool asked = false;
  ERR_clear_error();
  while (X509* certificate = PEM_read_bio_X509_AUX(memory.get(), nullptr, note_passphrase, &asked)) {
    chain.emplace_back(certificate, X509_free);
  }
  // That there is no further one is how the end looks.
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string trouble = take_tls_trouble();
  if (!is_end) return refuse(what, fmt::format("a certificate in it cannot be read ({})", trouble));
  if (chain.empty()) {
    return refuse(what, "it holds no certificate; it takes a chain in PEM, the server's own first");
  }
  return chain;
}

Result<std::shared_ptr<EVP_PKEY>> read_key(const TlsFiles& files) {
  const std::string what = fmt::format("--tls-key {}", files.key);
  PARLEY_TRY_ASSIGN(const FileText text, read_file(what, files.key));
  const Memory memory = memory_of(text);
  bool asked = false;
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, note_passphrase, &asked),
                                EVP_PKEY_free);
  // What OpenSSL says of a key's inside is not repeated.
  ERR_clear_error();
  if (asked) return refuse(what, "the key is under a passphrase; it takes a key without one");
  if (!key) return refuse(what, "it holds no key that can be read; it takes one in PEM");
  if ((text.mode & (S_IROTH | S_IWOTH)) != 0) {
    base::log(base::Level::warning, "tls key is open to everybody; chmod o= closes it",
              {{"file", std::string_view(files.key)}});
  }
  return key;
}

std::optional<base::Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return base::from_epoch_ms(std::int64_t{::timegm(&parts)} * 1000);
}

std::string text_of(const ASN1_TIME* time) {
  std::string text;
  if (const auto instant = time_of(time)) base::append_iso8601(text, *instant);
  return text;
}

/// `CN=chat.example.org`.
std::string text_of(const X509_NAME* name) {
  const Memory memory(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<TlsIdentity> read_tls_identity(const TlsFiles& files) {
  TlsIdentity identity;
  PARLEY_TRY_ASSIGN(identity.chain, read_chain(files));
  PARLEY_TRY_ASSIGN(identity.key, read_key(files));
  X509* own = identity.chain.front().get();
  if (X509_check_private_key(own, identity.key.get()) != 1) {
    ERR_clear_error();
    return refuse(fmt::format("--tls-key {}", files.key),
                  fmt::format("the key is not that of the first certificate in {}", files.certificate));
  }
  const auto now = base::SystemClock().now();
  const auto begin = time_of(X509_get0_notBefore(own));
  const auto end = time_of(X509_get0_notAfter(own));
  if ((begin && now < *begin) || (end && now > *end)) {
    base::log(base::Level::warning, "tls certificate does not hold now; clients will refuse it",
              {{"file", std::string_view(files.certificate)},
               {"from", text_of(X509_get0_notBefore(own))},
               {"until", text_of(X509_get0_notAfter(own))}});
  }
  return identity;
}

void log_certificate(const TlsFiles& files, const TlsIdentity& identity) {
  const X509* own = identity.chain.front().get();
  base::log(base::Level::info, "tls certificate in use",
            {{"file", std::string_view(files.certificate)},
             {"subject", text_of(X509_get_subject_name(own))},
             {"until", text_of(X509_get0_notAfter(own))}});
}

std::string take_tls_trouble() {
  const unsigned long error = ERR_peek_last_error();
  std::string trouble;
  if (const char* reason = ERR_reason_error_string(error)) trouble = reason;
  // What the system said has no words of OpenSSL's.
  if (trouble.empty() && ERR_SYSTEM_ERROR(error)) {
    trouble = std::generic_category().message(ERR_GET_REASON(error));
  }
  ERR_clear_error();
  return trouble;
}

}  // namespace parley::http
