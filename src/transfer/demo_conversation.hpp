#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "transfer/demo_language.hpp"
#include "transfer/demo_random.hpp"
#include "transfer/demo_staff.hpp"
#include "transfer/demo_visitor.hpp"
#include "transfer/record.hpp"

namespace parley::transfer::demo {

/// What every conversation of one demo account shares.
struct World {
  Staff staff;
  base::Timestamp end;  ///< The last moment anything happens.
  std::int64_t next_message_id = 1;
  std::int64_t next_chat_id = 1;
};

/// Writes one conversation: its visits, its chats and what agents and the site noted. Used once, on one
/// thread.
class ConversationWriter {
 public:
  /// A conversation that begins at `start` with id `conversation_id`. `world` outlives the writer.
  ConversationWriter(World& world, std::string conversation_id, base::Timestamp start, std::uint64_t seed);

  /// Appends the records to `out`, the conversation first. With `stays_open` its one chat has not ended.
  void write(bool stays_open, std::vector<Record>& out);

 private:
  using Milliseconds = std::chrono::milliseconds;

  /// How a chat came about: what labels, rating and end are made of.
  struct Outcome {
    std::optional<std::int64_t> routed_agent_id;
    bool is_answered = false;
    bool is_closed = false;      ///< By the agent; else idle time ended it.
    std::int64_t waited_ms = 0;  ///< For the first answer.
  };

  void chat(bool stays_open);
  void visit_again();
  Outcome talk(base::Timestamp started_at);
  Outcome miss(std::optional<std::int64_t> routed);
  void answer_late(base::Timestamp opening);
  void converse(std::int64_t agent_id);
  std::int64_t hand_over(std::int64_t agent_id);
  void ask_more(std::int64_t agent_id);
  void rate(ChatRecord& record, const Outcome& outcome);

  void note(base::Timestamp started_at, const Outcome& outcome);
  void add_tag(base::Timestamp at, std::string_view text, visitor::TagType type);
  void add_label(base::Timestamp at, std::string_view text);
  void put_cards(base::Timestamp at);

  void new_errand();
  void join(base::Timestamp at);
  // `…_says` in this moment, `…_types` after the time it takes to write.
  void visitor_says(const Templates& templates);
  void visitor_says(std::string text);
  void visitor_types(const Templates& templates);
  void visitor_types(std::string text);
  void agent_says(std::int64_t agent_id, const Templates& templates);
  void agent_says(std::int64_t agent_id, const Template& text);
  void agent_types(std::int64_t agent_id, const Templates& templates);
  void agent_types(std::int64_t agent_id, const Template& text);
  void take_time_to_type();
  void message(std::string sender, std::optional<std::int64_t> agent_id, std::string text);
  void wait(Milliseconds time);
  [[nodiscard]] std::string& value(Slot slot) noexcept { return values_[static_cast<std::size_t>(slot)]; }
  [[nodiscard]] base::Timestamp later(base::Timestamp time, std::int64_t most_ms);
  [[nodiscard]] std::optional<base::Timestamp> next_visit();

  World& world_;
  Random random_;
  std::string conversation_id_;
  base::Timestamp created_at_;
  Person person_;
  Errand errand_;
  const Thread* thread_ = nullptr;  ///< What the chat is about; the languages own it.
  SlotValues values_;
  std::string past_date_;
  std::string coming_date_;
  std::string exit_page_;
  base::Timestamp now_;  ///< Where the story stands; never after the world's end.
  base::Timestamp last_visit_at_;
  std::vector<visitor::Tag> tags_;
  std::vector<visitor::Label> labels_;
  std::vector<visitor::Card> cards_;
  std::vector<MessageRecord> messages_;
  std::vector<ChatRecord> chats_;
};

}  // namespace parley::transfer::demo
