#include "transfer/demo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "conversation/message.hpp"
#include "encoding/utf8.hpp"
#include "page_filter/page_filter.hpp"
#include "transfer/demo_test_support.hpp"

namespace parley::transfer {
namespace {

using testing::Demo;
using testing::demo_of_2000;
using testing::generate;

/// FNV-1a over everything a record says, so that a difference anywhere shows.
class Digest {
 public:
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

  void add(std::string_view text) {
    for (const char byte : text) value_ = (value_ ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    value_ = (value_ ^ 0xFFU) * 0x100000001B3U;
  }
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(std::int64_t number) { add(std::to_string(number)); }
  void add(base::Timestamp time) { add(base::epoch_ms(time)); }
  template <typename T>
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);
    } else {
      add(std::string_view("none"));
    }
  }
  template <typename... T>
  void all(const T&... values) {
    (add(values), ...);
  }

  void operator()(const BundleHeader& it) { all(it.sid, it.name, it.timezone, it.exported_at); }
  void operator()(const AgentRecord& it) {
    const auto& agent = it.agent;
    all(agent.agent_id, agent.name, agent.email, agent.picture, agent.last_active_at, agent.department,
        std::int64_t{agent.is_back_office}, agent.groups, std::int64_t{agent.is_removed});
  }
  void operator()(const PageFilterRecord& it) {
    all(it.filter.filter_id, it.filter.name, it.filter.pattern, page_filter::name_of(it.filter.match_type));
  }
  void operator()(const ConversationRecord& it) {
    all(it.conversation.conversation_id, it.conversation.created_at, it.traffic_type, it.search_engine,
        it.last_visit_at, it.browser, it.os, it.city, it.country, it.exit_page);
  }
  void operator()(const MessageRecord& it) {
    const auto& message = it.message;
    all(message.message_id, message.conversation_id, message.sender, message.text, message.sent_at,
        message.agent_id);
  }
  void operator()(const TagRecord& it) {
    all(it.conversation_id, it.tag.created_at, it.tag.tag, static_cast<std::int64_t>(it.tag.type));
  }
  void operator()(const LabelRecord& it) { all(it.conversation_id, it.label.created_at, it.label.label); }
  void operator()(const CardRecord& it) {
    all(it.conversation_id, it.card.data_id, it.card.data, it.card.created_at, it.card.updated_at);
  }
  void operator()(const ChatRecord& it) {
    all(it.chat_id, it.conversation_id, it.started_at, it.ended_at, it.routed_agent_id,
        it.rating ? std::optional<std::int64_t>(*it.rating) : std::nullopt, std::int64_t{it.is_given});
  }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325U;
};

std::uint64_t digest_of(const DemoOptions& options) {
  Digest digest;
  for (const Record& record : generate(options))
    std::visit([&digest](const auto& it) { digest(it); }, record);
  return digest.value();
}

TEST(Demo, IsTheSameEverywhere) {
  const DemoOptions options = {.sid = 7, .conversations = 500, .seed = 11};
  // Both compilers and every machine must come to this number. It changes when a text or a rule of the demo
  // does.
  EXPECT_EQ(digest_of(options), 18429189325119058248U);
  DemoOptions other = options;
  other.seed = 12;
  EXPECT_NE(digest_of(other), digest_of(options));
}

TEST(Demo, NamesThingsBeforeItRefersToThem) {
  std::set<std::string> known;
  std::set<std::int64_t> agents;
  std::size_t place = 0;
  for (const Record& record : generate({.sid = 1, .conversations = 300})) {
    EXPECT_EQ(std::holds_alternative<BundleHeader>(record), place++ == 0);
    if (const auto* it = std::get_if<AgentRecord>(&record)) agents.insert(it->agent.agent_id);
    if (const auto* it = std::get_if<ConversationRecord>(&record))
      known.insert(it->conversation.conversation_id);
    if (const auto* it = std::get_if<TagRecord>(&record)) {
      EXPECT_TRUE(known.contains(it->conversation_id));
    }
    if (const auto* it = std::get_if<LabelRecord>(&record)) {
      EXPECT_TRUE(known.contains(it->conversation_id));
    }
    if (const auto* it = std::get_if<CardRecord>(&record)) {
      EXPECT_TRUE(known.contains(it->conversation_id));
    }
    if (const auto* it = std::get_if<MessageRecord>(&record)) {
      EXPECT_TRUE(known.contains(it->message.conversation_id));
      if (it->message.agent_id > 0) {
        EXPECT_TRUE(agents.contains(*it->message.agent_id));
      }
    }
    if (const auto* it = std::get_if<ChatRecord>(&record)) {
      EXPECT_TRUE(known.contains(it->conversation_id));
      EXPECT_FALSE(it->is_given);
      if (it->routed_agent_id) {
        EXPECT_TRUE(agents.contains(*it->routed_agent_id));
      }
    }
  }
}

TEST(Demo, HasAsManyAsAskedFor) {
  for (const std::uint32_t count : {1U, 10U, 99U, 1'234U}) {
    const auto records = generate({.conversations = count});
    const auto made = std::ranges::count_if(
        records, [](const Record& record) { return std::holds_alternative<ConversationRecord>(record); });
    EXPECT_EQ(made, count);
  }
  const Demo& demo = demo_of_2000();
  EXPECT_NEAR(static_cast<double>(demo.messages.size()), 20'000, 2'000);
  EXPECT_NEAR(static_cast<double>(demo.chats.size()), 2'300, 100);
}

TEST(Demo, IdsAreUniqueAndOfTheirForm) {
  const Demo& demo = demo_of_2000();
  std::set<std::string> conversations;
  for (const auto& record : demo.conversations) {
    const std::string& id = record.conversation.conversation_id;
    EXPECT_TRUE(conversations.insert(id).second);
    EXPECT_TRUE(id.starts_with("V42" + std::to_string(base::epoch_ms(record.conversation.created_at))));
    EXPECT_EQ(id.size(), 1U + 2 + 13 + 3);
  }
  std::set<std::int64_t> messages;
  for (const auto& message : demo.messages) EXPECT_TRUE(messages.insert(message.message_id).second);
  std::set<std::int64_t> chats;
  for (const auto& chat : demo.chats) EXPECT_TRUE(chats.insert(*chat.chat_id).second);
}

TEST(Demo, EveryDateIsInsideTheRange) {
  const Demo& demo = demo_of_2000();
  const auto inside = [&demo](base::Timestamp time) { return time >= demo.begin() && time < demo.end(); };
  EXPECT_TRUE(inside(demo.header.exported_at));
  for (const auto& it : demo.conversations)
    EXPECT_TRUE(inside(it.conversation.created_at) && inside(*it.last_visit_at));
  for (const auto& it : demo.messages) EXPECT_TRUE(inside(it.sent_at));
  for (const auto& it : demo.tags) EXPECT_TRUE(inside(it.tag.created_at));
  for (const auto& it : demo.labels) EXPECT_TRUE(inside(it.label.created_at));
  for (const auto& it : demo.cards)
    EXPECT_TRUE(inside(it.card.created_at) && it.card.updated_at >= it.card.created_at);
  for (const auto& it : demo.cards) EXPECT_TRUE(inside(it.card.updated_at));
  for (const auto& it : demo.agents) EXPECT_TRUE(inside(*it.last_active_at));
  for (const auto& it : demo.chats) {
    EXPECT_TRUE(inside(it.started_at));
    if (it.ended_at) {
      EXPECT_TRUE(inside(*it.ended_at) && *it.ended_at >= it.started_at);
    }
  }
}

TEST(Demo, EveryTextIsUtf8WithNothingLeftOpen) {
  const Demo& demo = demo_of_2000();
  for (const auto& message : demo.messages) {
    EXPECT_TRUE(encoding::is_valid_utf8(message.text));
    EXPECT_FALSE(message.text.empty());
    EXPECT_EQ(message.text.find('\0'), std::string::npos);
    const bool has_open_slot =
        message.text.find('{') != std::string::npos && !message.text.starts_with("{\"type\"");
    EXPECT_FALSE(has_open_slot) << message.text;
  }
  for (const auto& it : demo.tags) EXPECT_TRUE(encoding::is_valid_utf8(it.tag.tag) && !it.tag.tag.empty());
  for (const auto& it : demo.cards)
    EXPECT_TRUE(encoding::is_valid_utf8(it.card.data) && !it.card.data.empty());
}

TEST(Demo, MessagesOfAConversationGoForwardInTime) {
  for (const auto& [id, messages] : demo_of_2000().by_conversation) {
    for (std::size_t index = 1; index < messages.size(); ++index) {
      EXPECT_GE(messages[index]->sent_at, messages[index - 1]->sent_at);
      EXPECT_GT(messages[index]->message_id, messages[index - 1]->message_id);
    }
    EXPECT_EQ(messages.front()->sender, "system");
  }
}

TEST(Demo, AChatBeginsWithTheVisitorAndFollowsAVisit) {
  const Demo& demo = demo_of_2000();
  std::map<std::string, base::Timestamp> last_end;
  for (const auto& chat : demo.chats) {
    const auto messages = demo.messages_of(chat);
    ASSERT_FALSE(messages.empty());
    EXPECT_EQ(messages.front()->agent_id, 0);
    EXPECT_EQ(messages.front()->sender, chat.conversation_id);
    EXPECT_EQ(messages.front()->sent_at, chat.started_at);
    if (const auto earlier = last_end.find(chat.conversation_id); earlier != last_end.end()) {
      EXPECT_GT(chat.started_at, earlier->second);
    }
    last_end[chat.conversation_id] = chat.ended_at.value_or(demo.end());
  }
}

TEST(Demo, EachVisitJoinsOnce) {
  const Demo& demo = demo_of_2000();
  std::size_t joins = 0;
  for (const auto& message : demo.messages) {
    if (message.agent_id) continue;
    EXPECT_EQ(message.sender, "system");
    EXPECT_TRUE(conversation::visitor_join_page(message.text).starts_with("https://norrsken.example.com"));
    ++joins;
  }
  EXPECT_GT(joins, demo.chats.size());
}

}  // namespace
}  // namespace parley::transfer
