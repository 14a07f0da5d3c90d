// How an import finds the agents and chats that a bundle means.
#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "transfer/import.hpp"
#include "transfer/transfer_test_support.hpp"

namespace parley::transfer {
namespace {

using base::Result;
using testing::agent_line;
using testing::body_of;
using testing::bundle_of;
using testing::chat_line;
using testing::contains;
using testing::conversation_line;
using testing::label_line;
using testing::message_line;
using testing::replaced;
using testing::TestStore;

class ImportChats : public ::testing::TestWithParam<bool> {
 protected:
  TestStore store_{GetParam() ? std::optional<std::uint64_t>(7) : std::nullopt};
};
INSTANTIATE_TEST_SUITE_P(Stores, ImportChats, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Deferred" : "Plain"; });

TEST_P(ImportChats, AMessageMakesItsUnknownAgent) {
  const auto report = store_.import(bundle_of(std::string(conversation_line) + message_line(1, "7", "Anna") +
                                              message_line(2, "7", "Later")));
  ASSERT_TRUE(report) << report.error().public_text;
  EXPECT_EQ(report->agents_made, 1);
  const auto agent =
      store_.read<std::optional<agent::Agent>>([](store::Unit& unit) { return agent::find(unit, 1, 7); });
  ASSERT_TRUE(agent);
  EXPECT_EQ(agent->name, "Anna");
  EXPECT_TRUE(agent->is_removed);
}

/// The agent id that the export tells of the only chat.
std::string agent_of_chat(const std::string& bundle) {
  constexpr std::string_view key = "\"agentID\":";
  const auto chat = bundle.find("\"kind\":\"chat\"");
  const auto begin = bundle.find(key, chat) + key.size();
  return bundle.substr(begin, bundle.find(',', begin) - begin);
}

TEST_P(ImportChats, WhoAChatsAgentIs) {
  const std::string agents = agent_line(1, "Anna", "anna@example.org", true) +
                             agent_line(2, "Bo", "anna@example.org") + agent_line(3, "Cia", "", true) +
                             agent_line(4, "Dan", "");
  const std::string start = agents + std::string(conversation_line);
  const std::pair<std::string, std::string> cases[] = {
      {R"(,"agentName":"X","agentEmail":"anna@example.org")", "2"},
      {R"(,"agentName":"Cia","agentEmail":"nobody@example.org")", "3"},
      {R"(,"agentName":"Cia","agentEmail":"")", "3"},
      {R"(,"agentName":"Dan","agentEmail":"nobody@example.org")", "null"},
      {R"(,"agentName":"X","agentEmail":"")", "null"},
      {R"(,"agentName":null,"agentEmail":null)", "null"},
      {R"(,"agentName":"X","agentEmail":"anna@example.org","agentID":null)", "null"},
      {R"(,"agentName":"X","agentEmail":"anna@example.org","agentID":4)", "4"},
      {R"(,"agentName":"New","agentEmail":"new@example.org","agentID":9)", "9"}};
  std::int64_t sid = 100;
  for (const auto& [says, expected] : cases) {
    ++sid;
    ASSERT_TRUE(store_.import(bundle_of(start + chat_line(says)), {sid, {}}));
    const std::string exported = store_.exported(sid);
    EXPECT_EQ(agent_of_chat(exported), expected) << says;
    // Names stay as they were written, whoever the agent is.
    EXPECT_EQ(contains(exported, R"("agentName":"X","agentEmail":"anna@example.org")"),
              contains(says, "\"X\",\"agentEmail\":\"anna"));
    const auto again = store_.import(bundle_of(start + chat_line(says)), {sid, {}});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->counts.chats.same, 1) << says;
  }
}

TEST_P(ImportChats, AnAgentMayComeAfterTheChatThatNamesIt) {
  const std::string chat = chat_line(R"(,"agentName":"Anna","agentEmail":"anna@example.org")");
  const std::string text = bundle_of(std::string(conversation_line) + chat + message_line(1, "3", "Anna") +
                                     agent_line(7, "Anna", "anna@example.org"));
  ASSERT_TRUE(store_.import(text));
  EXPECT_EQ(agent_of_chat(store_.exported(1)), "7");
  const std::int64_t number = store_.last_number(1);
  ASSERT_TRUE(store_.import(text));
  EXPECT_EQ(store_.last_number(1), number);
  // The same into an account that exists.
  ASSERT_TRUE(store_.import(bundle_of(""), {2, {}}));
  ASSERT_TRUE(store_.import(text, {2, {}}));
  EXPECT_EQ(agent_of_chat(store_.exported(2)), "7");
}

TEST_P(ImportChats, ChatsWithoutIdKeepTheirPlace) {
  const std::string start = std::string(conversation_line);
  const auto chats = [&](std::initializer_list<const char*> cities) {
    std::string lines = start;
    for (const char* city : cities) lines += chat_line(R"(,"city":")" + std::string(city) + "\"");
    return bundle_of(lines);
  };
  ASSERT_TRUE(store_.import(chats({"one", "two", "three"})));
  const std::string first = body_of(store_.exported(1));
  ASSERT_TRUE(store_.import(chats({"one", "two", "three"})));
  EXPECT_EQ(body_of(store_.exported(1)), first);
  const auto report = store_.import(chats({"one", "TWO", "three", "four"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->counts.chats.same, 2);
  EXPECT_EQ(report->counts.chats.changed, 1);
  EXPECT_EQ(report->counts.chats.created, 1);
  const std::string last = store_.exported(1);
  std::size_t at = 0;
  for (const char* city : {"\"one\"", "\"TWO\"", "\"three\"", "\"four\""}) {
    at = last.find(city, at);
    EXPECT_NE(at, std::string::npos) << city;
  }
}

TEST_P(ImportChats, ChatsWithAndWithoutIdDoNotMeet) {
  const std::string lines = std::string(conversation_line) + chat_line(R"(,"city":"bare")") +
                            chat_line(R"(,"city":"given","chatID":1)", "2020-05-06T00:00:00.000Z") +
                            chat_line(R"(,"city":"bare too")", "2020-05-07T00:00:00.000Z");
  const auto report = store_.import(bundle_of(lines));
  ASSERT_TRUE(report) << report.error().public_text;
  EXPECT_EQ(report->counts.chats.created, 3);
  const std::int64_t number = store_.last_number(1);
  ASSERT_TRUE(store_.import(bundle_of(lines)));
  EXPECT_EQ(store_.last_number(1), number);
  const std::string met = lines + chat_line(R"(,"chatID":)" + std::to_string(limits::made_chat_ids_from));
  const auto refused = store_.import(bundle_of(met), {2, {}});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().public_text.starts_with("line 6: chatID: got 1099511627776"));
}

TEST_P(ImportChats, LabelsAndTagsOfChatsAreComparedAtTheEnd) {
  const std::string chats = chat_line(R"(,"labels":["b","a"],"tags":[])") +
                            chat_line(R"(,"labels":["a"],"tags":["t"])", "2020-05-06T00:00:00.000Z");
  const auto report =
      store_.import(bundle_of(std::string(conversation_line) + chats + label_line("a") + label_line("b")));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->label_differences, 1);
  EXPECT_EQ(report->tag_differences, 1);
  EXPECT_TRUE(contains(store_.exported(1), R"("labels":["a","b"],"tags":[])"));
  EXPECT_FALSE(contains(store_.exported(1), R"("labels":["a"])"));
}

TEST_P(ImportChats, AComputedChatTakenBackStaysComputed) {
  std::vector<Record> records;
  records.emplace_back(BundleHeader{1, "Test", "UTC", {}});
  const auto time = [](int seconds) { return base::from_epoch_ms(1'600'000'000'000 + seconds * 1'000); };
  records.emplace_back(AgentRecord{{1, "Åsa", "asa@example.org", "", {}, "", false, "", false}});
  records.emplace_back(ConversationRecord{{"V1", time(0)}, {}, {}, {}, false, {}, {}, {}, {}, {}});
  records.emplace_back(MessageRecord{{1, "V1", "V1", "Hello", time(0), 0}});
  records.emplace_back(MessageRecord{{2, "V1", "Åsa", "Hi", time(5), 1}});
  ChatRecord chat;
  chat.conversation_id = "V1";
  chat.started_at = time(0);
  chat.ended_at = time(60);
  chat.is_given = false;
  records.emplace_back(std::move(chat));
  const auto source = [&, next = std::size_t{0}]() mutable -> Result<std::optional<Record>> {
    if (next == records.size()) return std::nullopt;
    return records[next++];
  };
  ASSERT_TRUE(base::block_on(import_account(store_.database(), source, {})));
  const std::string exported = store_.exported(1);
  EXPECT_TRUE(contains(exported, R"("duration":60000,"rating":null,"responseTime":5000)")) << exported;
  const std::int64_t number = store_.last_number(1);
  static const store::Sql given("SELECT count(*) FROM chat WHERE sid = ?1 AND is_given = 1");
  ASSERT_TRUE(store_.import(exported));
  EXPECT_EQ(store_.last_number(1), number);
  EXPECT_EQ(store_.number(given, 1), 0);
  // Other facts than those that were computed hold as given.
  ASSERT_TRUE(store_.import(replaced(exported, "\"responseTime\":5000", "\"responseTime\":4000")));
  EXPECT_EQ(store_.number(given, 1), 1);
  EXPECT_TRUE(contains(store_.exported(1), "\"responseTime\":4000"));
}

}  // namespace
}  // namespace parley::transfer
