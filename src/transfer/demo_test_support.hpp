#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "transfer/demo.hpp"
#include "transfer/demo_calendar.hpp"

/// What the tests of the demo share: its records, and the same taken apart by kind.
namespace parley::transfer::testing {

/// All records of a demo.
inline std::vector<Record> generate(const DemoOptions& options) {
  DemoGenerator generator(options);
  std::vector<Record> records;
  while (true) {
    auto record = generator();
    if (!record || !*record) return records;
    records.push_back(**std::move(record));
  }
}

/// A demo taken apart, made once.
struct Demo {
  DemoOptions options;
  BundleHeader header;
  std::vector<agent::Agent> agents;
  std::vector<page_filter::PageFilter> filters;
  std::vector<ConversationRecord> conversations;
  std::vector<conversation::Message> messages;
  std::vector<TagRecord> tags;
  std::vector<LabelRecord> labels;
  std::vector<CardRecord> cards;
  std::vector<ChatRecord> chats;
  std::map<std::string, std::vector<const conversation::Message*>> by_conversation;

  void operator()(BundleHeader& it) { header = std::move(it); }
  void operator()(AgentRecord& it) { agents.push_back(std::move(it.agent)); }
  void operator()(PageFilterRecord& it) { filters.push_back(std::move(it.filter)); }
  void operator()(ConversationRecord& it) { conversations.push_back(std::move(it)); }
  void operator()(MessageRecord& it) { messages.push_back(std::move(it.message)); }
  void operator()(TagRecord& it) { tags.push_back(std::move(it)); }
  void operator()(LabelRecord& it) { labels.push_back(std::move(it)); }
  void operator()(CardRecord& it) { cards.push_back(std::move(it)); }
  void operator()(ChatRecord& it) { chats.push_back(std::move(it)); }

  [[nodiscard]] base::Timestamp begin() const {
    return demo::stockholm_day_start(options.end_day - std::chrono::days(demo::demo_days - 1));
  }
  [[nodiscard]] base::Timestamp end() const {
    return demo::stockholm_day_start(options.end_day + std::chrono::days(1));
  }
  /// The messages of a chat, the visitor's first one first.
  [[nodiscard]] std::vector<const conversation::Message*> messages_of(const ChatRecord& chat) const {
    std::vector<const conversation::Message*> found;
    for (const auto* message : by_conversation.at(chat.conversation_id)) {
      const bool inside =
          message->sent_at >= chat.started_at && message->sent_at <= chat.ended_at.value_or(end());
      if (inside && message->agent_id) found.push_back(message);
    }
    return found;
  }
};

/// One of 2,000 conversations.
inline const Demo& demo_of_2000() {
  static const Demo made = [] {
    Demo demo;
    demo.options = {.sid = 42, .conversations = 2'000, .seed = 5};
    for (Record& record : generate(demo.options)) std::visit([&demo](auto& it) { demo(it); }, record);
    for (const auto& message : demo.messages)
      demo.by_conversation[message.conversation_id].push_back(&message);
    return demo;
  }();
  return made;
}

}  // namespace parley::transfer::testing
