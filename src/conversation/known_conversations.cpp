#include "conversation/known_conversations.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "conversation/chat.hpp"
#include "conversation/conversation.hpp"

namespace parley::conversation {

namespace {

using base::Result;
using base::Task;
using Place = std::pair<std::int64_t, std::string>;

/// The conversations known to exist, with the latest start of their chats where that is known too.
struct KnownConversations {
  std::map<Place, std::optional<std::optional<base::Timestamp>>> by_place;

  std::optional<std::optional<base::Timestamp>>& add(Place place) {
    if (by_place.size() >= limits::known_conversations) by_place.clear();
    return by_place[std::move(place)];
  }
};

}  // namespace

Task<Result<bool>> exists(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id) {
  if (unit.memory<KnownConversations>().by_place.contains({sid, conversation_id})) co_return true;
  PARLEY_CO_TRY_ASSIGN(const auto created, co_await find(unit, sid, conversation_id));
  if (!created) co_return false;
  unit.memory<KnownConversations>().add({sid, conversation_id});
  co_return true;
}

Task<Result<std::optional<base::Timestamp>>> latest_start_of(store::WriteUnit& unit, std::int64_t sid,
                                                             const std::string& conversation_id) {
  const auto& known = unit.memory<KnownConversations>().by_place;
  const auto found = known.find({sid, conversation_id});
  if (found != known.end() && found->second) co_return *found->second;
  PARLEY_CO_TRY_ASSIGN(const auto chats, co_await chats_of(unit, sid, conversation_id));
  std::optional<base::Timestamp> latest;
  if (!chats.empty()) latest = chats.back().started_at;
  // A conversation that is not known to exist is none to remember.
  if (known.contains({sid, conversation_id})) {
    unit.memory<KnownConversations>().by_place[{sid, conversation_id}] = latest;
  }
  co_return latest;
}

void note_made(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id) {
  unit.memory<KnownConversations>().add({sid, conversation_id}) = std::optional<base::Timestamp>();
}

void note_chat_added(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id,
                     base::Timestamp started_at) {
  auto& known = unit.memory<KnownConversations>().by_place;
  const auto found = known.find({sid, conversation_id});
  if (found == known.end() || !found->second) return;
  auto& latest = *found->second;
  latest = latest ? std::max(*latest, started_at) : started_at;
}

void note_chat_changed(store::WriteUnit& unit, std::int64_t sid, const std::string& conversation_id) {
  auto& known = unit.memory<KnownConversations>().by_place;
  const auto found = known.find({sid, conversation_id});
  if (found != known.end()) found->second.reset();
}

}  // namespace parley::conversation
