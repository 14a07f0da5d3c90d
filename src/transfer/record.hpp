#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/agent.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/fact.hpp"
#include "visitor/visitor.hpp"

/// Bundles: how an account travels. A bundle is a file of lines, each a record of one kind; the same records
/// come from a file, from another server or from a generator.
namespace parley::transfer {

/// The first record: what the bundle is.
struct BundleHeader {
  std::int64_t sid = 0;          ///< The account it was made of, 1…2^53-1; an import may choose another.
  std::string name;              ///< The account's name.
  std::string timezone = "UTC";  ///< IANA name.
  base::Timestamp exported_at;
};

/// An agent, removed ones too.
struct AgentRecord {
  agent::Agent agent;
};

/// A page filter.
struct PageFilterRecord {
  page_filter::PageFilter filter;
};

/// What an unknown browser or operating system is called; other unknown text is empty.
inline constexpr std::string_view unknown_software = "Other 0.0.0";

/// A conversation with what is known of its visitor. An empty field was not said: a new conversation gets the
/// unknown value, one that exists keeps what it has.
struct ConversationRecord {
  conversation::Conversation conversation;
  std::optional<std::string> traffic_type;
  std::optional<std::string> search_engine;
  std::optional<base::Timestamp> last_visit_at;
  bool is_last_visit_unknown = false;  ///< Said to be unknown: the conversation's date stands for it.
  std::optional<std::string> browser;
  std::optional<std::string> os;
  std::optional<std::string> city;
  std::optional<std::string> country;
  std::optional<std::string> exit_page;
};

/// A message. Its id is given, never 0. Here and below a time that was null or impossible is not `has_…`:
/// then the conversation's date stands for it.
struct MessageRecord {
  conversation::Message message;
  bool has_date = true;
};

/// A tag of a conversation.
struct TagRecord {
  std::string conversation_id;
  visitor::Tag tag;
  bool has_date = true;
};

/// A label of a conversation.
struct LabelRecord {
  std::string conversation_id;
  visitor::Label label;
  bool has_date = true;
};

/// A card of a conversation.
struct CardRecord {
  std::string conversation_id;
  visitor::Card card;
  bool has_created_date = true;
  bool has_updated_date = true;
};

/// How a chat record names its agent.
enum class AgentReference : std::uint8_t {
  by_email,  ///< No id was said: by e-mail address, else the removed agent of that name, else only as text.
  by_id,     ///< `ChatRecord::fact.agent_id` says it; empty: nobody.
};

/// A chat. Not given (`is_given` false): only conversation, start, end, routed agent and rating are used and
/// the facts come from the messages; so for what a generator makes.
struct ChatRecord {
  std::optional<std::int64_t>
      chat_id;  ///< Empty: its key is conversation, start and place among the equal ones.
  std::string conversation_id;
  base::Timestamp started_at;
  bool has_start = true;
  std::optional<base::Timestamp> ended_at;
  std::optional<std::int64_t> routed_agent_id;  ///< Used only where the chat is not given.
  std::optional<int> rating;                    ///< 1 to 5.
  bool is_given = true;
  AgentReference agent_reference = AgentReference::by_email;
  statistics::GivenFact fact;
  std::vector<std::string> labels;  ///< Redundant: only compared with the conversation's.
  std::vector<std::string> tags;    ///< Likewise, with the ordinary tags.
};

using Record = std::variant<BundleHeader, AgentRecord, PageFilterRecord, ConversationRecord, MessageRecord,
                            TagRecord, LabelRecord, CardRecord, ChatRecord>;

/// Gives one record after another and nothing at the end; the first is the `BundleHeader`, and the n-th is
/// called line n in errors. Any order that names a thing before it is referred to; agents may be named later
/// or never. Called by one thread at a time, not always the same one.
using RecordSource = std::move_only_function<base::Result<std::optional<Record>>()>;

}  // namespace parley::transfer
