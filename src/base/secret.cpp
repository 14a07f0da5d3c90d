#include "base/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>
#include <vector>

#include "base/error.hpp"

namespace parley::base {

namespace {

constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = (pending << 8U) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text.push_back(base64url_digits[(pending >> bits) & 63U]);
    }
  }
  if (bits > 0) text.push_back(base64url_digits[(pending << (6U - bits)) & 63U]);
  return text;
}

}  // namespace

Sha256 sha256(std::string_view text) {
  // Fetched once: OpenSSL 3 looks the algorithm up by name otherwise, which takes longer than a short digest.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  // Likewise made once, by each thread: a context takes as long to make as to use.
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  Sha256 digest{};
  unsigned size = 0;
  PARLEY_CHECK(algorithm != nullptr && context != nullptr);
  PARLEY_CHECK(EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
  PARLEY_CHECK(EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1);
  PARLEY_CHECK(EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1);
  PARLEY_CHECK(size == digest.size());
  return digest;
}

std::string random_token(std::size_t bytes) {
  std::vector<std::uint8_t> chance(bytes);
  PARLEY_CHECK(bytes <= 1'024);
  // Not an error value: nothing this program could do without secrets would be right.
  PARLEY_CHECK(bytes == 0 || RAND_bytes(chance.data(), static_cast<int>(bytes)) == 1);
  std::string token = base64url(chance);
  OPENSSL_cleanse(chance.data(), chance.size());
  return token;
}

bool constant_time_equal(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

}  // namespace parley::base
