#include "transfer/export.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "account/account.hpp"
#include "agent/agent.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/chat.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/query.hpp"
#include "transfer/account_tables.hpp"
#include "transfer/record.hpp"
#include "transfer/record_writer.hpp"
#include "visitor/visitor.hpp"

namespace parley::transfer {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using conversation::ListPosition;
using store::bind;
using store::Row;

// A conversation's first record in the log says whether it is younger than the export.
const store::Sql select_first_action(
    "SELECT action FROM change WHERE sid = ?1 AND conversation_id = ?2 AND seq > ?3 AND kind = ?4 ORDER BY "
    "seq LIMIT 1");

/// One export under way.
struct Export {
  store::Database& database;
  std::int64_t sid;
  encoding::LineWriter& out;
  ProgressCallback progress;
  /// The account's change number when the export began.
  std::int64_t first_number = 0;
  /// Lines that are not written yet.
  std::string buffer = {};
  ExportReport report = {};
  /// Rows and conversations looked at in this read unit, which ends at limits::rows_per_batch.
  int looked_at = 0;
  std::optional<conversation::MessagePosition> message_position = {};

  void add(const Record& record, std::uint64_t ExportReport::* count) {
    append_line(buffer, sid, record);
    counted(count);
  }
  void counted(std::uint64_t ExportReport::* count) {
    ++(report.*count);
    ++report.records;
    ++looked_at;
    if (progress && report.records % limits::progress_records == 0) progress({report.records, 0, {}});
  }
  Result<> flush(std::size_t from_bytes) {
    if (buffer.size() < from_bytes || buffer.empty()) return {};
    PARLEY_TRY(out.write(buffer));
    buffer.clear();
    return {};
  }
};

Task<Result<>> write_header(store::Unit& unit, Export& state) {
  PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, state.sid));
  if (!account || account->state != account::State::live) {
    co_return base::fail(ErrorCode::not_found, fmt::format("account {} does not exist", state.sid));
  }
  PARLEY_CO_TRY_ASSIGN(state.first_number, co_await change::last_number(unit, state.sid));
  const BundleHeader header{state.sid, account->name, account->timezone, unit.began_at()};
  append_line(state.buffer, state.sid, header);
  ++state.report.records;
  co_return Result<>{};
}

Task<Result<bool>> write_agents(store::Unit& unit, Export& state, std::int64_t& after_id) {
  PARLEY_CO_TRY_ASSIGN(auto agents, co_await agent::list(unit, state.sid, after_id, limits::rows_per_batch));
  for (agent::Agent& agent : agents) {
    after_id = agent.agent_id;
    state.add(AgentRecord{std::move(agent)}, &ExportReport::agents);
  }
  co_return !agents.empty();
}

Task<Result<>> write_page_filters(store::Unit& unit, Export& state) {
  PARLEY_CO_TRY_ASSIGN(auto filters, co_await page_filter::list(unit, state.sid));
  for (page_filter::PageFilter& filter : filters) {
    state.add(PageFilterRecord{std::move(filter)}, &ExportReport::page_filters);
  }
  co_return Result<>{};
}

/// What was done to a conversation's own record since the export began.
enum class Since : std::uint8_t { nothing, created, moved };

Task<Result<Since>> done_since(store::Unit& unit, const Export& state, const std::string& conversation_id) {
  auto since = Since::nothing;
  constexpr auto created = static_cast<std::int64_t>(change::Action::created);
  const auto kind = static_cast<int>(change::Kind::conversation);
  PARLEY_CO_TRY(co_await unit.query(
      select_first_action, bind(state.sid, conversation_id, state.first_number, kind),
      [&since](const Row& row) { since = row.integer(0) == created ? Since::created : Since::moved; }));
  co_return since;
}

/// A pass writes one kind of record, conversation by conversation. Its step writes what belongs to one
/// conversation; true when there is more of it than one read unit should take.
using Step = Task<Result<bool>> (*)(store::Unit&, Export&, const ListPosition&);

Task<Result<bool>> write_conversation(store::Unit& unit, Export& state, const ListPosition& place) {
  PARLEY_CO_TRY_ASSIGN(auto visitor, co_await visitor::find(unit, state.sid, place.conversation_id));
  ConversationRecord record;
  record.conversation = {place.conversation_id, place.time};
  if (visitor) {
    record.traffic_type = std::move(visitor->traffic_type);
    record.search_engine = std::move(visitor->search_engine);
    record.last_visit_at = visitor->last_visit_at;
    record.browser = std::move(visitor->browser);
    record.os = std::move(visitor->os);
    record.city = std::move(visitor->city);
    record.country = std::move(visitor->country);
    record.exit_page = std::move(visitor->exit_page);
  }
  state.add(std::move(record), &ExportReport::conversations);
  co_return false;
}

Task<Result<bool>> write_messages(store::Unit& unit, Export& state, const ListPosition& place) {
  const auto add = [&state, &place](const conversation::MessageView& view) {
    state.add(MessageRecord{{view.message_id, place.conversation_id, std::string(view.sender),
                             std::string(view.text), view.sent_at, view.agent_id}},
              &ExportReport::messages);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool is_more,
                       co_await conversation::message_batch(unit, state.sid, place.conversation_id,
                                                            state.message_position, std::nullopt, add));
  if (!is_more) state.message_position.reset();
  co_return is_more;
}

Task<Result<bool>> write_tags(store::Unit& unit, Export& state, const ListPosition& place) {
  PARLEY_CO_TRY_ASSIGN(auto tags, co_await visitor::tags(unit, state.sid, place.conversation_id));
  for (visitor::Tag& tag : tags)
    state.add(TagRecord{place.conversation_id, std::move(tag)}, &ExportReport::tags);
  co_return false;
}

Task<Result<bool>> write_labels(store::Unit& unit, Export& state, const ListPosition& place) {
  PARLEY_CO_TRY_ASSIGN(auto labels, co_await visitor::labels(unit, state.sid, place.conversation_id));
  for (visitor::Label& label : labels) {
    state.add(LabelRecord{place.conversation_id, std::move(label)}, &ExportReport::labels);
  }
  co_return false;
}

Task<Result<bool>> write_cards(store::Unit& unit, Export& state, const ListPosition& place) {
  PARLEY_CO_TRY_ASSIGN(auto cards, co_await visitor::cards(unit, state.sid, place.conversation_id));
  for (visitor::Card& card : cards)
    state.add(CardRecord{place.conversation_id, std::move(card)}, &ExportReport::cards);
  co_return false;
}

constexpr Step steps[] = {write_conversation, write_messages, write_tags, write_labels, write_cards};

/// The next conversations of a pass.
struct Page {
  std::optional<ListPosition> position;
  std::vector<ListPosition> conversations;
  std::size_t next = 0;
  bool is_last = false;
};

Task<Result<>> list_page(store::Unit& unit, const Export& state, Page& page) {
  const conversation::ListQuery query{state.sid, base::first_timestamp, base::last_timestamp, {}};
  page.conversations.clear();
  page.next = 0;
  const auto add = [&page](const ListPosition& place, base::Timestamp /*created_at*/) {
    page.conversations.push_back(place);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool is_more, co_await conversation::list_batch(unit, query, page.position,
                                                                             limits::rows_per_batch, add));
  page.is_last = !is_more;
  co_return Result<>{};
}

/// Whether a pass takes this conversation; repeats its record where a later pass would not find it before.
Task<Result<bool>> enter(store::Unit& unit, Export& state, Step step, const ListPosition& place) {
  PARLEY_CO_TRY_ASSIGN(const Since since, co_await done_since(unit, state, place.conversation_id));
  if (since == Since::created) co_return false;
  if (since == Since::moved && step != &write_conversation && !state.message_position) {
    PARLEY_CO_TRY(co_await write_conversation(unit, state, place));
  }
  co_return true;
}

/// One read unit of a pass.
Task<Result<>> write_batch(store::Unit& unit, Export& state, Step step, Page& page) {
  if (page.next == page.conversations.size()) PARLEY_CO_TRY(co_await list_page(unit, state, page));
  PARLEY_CO_TRY_ASSIGN(const std::int64_t number, co_await change::last_number(unit, state.sid));
  const bool is_at_work = number > state.first_number;
  state.looked_at = 0;
  while (page.next < page.conversations.size() && state.looked_at < limits::rows_per_batch) {
    const ListPosition& place = page.conversations[page.next];
    ++state.looked_at;
    bool is_taken = true;
    if (is_at_work) {
      PARLEY_CO_TRY_ASSIGN(is_taken, co_await enter(unit, state, step, place));
    }
    bool is_more = false;
    if (is_taken) {
      PARLEY_CO_TRY_ASSIGN(is_more, co_await step(unit, state, place));
    }
    if (!is_more) ++page.next;
  }
  co_return Result<>{};
}

Task<Result<>> run_pass(Export& state, Step step) {
  Page page;
  while (!page.is_last || page.next < page.conversations.size()) {
    auto body = [&](store::Unit& unit) { return write_batch(unit, state, step, page); };
    PARLEY_CO_TRY(co_await state.database.read(std::ref(body)));
    PARLEY_CO_TRY(state.flush(limits::stream_chunk_bytes));
  }
  co_return Result<>{};
}

/// A chat's line, which lacks what its fact row does not have.
struct PendingChat {
  std::int64_t chat_id = 0;
  std::string conversation_id;
  std::string line;
};

/// Whether a chat's conversation is in the export; repeats its record where it was moved meanwhile.
Task<Result<bool>> enter_chat(store::Unit& unit, Export& state, const std::string& conversation_id) {
  PARLEY_CO_TRY_ASSIGN(const auto created_at, co_await conversation::find(unit, state.sid, conversation_id));
  if (!created_at) co_return false;
  const ListPosition place{*created_at, conversation_id};
  co_return co_await enter(unit, state, nullptr, place);
}

Task<Result<bool>> write_chats(store::Unit& unit, Export& state, statistics::Dictionary& texts,
                               std::optional<statistics::Position>& position) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t number, co_await change::last_number(unit, state.sid));
  statistics::Query query;
  query.sid = state.sid;
  query.from = base::first_timestamp;
  query.to = base::last_timestamp;
  std::vector<PendingChat> chats;
  const auto add = [&](const statistics::FactRow& fact) {
    PendingChat& chat = chats.emplace_back(fact.chat_id, std::string(fact.channel), std::string());
    append_chat_line(chat.line, fact);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool is_more,
                       co_await statistics::batch(unit, query, texts, position, limits::rows_per_batch, add));
  for (PendingChat& chat : chats) {
    bool is_taken = true;
    if (number > state.first_number) {
      PARLEY_CO_TRY_ASSIGN(is_taken, co_await enter_chat(unit, state, chat.conversation_id));
    }
    if (!is_taken) continue;
    PARLEY_CO_TRY_ASSIGN(const auto row, co_await conversation::find_chat(unit, state.sid, chat.chat_id));
    add_ended_at(chat.line, row ? row->ended_at : std::nullopt);
    state.buffer += chat.line;
    state.counted(&ExportReport::chats);
  }
  co_return is_more;
}

Task<Result<>> run_chats(Export& state) {
  statistics::Dictionary texts(state.sid);
  std::optional<statistics::Position> position;
  bool is_more = true;
  while (is_more) {
    auto body = [&](store::Unit& unit) { return write_chats(unit, state, texts, position); };
    PARLEY_CO_TRY_ASSIGN(is_more, co_await store::read_value<bool>(state.database, body));
    PARLEY_CO_TRY(state.flush(limits::stream_chunk_bytes));
  }
  co_return Result<>{};
}

Task<Result<>> run_head(Export& state) {
  store::Database& database = state.database;
  auto header = [&state](store::Unit& unit) { return write_header(unit, state); };
  PARLEY_CO_TRY(co_await database.read(header));
  std::int64_t after_id = 0;
  bool is_more = true;
  while (is_more) {
    auto agents = [&](store::Unit& unit) { return write_agents(unit, state, after_id); };
    PARLEY_CO_TRY_ASSIGN(is_more, co_await store::read_value<bool>(database, agents));
    PARLEY_CO_TRY(state.flush(limits::stream_chunk_bytes));
  }
  auto filters = [&state](store::Unit& unit) { return write_page_filters(unit, state); };
  PARLEY_CO_TRY(co_await database.read(filters));
  co_return Result<>{};
}

void say_left_out(ExportReport& report) {
  report.left_out.emplace_back("web origins");
  for (const AccountTable& table : account_tables()) {
    if (table.carriage == Carriage::left_out) report.left_out.emplace_back(table.note);
  }
}

}  // namespace

Task<Result<ExportReport>> export_account(store::Database& database, std::int64_t sid,
                                          encoding::LineWriter& out, ProgressCallback progress) {
  const auto began = std::chrono::steady_clock::now();
  Export state{database, sid, out, std::move(progress)};
  PARLEY_CO_TRY(co_await run_head(state));
  for (const Step step : steps) {
    PARLEY_CO_TRY(co_await run_pass(state, step));
  }
  PARLEY_CO_TRY(co_await run_chats(state));
  PARLEY_CO_TRY(state.flush(0));
  if (state.progress) state.progress({state.report.records, 0, {}});
  say_left_out(state.report);
  state.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  co_return std::move(state.report);
}

}  // namespace parley::transfer
