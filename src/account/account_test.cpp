#include "account/account.hpp"

#include <gtest/gtest.h>

#include "account/account_test_support.hpp"
#include "account/origins.hpp"
#include "base/limits.hpp"

namespace parley::account {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::Unit;
using store::WriteUnit;

class AccountTest : public ::testing::TestWithParam<bool> {
 protected:
  Result<> make(Account account) {
    return store_.write([&account](WriteUnit& unit) { return create(unit, account); });
  }
  Result<std::int64_t> next(std::int64_t sid, Counter counter) {
    return store_.write([=](WriteUnit& unit) { return next_id(unit, sid, counter); });
  }
  Result<> keep(std::int64_t sid, Counter counter, std::int64_t id) {
    return store_.write([=](WriteUnit& unit) { return keep_above(unit, sid, counter, id); });
  }
  std::optional<Account> found(std::int64_t sid) {
    return store_.read([sid](Unit& unit) { return find(unit, sid); }).value_or(std::nullopt);
  }
  std::int64_t lowest_free() {
    return store_.read([](Unit& unit) { return free_sid(unit); }).value_or(-1);
  }

  testing::TestStore store_{{{"counters", &save_counters}}, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, AccountTest, ::testing::Bool(), testing::store_kind);

Account example(std::int64_t sid) {
  Account account;
  account.sid = sid;
  account.name = "Exempel AB";
  account.timezone = "Europe/Stockholm";
  account.origins = {"https://www.example.org", "http://localhost:8080"};
  return account;
}

TEST_P(AccountTest, WhatWasMadeIsFound) {
  ASSERT_TRUE(make(example(7)));
  const auto account = found(7);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->sid, 7);
  EXPECT_EQ(account->name, "Exempel AB");
  EXPECT_EQ(account->timezone, "Europe/Stockholm");
  EXPECT_EQ(account->origins, (std::vector<std::string>{"https://www.example.org", "http://localhost:8080"}));
  EXPECT_EQ(account->state, State::live);
  EXPECT_GT(base::epoch_ms(account->created_at), 0);
  EXPECT_FALSE(found(8));
}

TEST_P(AccountTest, ASecondOfTheSameNumberIsRefused) {
  ASSERT_TRUE(make(example(7)));
  const auto again = make(example(7));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::already_exists);
}

TEST_P(AccountTest, BadFieldsAreRefused) {
  const auto refused = [this](auto&& spoil) {
    Account account = example(9);
    spoil(account);
    const auto made = make(account);
    return made ? ErrorCode::internal : made.error().code;
  };
  EXPECT_EQ(refused([](Account& one) { one.sid = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Account& one) { one.sid = limits::id_end; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Account& one) { one.name.clear(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Account& one) { one.name.assign(limits::short_text_bytes + 1, 'x'); }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Account& one) { one.timezone = "Mars/Olympus"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Account& one) { one.origins = {"https://example.org/"}; }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](Account& one) {
              one.origins.assign(limits::origins_per_account + 1, "https://example.org");
            }),
            ErrorCode::too_large);
  EXPECT_FALSE(found(9));

  Account widest = example(limits::id_end - 1);
  widest.name.assign(limits::short_text_bytes, 'x');
  widest.origins.assign(limits::origins_per_account, "https://example.org");
  EXPECT_TRUE(make(widest));
}

TEST_P(AccountTest, UpdateReplacesNameZoneAndOriginsOnly) {
  ASSERT_TRUE(make(example(7)));
  Account changed = example(7);
  changed.name = "Other";
  changed.timezone = "UTC";
  changed.origins.clear();
  changed.state = State::removing;
  ASSERT_TRUE(store_.write([&changed](WriteUnit& unit) { return update(unit, changed); }));
  const auto account = found(7);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->name, "Other");
  EXPECT_EQ(account->timezone, "UTC");
  EXPECT_TRUE(account->origins.empty());
  EXPECT_EQ(account->state, State::live);

  changed.sid = 8;
  const auto missing = store_.write([&changed](WriteUnit& unit) { return update(unit, changed); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_P(AccountTest, StateMoves) {
  ASSERT_TRUE(make(example(7)));
  ASSERT_TRUE(store_.write([](WriteUnit& unit) { return set_state(unit, 7, State::removing); }));
  EXPECT_EQ(found(7)->state, State::removing);
  const auto missing = store_.write([](WriteUnit& unit) { return set_state(unit, 8, State::live); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_P(AccountTest, ListIsByNumber) {
  for (const std::int64_t sid : {30, 2, 7}) ASSERT_TRUE(make(example(sid)));
  const auto all = store_.read([](Unit& unit) { return list(unit); });
  ASSERT_TRUE(all);
  std::vector<std::int64_t> sids;
  for (const Account& account : *all) sids.push_back(account.sid);
  EXPECT_EQ(sids, (std::vector<std::int64_t>{2, 7, 30}));
}

TEST_P(AccountTest, TheLowestFreeNumberIsFound) {
  EXPECT_EQ(lowest_free(), 1);
  ASSERT_TRUE(make(example(2)));
  EXPECT_EQ(lowest_free(), 1);
  ASSERT_TRUE(make(example(1)));
  EXPECT_EQ(lowest_free(), 3);
  ASSERT_TRUE(make(example(4)));
  EXPECT_EQ(lowest_free(), 3);
}

TEST_P(AccountTest, CountersAscendAndAreSaved) {
  ASSERT_TRUE(make(example(7)));
  ASSERT_TRUE(make(example(8)));
  EXPECT_EQ(next(7, Counter::message), 1);
  EXPECT_EQ(next(7, Counter::message), 2);
  EXPECT_EQ(next(7, Counter::chat), 1);
  EXPECT_EQ(next(8, Counter::message), 1);
  for (const Counter counter :
       {Counter::key, Counter::agent, Counter::page_filter, Counter::page, Counter::text}) {
    EXPECT_EQ(next(7, counter), 1);
    EXPECT_EQ(next(7, counter), 2);
  }
  const auto missing = next(9, Counter::chat);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

Task<Result<std::int64_t>> take_two_and_skip(WriteUnit& unit) {
  PARLEY_CO_TRY(co_await next_id(unit, 7, Counter::page));
  PARLEY_CO_TRY(co_await keep_above(unit, 7, Counter::page, 10));
  PARLEY_CO_TRY(co_await keep_above(unit, 7, Counter::page, 4));
  co_return co_await next_id(unit, 7, Counter::page);
}

TEST_P(AccountTest, IdsFromOutsideAreNeverGivenAgain) {
  ASSERT_TRUE(make(example(7)));
  EXPECT_EQ(store_.write([](WriteUnit& unit) { return take_two_and_skip(unit); }), 11);
  EXPECT_EQ(next(7, Counter::page), 12);
  ASSERT_TRUE(keep(7, Counter::page, 13));
  EXPECT_EQ(next(7, Counter::page), 14);
}

TEST_P(AccountTest, NoIdReachesTheEnd) {
  ASSERT_TRUE(make(example(7)));
  ASSERT_TRUE(keep(7, Counter::chat, limits::id_end - 2));
  EXPECT_EQ(next(7, Counter::chat), limits::id_end - 1);
  const auto over = next(7, Counter::chat);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::too_large);
}

Task<Result<>> take_and_fail(WriteUnit& unit) {
  PARLEY_CO_TRY(co_await next_id(unit, 7, Counter::chat));
  co_return base::fail(ErrorCode::conflict, "told to fail");
}

TEST_P(AccountTest, AFailedUnitMovesNoCounter) {
  ASSERT_TRUE(make(example(7)));
  ASSERT_FALSE(store_.write([](WriteUnit& unit) { return take_and_fail(unit); }));
  EXPECT_EQ(next(7, Counter::chat), 1);
}

TEST(OriginTest, TakesWhatABrowserSends) {
  for (const char* text :
       {"https://example.org", "http://example.org:8080", "https://sub-domain.xn--rksmrgs-5wao1o.se",
        "http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080", "https://[2001:db8::7]",
        "https://example.org:80", "http://example.org:65535"}) {
    EXPECT_TRUE(is_origin(text)) << text;
  }
}

TEST(OriginTest, RefusesTheRest) {
  for (const char* text : {"",
                           "example.org",
                           "https://",
                           "https:///",
                           "https://example.org/",
                           "https://example.org/path",
                           "https://Example.org",
                           "HTTPS://example.org",
                           "ftp://example.org",
                           "https://example.org:443",
                           "http://example.org:80",
                           "https://example.org:",
                           "https://example.org:0",
                           "https://example.org:080",
                           "https://example.org:65536",
                           "https://example.org:8o",
                           "https://user@example.org",
                           "https://example.org https://example.com",
                           "null",
                           "*",
                           "https://*.example.org",
                           "https://r\xC3\xA4ksm\xC3\xB6rg\xC3\xA5s.se",
                           "https://[::1",
                           "https://[]",
                           "https://:80"}) {
    EXPECT_FALSE(is_origin(text)) << text;
  }
}

TEST(OriginTest, JoinedAndSplitAgain) {
  const std::vector<std::string> origins = {"https://a.example.org", "https://b.example.org:8443"};
  EXPECT_EQ(split_origins(join_origins(origins)), origins);
  EXPECT_TRUE(split_origins(join_origins({})).empty());
}

}  // namespace
}  // namespace parley::account
