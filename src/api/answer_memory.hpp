#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/limits.hpp"
#include "http/responder.hpp"

namespace parley::api {

/// Answers that have been asked for more than once, by their entity tags: a tag names the account's change
/// number and all else that the bytes depend on, so what it stands for never changes. Bounded in bytes; what
/// was wanted longest ago goes first. From any thread.
class AnswerMemory {
 public:
  AnswerMemory() = default;
  AnswerMemory(const AnswerMemory&) = delete;
  AnswerMemory& operator=(const AnswerMemory&) = delete;

  /// The answer, if it is kept; its body is in `kept_body`.
  [[nodiscard]] std::shared_ptr<const http::Response> recall(std::string_view entity_tag);

  /// Whether this answer is worth keeping: it has been asked for before, and has not been found too long.
  /// Counts as asking. True for one at a time, who says what became of it by `keep` or `pass_over`: a crowd
  /// that asks for the same at once would gather it as often. Who says nothing has found it too long.
  [[nodiscard]] bool is_wanted_again(std::string_view entity_tag);

  /// Says that the answer is longer than limits::kept_answer_bytes.
  void pass_over(std::string_view entity_tag);

  /// Keeps an answer whose body is whole, and moves the body into `kept_body`. Leaves it as it is where it is
  /// too long, or where readers still hold too much of what was kept before.
  void keep(std::string_view entity_tag, http::Response& answer);

 private:
  struct Entry {
    std::string entity_tag;
    std::shared_ptr<const http::Response> answer;
  };

  [[nodiscard]] std::atomic<std::uint64_t>& mark_of(std::size_t hash) noexcept;
  void make_room(std::size_t bytes);

  std::mutex mutex_;
  std::list<Entry> entries_;  // the last wanted first; guarded by mutex_, as is what follows
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_tag_;
  /// Bytes of all bodies that are still somewhere, kept here or on their way to a reader.
  std::shared_ptr<std::atomic<std::size_t>> living_bytes_ = std::make_shared<std::atomic<std::size_t>>(0);
  /// Tags asked for once, as hashes, each in one place; the lowest bit says that the answer is too long.
  std::array<std::atomic<std::uint64_t>, limits::answers_asked_once> marks_{};
};

}  // namespace parley::api
