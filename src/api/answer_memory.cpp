#include "api/answer_memory.hpp"

#include <functional>
#include <utility>

namespace parley::api {

namespace {

constexpr std::uint64_t too_long_bit = 1;

/// What an answer takes: its text, its compressed forms, its head.
std::size_t bytes_of(std::size_t body_bytes) noexcept {
  constexpr std::size_t head_bytes = 1'024;
  return 2 * body_bytes + head_bytes;
}

std::size_t hash_of(std::string_view entity_tag) noexcept {
  return std::hash<std::string_view>()(entity_tag);
}

}  // namespace

std::atomic<std::uint64_t>& AnswerMemory::mark_of(std::size_t hash) noexcept {
  // The bits that choose the place and the lowest bit, which is taken, do not meet.
  return marks_[(hash >> 1U) % marks_.size()];
}

std::shared_ptr<const http::Response> AnswerMemory::recall(std::string_view entity_tag) {
  const std::lock_guard lock(mutex_);
  const auto found = by_tag_.find(entity_tag);
  if (found == by_tag_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->answer;
}

bool AnswerMemory::is_wanted_again(std::string_view entity_tag) {
  const std::size_t hash = hash_of(entity_tag);
  const std::uint64_t asked = hash & ~too_long_bit;
  auto& mark = mark_of(hash);
  const std::uint64_t seen = mark.load(std::memory_order_relaxed);
  if (seen == asked) {
    std::uint64_t expected = asked;
    return mark.compare_exchange_strong(expected, asked | too_long_bit, std::memory_order_relaxed);
  }
  if (seen != (asked | too_long_bit)) mark.store(asked, std::memory_order_relaxed);
  return false;
}

void AnswerMemory::pass_over(std::string_view entity_tag) {
  const std::size_t hash = hash_of(entity_tag);
  mark_of(hash).store(hash | too_long_bit, std::memory_order_relaxed);
}

void AnswerMemory::make_room(std::size_t bytes) {
  while (!entries_.empty() && *living_bytes_ + bytes > limits::kept_answers_bytes) {
    by_tag_.erase(entries_.back().entity_tag);
    entries_.pop_back();
  }
}

void AnswerMemory::keep(std::string_view entity_tag, http::Response& answer) {
  if (answer.body.size() > limits::kept_answer_bytes) return pass_over(entity_tag);
  const std::size_t bytes = bytes_of(answer.body.size());
  const std::size_t hash = hash_of(entity_tag);
  mark_of(hash).store(hash & ~too_long_bit, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  if (by_tag_.contains(entity_tag)) return;
  make_room(bytes);
  if (*living_bytes_ + bytes > limits::kept_answers_bytes) return;

  *living_bytes_ += bytes;
  answer.body.shrink_to_fit();
  answer.kept_body = std::shared_ptr<const http::KeptBody>(new http::KeptBody(std::move(answer.body)),
                                                           [living = living_bytes_, bytes](const auto* body) {
                                                             delete body;
                                                             *living -= bytes;
                                                           });
  answer.body.clear();
  entries_.push_front({std::string(entity_tag), std::make_shared<const http::Response>(answer)});
  by_tag_.emplace(entries_.front().entity_tag, entries_.begin());
}

}  // namespace parley::api
