#pragma once

#include <cstdint>
#include <string>

#include "account/account_test_support.hpp"
#include "account/api_key.hpp"
#include "agent/agent.hpp"
#include "change/change.hpp"
#include "conversation/chat.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/day_builder.hpp"
#include "statistics/fact.hpp"
#include "visitor/visitor.hpp"

/// A small store with one of everything, as the domain modules themselves write it.
namespace parley::check::testing {

inline std::vector<store::Hook> all_hooks() {
  return {{"pages", &page_filter::match_new_pages},
          {"facts", &statistics::refresh_facts},
          {"stamps", &conversation::stamp_touched},
          {"counters", &account::save_counters},
          {"changes", &change::append}};
}

inline base::Timestamp at(std::int64_t seconds) {
  return base::from_epoch_ms(1'700'000'000'000 + seconds * 1'000);
}

inline base::Task<base::Result<>> put_agent(store::WriteUnit& unit, std::int64_t id, std::string name,
                                            bool is_removed) {
  agent::Agent one;
  one.agent_id = id;
  one.name = name;
  one.email = name + "@example.org";
  one.is_removed = is_removed;
  PARLEY_CO_TRY(co_await agent::put(unit, 7, std::move(one)));
  co_return base::Result<>{};
}

inline base::Task<base::Result<>> put_message(store::WriteUnit& unit, std::string conversation_id,
                                              std::int64_t seconds, std::optional<std::int64_t> agent_id,
                                              std::string sender, std::string text) {
  conversation::Message message;
  message.conversation_id = std::move(conversation_id);
  message.sender = std::move(sender);
  message.text = std::move(text);
  message.sent_at = at(seconds);
  message.agent_id = agent_id;
  PARLEY_CO_TRY(co_await conversation::put_message(unit, 7, std::move(message)));
  co_return base::Result<>{};
}

/// Account 7 with a key, agents and page filters; account 8 with nothing.
inline base::Task<base::Result<>> fill_accounts(store::WriteUnit& unit) {
  for (const std::int64_t sid : {7, 8}) {
    account::Account one;
    one.sid = sid;
    one.name = "Test";
    one.timezone = "Europe/Stockholm";
    PARLEY_CO_TRY(co_await account::create(unit, std::move(one)));
  }
  account::ApiKey key;
  key.scopes = {"chat:read", "chat:write"};
  PARLEY_CO_TRY(co_await account::create_key(unit, 7, std::move(key)));
  PARLEY_CO_TRY(co_await put_agent(unit, 1, "asa", false));
  PARLEY_CO_TRY(co_await put_agent(unit, 2, "bo", false));
  PARLEY_CO_TRY(co_await put_agent(unit, 3, "cilla", true));
  page_filter::PageFilter cart{1, "Cart", "CART", page_filter::MatchType::like};
  page_filter::PageFilter start{2, "Start", "https://example.org/start", page_filter::MatchType::exact};
  PARLEY_CO_TRY(co_await page_filter::put(unit, 7, std::move(cart)));
  PARLEY_CO_TRY(co_await page_filter::put(unit, 7, std::move(start)));
  co_return base::Result<>{};
}

/// V700 with two computed chats (1 answered and ended, 2 open), and everything a visitor can have.
inline base::Task<base::Result<>> fill_computed(store::WriteUnit& unit) {
  const conversation::Conversation conversation{"V700", at(0)};
  PARLEY_CO_TRY(co_await conversation::put(unit, 7, conversation));
  visitor::Visitor visitor;
  visitor.traffic_type = "Organic";
  visitor.search_engine = "Google";
  visitor.last_visit_at = at(12);
  visitor.browser = "Firefox 128.0.0";
  visitor.os = "Linux 0.0.0";
  visitor.city = "Lund";
  visitor.country = "Sweden";
  visitor.exit_page = "https://example.org/cart?step=1";
  PARLEY_CO_TRY(co_await visitor::put(unit, 7, "V700", visitor));
  PARLEY_CO_TRY(co_await put_message(unit, "V700", 1, std::nullopt, "system",
                                     R"({"type":"visitorJoin","currentPage":"https://example.org/start"})"));
  PARLEY_CO_TRY(co_await put_message(unit, "V700", 2, 0, "V700", "hello"));
  PARLEY_CO_TRY(co_await put_message(unit, "V700", 3, 1, "asa", "good day"));
  PARLEY_CO_TRY(co_await put_message(unit, "V700", 10, 0, "V700", "again"));
  const visitor::Tag name{at(2), "Kim", visitor::TagType::name};
  const visitor::Tag vip{at(3), "vip", visitor::TagType::ordinary};
  const visitor::Label label{at(4), "order"};
  const visitor::Card card{"crm", "{}", at(4), at(5)};
  PARLEY_CO_TRY(co_await visitor::put_tag(unit, 7, "V700", name));
  PARLEY_CO_TRY(co_await visitor::put_tag(unit, 7, "V700", vip));
  PARLEY_CO_TRY(co_await visitor::put_label(unit, 7, "V700", label));
  PARLEY_CO_TRY(co_await visitor::put_card(unit, 7, "V700", card));
  conversation::Chat answered{0, "V700", at(2), at(5), 2, 4, false};
  conversation::Chat open{0, "V700", at(10), std::nullopt, 2, std::nullopt, false};
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, 7, answered));
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, 7, open));
  co_return base::Result<>{};
}

/// V701 with a chat as it was given (3), V702 with neither chat nor visitor data.
inline base::Task<base::Result<>> fill_given(store::WriteUnit& unit) {
  const conversation::Conversation given_one{"V701", at(20)};
  const conversation::Conversation bare{"V702", at(30)};
  PARLEY_CO_TRY(co_await conversation::put(unit, 7, given_one));
  PARLEY_CO_TRY(co_await conversation::put(unit, 7, bare));
  PARLEY_CO_TRY(co_await put_message(unit, "V701", 21, 0, "somebody else", "hello"));
  PARLEY_CO_TRY(co_await put_message(unit, "V702", 31, 0, "V702", "hello"));
  conversation::Chat chat{0, "V701", at(21), at(40), std::nullopt, 5, true};
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, 7, chat));
  statistics::GivenFact fact;
  fact.agent_id = 3;
  fact.agent_name = "cilla";
  fact.agent_email = "other@example.org";
  fact.visitor.traffic_type = "www.example.com";
  fact.visitor.exit_page = "https://example.org/cart?step=2";
  fact.duration_ms = 77;
  fact.response_time_ms = 5;
  PARLEY_CO_TRY(co_await statistics::put_given(unit, 7, chat, fact));
  co_return base::Result<>{};
}

/// A rename and a filter that come after the data: neither may look like damage.
inline base::Task<base::Result<>> fill_late(store::WriteUnit& unit) {
  PARLEY_CO_TRY(co_await put_agent(unit, 1, "renamed", false));
  page_filter::PageFilter late{3, "Steps", "step=[0-9]$", page_filter::MatchType::regex};
  PARLEY_CO_TRY(co_await page_filter::put(unit, 7, std::move(late)));
  co_return base::Result<>{};
}

/// Fills a store that has `all_hooks`.
inline base::Result<> fill(account::testing::TestStore& store) {
  for (const auto part : {&fill_accounts, &fill_computed, &fill_given, &fill_late}) {
    PARLEY_TRY(store.write([part](store::WriteUnit& unit) { return part(unit); }));
  }
  PARLEY_TRY(base::block_on(page_filter::build_all(store.database(), 7)));
  statistics::BlockFileWriter writer(store.database().files());
  PARLEY_TRY(base::block_on(statistics::build_day(store.database(), writer, 7, statistics::day_of(at(0)))));
  return {};
}

}  // namespace parley::check::testing
