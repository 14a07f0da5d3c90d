#include "api/answer_memory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::api {
namespace {

http::Response answer_of(std::size_t bytes, char text = 'x') {
  http::Response answer;
  answer.headers.add("ETag", "tag");
  answer.body = std::string(bytes, text);
  return answer;
}

std::string tag_of(int number) {
  return "W/\"" + std::to_string(number) + "\"";
}

TEST(AnswerMemory, GivesBackWhatItKept) {
  AnswerMemory memory;
  auto answer = answer_of(10);
  EXPECT_EQ(memory.recall("a"), nullptr);
  memory.keep("a", answer);
  EXPECT_TRUE(answer.body.empty());
  ASSERT_NE(answer.kept_body, nullptr);
  const auto kept = memory.recall("a");
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->kept_body->plain(), std::string(10, 'x'));
  EXPECT_EQ(kept->headers.find("ETag"), "tag");
  EXPECT_EQ(memory.recall("b"), nullptr);
}

TEST(AnswerMemory, WantsWhatIsAskedForAgainUnlessItIsTooLong) {
  AnswerMemory memory;
  EXPECT_FALSE(memory.is_wanted_again("a"));
  EXPECT_TRUE(memory.is_wanted_again("a"));
  EXPECT_FALSE(memory.is_wanted_again("a")) << "one gathers it already";
  auto answer = answer_of(10);
  memory.keep("a", answer);
  EXPECT_TRUE(memory.is_wanted_again("a")) << "it may have had to go";
  memory.pass_over("a");
  EXPECT_FALSE(memory.is_wanted_again("a"));
  EXPECT_FALSE(memory.is_wanted_again("a"));
  EXPECT_FALSE(memory.is_wanted_again("b"));
}

TEST(AnswerMemory, TakesNoAnswerOverItsLimit) {
  AnswerMemory memory;
  for (const std::size_t bytes : {limits::kept_answer_bytes - 1, limits::kept_answer_bytes}) {
    auto answer = answer_of(bytes);
    memory.keep(std::to_string(bytes), answer);
    EXPECT_NE(memory.recall(std::to_string(bytes)), nullptr);
  }
  auto answer = answer_of(limits::kept_answer_bytes + 1);
  EXPECT_FALSE(memory.is_wanted_again("long"));
  memory.keep("long", answer);
  EXPECT_EQ(memory.recall("long"), nullptr);
  EXPECT_EQ(answer.body.size(), limits::kept_answer_bytes + 1);
  EXPECT_FALSE(memory.is_wanted_again("long"));
}

TEST(AnswerMemory, LetsGoOfWhatWasWantedLongestAgo) {
  AnswerMemory memory;
  constexpr int many = 3 * static_cast<int>(limits::kept_answers_bytes / limits::kept_answer_bytes);
  for (int i = 0; i < many; ++i) {
    auto answer = answer_of(limits::kept_answer_bytes);
    memory.keep(tag_of(i), answer);
    EXPECT_NE(memory.recall(tag_of(0)), nullptr) << i;
    EXPECT_NE(memory.recall(tag_of(i)), nullptr) << i;
  }
  EXPECT_EQ(memory.recall(tag_of(1)), nullptr);
}

TEST(AnswerMemory, CountsWhatReadersStillHold) {
  AnswerMemory memory;
  std::vector<http::Response> held;
  std::size_t bytes = 0;
  for (int i = 0; i < 100; ++i) {
    auto answer = answer_of(limits::kept_answer_bytes);
    memory.keep(tag_of(i), answer);
    if (answer.kept_body) bytes += answer.kept_body->plain().size();
    held.push_back(std::move(answer));
  }
  EXPECT_LE(2 * bytes, limits::kept_answers_bytes);
  auto answer = answer_of(limits::kept_answer_bytes);
  memory.keep("late", answer);
  EXPECT_EQ(answer.kept_body, nullptr);
  held.clear();
  memory.keep("late", answer);
  EXPECT_NE(answer.kept_body, nullptr);
}

}  // namespace
}  // namespace parley::api
