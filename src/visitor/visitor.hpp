#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

/// The visitor of a conversation: where it came from, what it used, and what agents and the site noted about
/// it.
namespace parley::visitor {

/// Unknown text is empty.
struct Visitor {
  std::string traffic_type;   ///< `Direct`, `Organic` or the referring host.
  std::string search_engine;  ///< The wire's se_type; empty unless Organic.
  std::optional<base::Timestamp> last_visit_at;
  std::string browser;  ///< `Family x.y.z`.
  std::string os;
  std::string city;
  std::string country;
  std::string exit_page;  ///< The last page seen.

  bool operator==(const Visitor&) const = default;
};

/// The visitor of a conversation; empty if there is no such conversation.
base::Task<base::Result<std::optional<Visitor>>> find(store::Unit& unit, std::int64_t sid,
                                                      std::string_view conversation_id);

/// Makes or replaces the visitor record; the exit page is recorded as a page of the conversation. True if
/// anything changed. Error: invalid_argument for text over its limit.
base::Task<base::Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                                   const Visitor& visitor);

/// The numbers are the wire's.
enum class TagType : std::uint8_t { name = 0, ordinary = 1 };

struct Tag {
  base::Timestamp created_at;
  std::string tag;
  TagType type = TagType::ordinary;

  bool operator==(const Tag&) const = default;
};

struct Label {
  base::Timestamp created_at;
  std::string label;

  bool operator==(const Label&) const = default;
};

struct Card {
  std::string data_id;
  std::string data;
  base::Timestamp created_at;
  base::Timestamp updated_at;

  bool operator==(const Card&) const = default;
};

/// The tags in order of creation, then by tag. Bounded by limits::tags_per_conversation, as the next two.
base::Task<base::Result<std::vector<Tag>>> tags(store::Unit& unit, std::int64_t sid,
                                                std::string_view conversation_id);
base::Task<base::Result<std::vector<Label>>> labels(store::Unit& unit, std::int64_t sid,
                                                    std::string_view conversation_id);
base::Task<base::Result<std::vector<Card>>> cards(store::Unit& unit, std::int64_t sid,
                                                  std::string_view conversation_id);

/// Sets a tag: a name (type 0) replaces the last one, an ordinary tag is kept once; a tag that exists takes
/// the new time. True if anything changed. Errors: invalid_argument for text over its limit, too_large over
/// limits::tags_per_conversation. `put_label` and `put_card` likewise.
base::Task<base::Result<bool>> put_tag(store::WriteUnit& unit, std::int64_t sid,
                                       std::string_view conversation_id, Tag tag);
base::Task<base::Result<bool>> put_label(store::WriteUnit& unit, std::int64_t sid,
                                         std::string_view conversation_id, Label label);
base::Task<base::Result<bool>> put_card(store::WriteUnit& unit, std::int64_t sid,
                                        std::string_view conversation_id, Card card);

}  // namespace parley::visitor
