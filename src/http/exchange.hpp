#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"
#include "http/body_coder.hpp"
#include "http/gathering.hpp"
#include "http/negotiation.hpp"
#include "http/responder.hpp"

namespace parley::http {

class Connection;

/// What of a request decides the form of its answer.
struct AnswerTerms {
  bool head_only = false;   ///< HEAD: the head without the body.
  bool http_1_1 = true;     ///< Chunks may be used.
  bool keep_alive = false;  ///< The connection may go on afterwards.
  CodingWeights codings;    ///< How much the client likes compressed bodies.
};

/// One request's answer on its way: `Responder` and `BodyStream` write through it, the connection waits until
/// it is settled. The connection outlives every unsettled exchange; a settled one never touches it. On the
/// connection's thread.
class Exchange {
 public:
  enum class State : std::uint8_t {
    waiting,    ///< Nothing is answered yet.
    answering,  ///< A whole answer is being written.
    gathering,  ///< A stream has begun, nothing is sent.
    streaming,  ///< A stream's head is sent.
    finished,   ///< Settled: the answer is out, whole.
    dropped,    ///< Settled: given up before a byte was sent; the connection answers 503.
    cut,        ///< Settled: a part may be out, no more will come; the connection must close.
  };

  Exchange(Connection& connection, AnswerTerms terms) noexcept;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // For Responder and BodyStream.
  base::Task<void> answer(Response response);
  void begin_stream(Response head);
  [[nodiscard]] std::string& buffer() noexcept { return head_.body; }
  [[nodiscard]] std::size_t wanted_bytes() const noexcept;
  [[nodiscard]] bool takes_deflated();
  [[nodiscard]] std::string& deflated_buffer(std::uint32_t crc32, std::uint64_t text_bytes);
  void add_rows(std::uint64_t rows) noexcept { head_.rows += rows; }
  base::Task<base::Result<>> flush_if_full();
  base::Task<base::Result<>> finish();

  /// The holder has let go: settles an answer that is not whole.
  void give_up() noexcept;

  // For the connection.
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool is_settled() const noexcept { return state_ >= State::finished; }
  [[nodiscard]] int status() const noexcept { return head_.status; }
  [[nodiscard]] std::size_t body_bytes() const noexcept { return body_bytes_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return terms_.head_only ? 0 : head_.rows; }
  [[nodiscard]] bool keep_alive() const noexcept { return terms_.keep_alive && state_ == State::finished; }
  /// Whether the body ends with the connection, so that a cut one must end by a reset.
  [[nodiscard]] bool ends_with_connection() const noexcept { return ends_with_connection_; }

  /// Says that an answer which was to be written later did not go out.
  void lose() noexcept { state_ = State::cut; }

  /// Takes a dropped exchange back, for the 503.
  void reopen() noexcept;

  /// Awaited by the connection: completes when the answer is settled.
  [[nodiscard]] auto settled() noexcept {
    struct Awaiter {
      Exchange& exchange;
      [[nodiscard]] bool await_ready() const noexcept { return exchange.is_settled(); }
      void await_suspend(std::coroutine_handle<> awaiting) const noexcept { exchange.waiting_ = awaiting; }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  void settle(State state) noexcept;
  [[nodiscard]] std::string render_head(std::optional<std::size_t> length);
  [[nodiscard]] bool may_compress() const;
  void begin_coding();
  void encode_whole();
  void empty_buffers();
  base::Task<void> answer_whole();
  base::Task<base::Result<>> flush();
  base::Task<base::Result<>> finish_stream();
  base::Task<bool> write_piece(std::string head, std::string_view body, bool last);

  Connection* connection_;
  AnswerTerms terms_;
  State state_ = State::waiting;
  bool ends_with_connection_ = false;
  Response head_;
  std::size_t wanted_ = limits::stream_chunk_bytes;
  bool is_counted_ = false;           ///< Among the running streams.
  bool gzip_is_ready_ = false;        ///< The handler has pieces in gzip.
  Coding coding_ = Coding::identity;  ///< Of the body as it is sent.
  std::optional<BodyCoder> coder_;
  std::string compressed_;  ///< What is to go out next, before what the buffer holds.
  std::size_t body_bytes_ = 0;
  std::coroutine_handle<> waiting_;
};

}  // namespace parley::http
