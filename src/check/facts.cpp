// Facts computed anew from messages and agents, and their lists from the label and tag records.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "check/parts.hpp"
#include "conversation/chat.hpp"
#include "statistics/fact.hpp"
#include "visitor/visitor.hpp"

namespace parley::check {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_facts(
    "SELECT h.chat_id, h.conversation_id, h.started_at, h.ended_at, h.routed_agent_id, h.is_given, "
    "f.agent_id, "
    "f.agent_name, f.agent_email, f.duration_ms, f.response_time_ms, "
    "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.labels), ''), "
    "coalesce((SELECT text FROM dictionary WHERE sid = f.sid AND text_id = f.tags), '') "
    "FROM chat h JOIN chat_fact f ON f.sid = h.sid AND f.chat_id = h.chat_id "
    "WHERE h.sid = ?1 AND h.conversation_id >= ?2 AND h.conversation_id < ?3 "
    "ORDER BY h.conversation_id, h.started_at, h.chat_id");

/// A chat beside what its fact says.
struct Pair {
  conversation::Chat chat;
  std::optional<std::int64_t> agent_id;
  bool has_agent_text = false;
  std::optional<std::int64_t> duration_ms;
  std::optional<std::int64_t> response_time_ms;
  std::string labels;
  std::string tags;
};

Pair read_pair(const Row& row) {
  Pair pair;
  pair.chat.chat_id = row.integer(0);
  pair.chat.conversation_id = row.text(1);
  pair.chat.started_at = row.timestamp(2);
  if (!row.is_null(3)) pair.chat.ended_at = row.timestamp(3);
  pair.chat.routed_agent_id = row.optional_integer(4);
  pair.chat.is_given = row.integer(5) != 0;
  pair.agent_id = row.optional_integer(6);
  pair.has_agent_text = !row.is_null(7) || !row.is_null(8);
  pair.duration_ms = row.optional_integer(9);
  pair.response_time_ms = row.optional_integer(10);
  pair.labels = row.text(11);
  pair.tags = row.text(12);
  return pair;
}

std::string number_or_null(std::optional<std::int64_t> number) {
  return number ? fmt::to_string(*number) : "null";
}

/// The agent's name and e-mail are of their own time, so only whether there may be any is compared.
void compare(std::int64_t sid, const Pair& pair, const statistics::ComputedFact& computed, Report& report) {
  const std::string key = fmt::to_string(pair.chat.chat_id);
  const auto differ = [&](std::string_view what, std::optional<std::int64_t> found,
                          std::optional<std::int64_t> expected) {
    if (found == expected) return;
    report.add(Claim::fact_computed, sid, "chat_fact", key,
               fmt::format("{} is {}, computed {}", what, number_or_null(found), number_or_null(expected)));
  };
  differ("agent", pair.agent_id, computed.agent_id);
  differ("duration", pair.duration_ms, computed.duration_ms);
  differ("response time", pair.response_time_ms, computed.response_time_ms);
  if (!computed.agent_id && pair.has_agent_text) {
    report.add(Claim::fact_computed, sid, "chat_fact", key, "an agent is named, computed none");
  }
}

/// The pairs from `begin` to `end` are all chats of one conversation.
Task<Result<>> check_conversation(store::Unit& unit, std::int64_t sid, const std::vector<Pair>& pairs,
                                  std::size_t begin, std::size_t end, Report& report) {
  const std::string& conversation_id = pairs[begin].chat.conversation_id;
  PARLEY_CO_TRY_ASSIGN(const auto labels, co_await visitor::labels(unit, sid, conversation_id));
  PARLEY_CO_TRY_ASSIGN(const auto tags, co_await visitor::tags(unit, sid, conversation_id));
  const std::string label_list = statistics::label_list(labels);
  const std::string tag_list = statistics::tag_list(tags);
  std::optional<base::Timestamp> next_started_at;
  for (std::size_t i = end; i-- > begin;) {
    const Pair& pair = pairs[i];
    // Of chats that start at one moment none ends another.
    if (i + 1 < end && pairs[i + 1].chat.started_at > pair.chat.started_at) {
      next_started_at = pairs[i + 1].chat.started_at;
    }
    const std::string key = fmt::to_string(pair.chat.chat_id);
    if (pair.labels != label_list) report.add(Claim::fact_labels, sid, "chat_fact", key);
    if (pair.tags != tag_list) report.add(Claim::fact_tags, sid, "chat_fact", key);
    if (pair.chat.is_given) continue;
    PARLEY_CO_TRY_ASSIGN(const auto computed,
                         co_await statistics::compute(unit, sid, pair.chat, next_started_at));
    compare(sid, pair, computed, report);
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<>> check_facts(store::Unit& unit, std::int64_t sid, const Range& range, Report& report) {
  std::vector<Pair> pairs;
  PARLEY_CO_TRY(co_await unit.query(select_facts, bind(sid, range.from, range.to),
                                    [&pairs](const Row& row) { pairs.push_back(read_pair(row)); }));
  std::size_t begin = 0;
  while (begin < pairs.size()) {
    std::size_t end = begin + 1;
    while (end < pairs.size() && pairs[end].chat.conversation_id == pairs[begin].chat.conversation_id) ++end;
    PARLEY_CO_TRY(co_await check_conversation(unit, sid, pairs, begin, end, report));
    begin = end;
  }
  report.chats += static_cast<std::int64_t>(pairs.size());
  co_return Result<>{};
}

}  // namespace parley::check
