// The power cut again, this time under the whole of the program's work: accounts, keys, conversations with
// their facts, imports, page filters, and `check` as the judge.

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "account/api_key.hpp"
#include "app/open_store.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "check/check.hpp"
#include "conversation/chat.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "tests/fault/power_cut.hpp"
#include "transfer/demo.hpp"
#include "transfer/import.hpp"
#include "visitor/visitor.hpp"

namespace parley::fault {
namespace {

using base::Result;
using base::Task;
using store::Database;
using store::Unit;
using store::WriteUnit;

constexpr std::int64_t sid = 1;
constexpr std::int64_t messages_each = 6;
/// Promises from here on are imported accounts of that sid; below, conversations.
constexpr std::int64_t first_imported_sid = 100;
constexpr std::uint32_t imported_conversations = 2;

base::Timestamp at(std::int64_t number) {
  return base::from_epoch_ms(1'700'000'000'000 + number * 1'000);
}
std::string conversation_id(std::int64_t number) {
  return "V" + std::to_string(number);
}

Task<Result<>> make_account(WriteUnit& unit) {
  account::Account account;
  account.sid = sid;
  account.name = "Example";
  PARLEY_CO_TRY(co_await account::create(unit, account));
  account::ApiKey key;
  key.scopes = {"chat:read"};
  PARLEY_CO_TRY(co_await account::create_key(unit, sid, key));
  co_return co_await change::begin_log(unit, sid);
}

/// A conversation with all that hangs on it, and with a fact that the hooks compute.
Task<Result<>> write_conversation(WriteUnit& unit, std::int64_t number) {
  const std::string id = conversation_id(number);
  const conversation::Conversation made{id, at(number)};
  PARLEY_CO_TRY(co_await conversation::put(unit, sid, made));
  visitor::Visitor visitor;
  visitor.browser = "Chrome 50.0.0";
  visitor.exit_page = "https://example.org/" + std::to_string(number % 3);
  PARLEY_CO_TRY(co_await visitor::put(unit, sid, id, visitor));
  for (std::int64_t i = 0; i < messages_each; ++i) {
    const std::int64_t agent_id = i % 2 == 0 ? 0 : 7;
    conversation::Message message{
        0, id, agent_id == 0 ? id : "Ann", std::string(200, 'x'), at(number + i), agent_id};
    PARLEY_CO_TRY(co_await conversation::put_message(unit, sid, message));
  }
  conversation::Chat chat;
  chat.conversation_id = id;
  chat.started_at = at(number);
  chat.ended_at = at(number + messages_each);
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, sid, chat));
  const visitor::Label label{at(number), "label"};
  PARLEY_CO_TRY(co_await visitor::put_label(unit, sid, id, label));
  const visitor::Tag tag{at(number), "Name", visitor::TagType::name};
  PARLEY_CO_TRY(co_await visitor::put_tag(unit, sid, id, tag));
  co_return Result<>{};
}

Task<Result<>> write_agent(WriteUnit& unit) {
  agent::Agent agent;
  agent.agent_id = 7;
  agent.name = "Ann";
  PARLEY_CO_TRY(co_await agent::put(unit, sid, agent));
  co_return Result<>{};
}

Task<Result<>> write_filter(WriteUnit& unit, std::int64_t number) {
  const page_filter::PageFilter filter{1, "Filter", "org/" + std::to_string(number % 3),
                                       page_filter::MatchType::like};
  PARLEY_CO_TRY(co_await page_filter::put(unit, sid, filter));
  co_return Result<>{};
}

Result<> write(Database& database, store::WriteBody body) {
  return base::block_on(database.write(store::Priority::message, std::move(body)));
}

void note(Promises& promises, std::int64_t number, const Result<>& answer) {
  (answer ? promises.kept : promises.refused).insert(number);
}

void import_demo(Database& database, std::int64_t account, std::uint64_t seed, Promises* promises) {
  transfer::DemoOptions options;
  options.sid = account;
  options.conversations = imported_conversations;
  options.seed = seed;
  const auto report = base::block_on(
      transfer::import_account(database, transfer::DemoGenerator(options), transfer::ImportOptions{}));
  if (promises != nullptr && report) promises->kept.insert(account);
}

/// Opens, works and closes, twice.
void work(const store::Location& location, PowerCutVfs& /*disk*/, Promises& promises) {
  std::int64_t number = 1;
  for (std::int64_t session = 0; session < 2; ++session) {
    const auto opened = app::open_store(location, store::Access::read_write);
    if (!opened) return;
    Database& database = **opened;
    if (session == 0 && (!write(database, make_account) || !write(database, write_agent))) return;
    for (int i = 0; i < 4; ++i, ++number) {
      note(promises, number,
           write(database, [number](WriteUnit& unit) { return write_conversation(unit, number); }));
      if (i % 2 == 0 && write(database, [number](WriteUnit& unit) { return write_filter(unit, number); })) {
        [[maybe_unused]] const auto built = base::block_on(page_filter::build_all(database, sid));
      }
    }
    import_demo(database, first_imported_sid + session, 1, &promises);
    import_demo(database, first_imported_sid, 2, nullptr);
  }
}

Task<Result<>> look_for(Unit& unit, std::int64_t number, std::string& broken) {
  if (number >= first_imported_sid) {
    PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, number));
    PARLEY_CO_TRY_ASSIGN(const auto count,
                         co_await change::count_of(unit, number, change::Kind::conversation));
    if (!account || account->state != account::State::live) broken = "imported account lost";
    if (count < imported_conversations) broken = "imported account is not whole";
    co_return Result<>{};
  }
  std::optional<conversation::MessagePosition> position;
  std::int64_t messages = 0;
  const std::string id = conversation_id(number);
  PARLEY_CO_TRY(co_await conversation::message_batch(unit, sid, id, position, std::nullopt,
                                                     [&messages](const conversation::MessageView&) {
                                                       ++messages;
                                                       return true;
                                                     }));
  PARLEY_CO_TRY_ASSIGN(const auto chats, co_await conversation::chats_of(unit, sid, id));
  if (messages != messages_each || chats.size() != 1) broken = "conversation lost or not whole";
  co_return Result<>{};
}

std::vector<std::string> verify(const std::string& directory, const Promises& promises) {
  const store::Location location{directory, std::nullopt, ""};
  const auto opened = app::open_store(location, store::Access::read_write);
  if (!opened) return {"does not open: " + opened.error().public_text + " " + opened.error().log_text};
  std::vector<std::string> broken;
  const auto report = base::block_on(check::check_store(**opened, location, {}));
  if (!report) return {"cannot be checked: " + report.error().log_text};
  if (!report->is_clean()) broken.push_back(report->text());
  for (const std::int64_t number : promises.kept) {
    std::string found;
    const auto looked =
        base::block_on((*opened)->read([&](Unit& unit) { return look_for(unit, number, found); }));
    if (!looked) found = "cannot be read";
    if (!found.empty()) broken.push_back(std::to_string(number) + ": " + found);
  }
  const auto more = write(**opened, [](WriteUnit& unit) -> Task<Result<>> {
    PARLEY_CO_TRY_ASSIGN(const std::int64_t free, co_await account::free_sid(unit));
    account::Account account;
    account.sid = free;
    account.name = "More";
    co_return co_await account::create(unit, account);
  });
  if (!more) broken.push_back("takes no more: " + more.error().log_text);
  return broken;
}

TEST(AccountPowerCut, CheckIsCleanAndEveryAcknowledgedUnitIsThere) {
  // A prime stride meets every kind of step without meeting every one: the store's own test does that.
  const Outcome outcome = cut_at_every_step({{}, &work, &verify}, 3, 7);
  std::cout << outcome.steps << " steps, " << outcome.disks << " disks looked at\n";
  EXPECT_GT(outcome.steps, 50U);
  const std::size_t shown = std::min<std::size_t>(outcome.violations.size(), 5);
  for (std::size_t i = 0; i < shown; ++i) ADD_FAILURE() << outcome.violations[i];
  EXPECT_EQ(outcome.violations.size(), 0U);
}

TEST(AccountPowerCut, ADiskThatLiesAboutSyncsIsFoundOut) {
  const Outcome outcome = cut_at_every_step({{}, &work, &verify}, 2, 67, true);
  EXPECT_FALSE(outcome.violations.empty());
}

}  // namespace
}  // namespace parley::fault
