#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "conversation/chat.hpp"
#include "store/database.hpp"
#include "transfer/agent_references.hpp"
#include "transfer/record.hpp"

namespace parley::transfer {

/// Puts an import's chats: finds the chat and the agent that a record means, and compares its labels and tags
/// with the conversation's. Lives as long as one import; used by one write unit at a time.
class ChatImporter {
 public:
  /// `is_new`: nothing was in the account before this import. `agents` outlives this.
  ChatImporter(std::int64_t sid, bool is_new, AgentReferences& agents) noexcept
      : sid_(sid), is_new_(is_new), agents_(&agents) {}

  /// Puts one chat. True if anything changed. Errors: those of `conversation::put_chat` and
  /// `statistics::put_given`; invalid_argument for a chatID that an earlier chat without one got.
  base::Task<base::Result<bool>> put(store::WriteUnit& unit, ChatRecord record);

  /// Compares once more what did not agree when its chat came: the labels and tags may have come after it.
  base::Task<base::Result<>> settle(store::WriteUnit& unit);

  /// After `settle`: chats whose labels, or ordinary tags, were not the conversation's.
  [[nodiscard]] std::uint64_t label_differences() const noexcept { return label_differences_; }
  [[nodiscard]] std::uint64_t tag_differences() const noexcept { return tag_differences_; }

 private:
  /// What a chat said of its conversation's notes, in byte order.
  struct Notes {
    std::vector<std::string> labels;
    std::vector<std::string> tags;
  };
  struct Unsettled {
    std::string conversation_id;
    Notes said;
  };

  base::Task<base::Result<std::int64_t>> find_id(store::WriteUnit& unit, const ChatRecord& record);
  base::Task<base::Result<>> find_agent(store::WriteUnit& unit, ChatRecord& record);
  base::Task<base::Result<bool>> put_given(store::WriteUnit& unit, conversation::Chat& chat,
                                           ChatRecord& record);
  base::Task<base::Result<bool>> stays_computed(store::WriteUnit& unit, conversation::Chat& chat,
                                                const ChatRecord& record);
  base::Task<base::Result<>> compare_notes(store::WriteUnit& unit, ChatRecord& record);
  base::Task<base::Result<Notes>> stored_notes(store::Unit& unit, const std::string& conversation_id) const;
  void keep_made(std::int64_t chat_id);
  [[nodiscard]] bool was_made(std::int64_t chat_id) const;

  std::int64_t sid_;
  bool is_new_;
  AgentReferences* agents_;
  /// In an account that existed: how many chats of this conversation and start have come.
  std::map<std::pair<std::string, base::Timestamp>, std::int64_t> places_;
  /// The ids that chats without one got, as ranges: first to last.
  std::map<std::int64_t, std::int64_t> made_;
  std::vector<Unsettled> unsettled_;
  std::uint64_t label_differences_ = 0;
  std::uint64_t tag_differences_ = 0;
};

}  // namespace parley::transfer
