#include "http/kept_body.hpp"

#include "http/body_coder.hpp"

namespace parley::http {

std::string_view KeptBody::in(Coding coding) const {
  if (coding == Coding::identity) return plain_;
  const std::lock_guard lock(mutex_);
  std::string& coded = coded_[coding == Coding::gzip ? 0 : 1];
  if (coded.empty()) coded = BodyCoder::encode(coding, plain_);
  return coded;
}

}  // namespace parley::http
