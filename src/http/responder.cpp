#include "http/responder.hpp"

#include "http/exchange.hpp"

namespace parley::http {

namespace {

/// Holds the duty while it answers, so that a task that is never awaited still gives it up.
base::Task<void> answer_as([[maybe_unused]] Responder duty, std::shared_ptr<Exchange> exchange,
                           Response response) {
  co_await exchange->answer(std::move(response));
}

}  // namespace

BodyStream::BodyStream(std::shared_ptr<Exchange> exchange) noexcept : exchange_(std::move(exchange)) {}
BodyStream::BodyStream(BodyStream&&) noexcept = default;
BodyStream::~BodyStream() {
  if (exchange_) exchange_->give_up();
}

std::string& BodyStream::buffer() noexcept {
  return exchange_->buffer();
}
std::size_t BodyStream::wanted_bytes() const noexcept {
  return exchange_->wanted_bytes();
}
bool BodyStream::takes_deflated() {
  return exchange_->takes_deflated();
}
std::string& BodyStream::deflated_buffer(std::uint32_t crc32, std::uint64_t text_bytes) {
  return exchange_->deflated_buffer(crc32, text_bytes);
}
void BodyStream::add_rows(std::uint64_t rows) noexcept {
  exchange_->add_rows(rows);
}
base::Task<base::Result<>> BodyStream::flush_if_full() {
  return exchange_->flush_if_full();
}
base::Task<base::Result<>> BodyStream::finish() {
  return exchange_->finish();
}

Responder::Responder(std::shared_ptr<Exchange> exchange) noexcept : exchange_(std::move(exchange)) {}
Responder::Responder(Responder&&) noexcept = default;
Responder::~Responder() {
  if (exchange_) exchange_->give_up();
}

base::Task<void> Responder::send(Response response) && {
  auto exchange = exchange_;
  return answer_as(std::move(*this), std::move(exchange), std::move(response));
}

BodyStream Responder::stream(Response head) && {
  exchange_->begin_stream(std::move(head));
  return BodyStream(std::move(exchange_));
}

}  // namespace parley::http
