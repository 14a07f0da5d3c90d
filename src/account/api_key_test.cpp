#include "account/api_key.hpp"

#include <gtest/gtest.h>

#include <set>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"

namespace parley::account {
namespace {

using base::ErrorCode;
using base::Result;
using store::Unit;
using store::WriteUnit;
using namespace std::chrono_literals;

class ApiKeyTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.make_account(7));
    ASSERT_TRUE(store_.make_account(8));
  }

  Result<std::string> make(ApiKey key, std::int64_t sid = 7) {
    return store_.write([&key, sid](WriteUnit& unit) { return create_key(unit, sid, key); });
  }
  Result<Grant> check(std::string_view key, std::int64_t sid = 7,
                      base::Timestamp now = base::SystemClock().now()) {
    return store_.read([=](Unit& unit) { return check_key(unit, sid, key, now); });
  }
  Result<std::vector<ApiKey>> keys(std::int64_t sid = 7) {
    return store_.read([sid](Unit& unit) { return list_keys(unit, sid); });
  }
  Result<> revoke(std::int64_t key_id) {
    return store_.write([key_id](WriteUnit& unit) { return revoke_key(unit, 7, key_id); });
  }

  testing::TestStore store_{{{"counters", &save_counters}}, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, ApiKeyTest, ::testing::Bool(), testing::store_kind);

ApiKey reader() {
  ApiKey key;
  key.name = "reports";
  key.scopes = {"chat:read"};
  return key;
}

void expect_refused(const Result<Grant>& grant, const char* why) {
  ASSERT_FALSE(grant) << why;
  EXPECT_EQ(grant.error().code, ErrorCode::unauthenticated) << why;
  EXPECT_EQ(grant.error().public_text, "the API key is not valid for this account") << why;
}

TEST_P(ApiKeyTest, AKeyOpensItsAccount) {
  const auto key = make(reader());
  ASSERT_TRUE(key);
  const auto grant = check(*key);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->sid, 7);
  EXPECT_TRUE(grant->has("chat:read"));
  EXPECT_FALSE(grant->has("chat:write"));
  EXPECT_FALSE(grant->has("chat"));
  EXPECT_FALSE(grant->expires_at);
  EXPECT_GT(base::epoch_ms(grant->account_created_at), 0);
}

TEST_P(ApiKeyTest, KeysAreLongSafeInAPathAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const auto key = make(reader());
    ASSERT_TRUE(key);
    EXPECT_EQ(key->size(), 7U + 32U);
    EXPECT_TRUE(key->starts_with("parley_"));
    EXPECT_EQ(key->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    seen.insert(*key);
  }
  EXPECT_EQ(seen.size(), 50U);
}

const store::Sql select_hash("SELECT hash FROM api_key");

TEST_P(ApiKeyTest, TheStoreHoldsAHashOnly) {
  const auto key = make(reader());
  ASSERT_TRUE(key);
  const std::string row_text = store_.text(select_hash);
  EXPECT_EQ(row_text.size(), 32U);
  EXPECT_EQ(row_text.find(key->substr(7)), std::string::npos);
}

TEST_P(ApiKeyTest, AllThatIsWrongIsOneAndTheSame) {
  const auto key = make(reader());
  ASSERT_TRUE(key);
  expect_refused(check("parley_unknown"), "unknown");
  expect_refused(check(""), "empty");
  expect_refused(check(*key, 8), "another account's");
  expect_refused(check(*key, 999), "no such account");
  std::string other_case = *key;
  other_case[0] = 'P';
  expect_refused(check(other_case), "other case");
  EXPECT_TRUE(check(*key));

  ASSERT_TRUE(store_.write([](WriteUnit& unit) { return set_state(unit, 7, State::removing); }));
  expect_refused(check(*key), "account not live");
}

TEST_P(ApiKeyTest, ARevokedKeyOpensNothing) {
  const auto key = make(reader());
  const auto other = make(reader());
  ASSERT_TRUE(key && other);
  ASSERT_TRUE(revoke(1));
  expect_refused(check(*key), "revoked");
  EXPECT_TRUE(check(*other));

  const auto before = keys();
  ASSERT_TRUE(before);
  ASSERT_TRUE((*before)[0].revoked_at);
  ASSERT_TRUE(revoke(1));
  EXPECT_EQ((*keys())[0].revoked_at, (*before)[0].revoked_at);

  const auto missing = revoke(3);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_P(ApiKeyTest, AKeyEndsAtTheMomentOfItsExpiry) {
  const base::Timestamp end = base::SystemClock().now() + 1h;
  ApiKey key = reader();
  key.expires_at = end;
  const auto text = make(key);
  ASSERT_TRUE(text);
  const auto grant = check(*text, 7, end - 1ms);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->expires_at, end);
  expect_refused(check(*text, 7, end), "expired");
  expect_refused(check(*text, 7, end + 1ms), "expired");
}

TEST_P(ApiKeyTest, ScopesAreSortedAndOnceEach) {
  ApiKey key = reader();
  key.scopes = {"chat:write", "admin", "chat:read", "admin"};
  const auto text = make(key);
  ASSERT_TRUE(text);
  const auto grant = check(*text);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->scopes, (std::vector<std::string>{"admin", "chat:read", "chat:write"}));
  const auto all = keys();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].key_id, 1);
  EXPECT_EQ((*all)[0].name, "reports");
  EXPECT_EQ((*all)[0].scopes, grant->scopes);
  EXPECT_FALSE((*all)[0].revoked_at);
  EXPECT_TRUE(keys(8)->empty());
}

TEST_P(ApiKeyTest, BadKeysAreRefused) {
  const auto refused = [this](auto&& spoil, std::int64_t sid = 7) {
    ApiKey key = reader();
    spoil(key);
    const auto made = make(key, sid);
    return made ? ErrorCode::internal : made.error().code;
  };
  EXPECT_EQ(refused([](ApiKey& key) { key.scopes.clear(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](ApiKey& key) { key.scopes = {"chat:read", "chat:delete"}; }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](ApiKey& key) { key.name.assign(limits::short_text_bytes + 1, 'x'); }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](ApiKey& key) { key.expires_at = base::SystemClock().now() - 1s; }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](ApiKey&) {}, 999), ErrorCode::not_found);
  EXPECT_TRUE(keys()->empty());

  ApiKey longest = reader();
  longest.name.assign(limits::short_text_bytes, 'x');
  EXPECT_TRUE(make(longest));
}

TEST(ScopeTest, KnownByTheirExactNames) {
  EXPECT_TRUE(is_scope("chat:read"));
  EXPECT_TRUE(is_scope("chat:write"));
  EXPECT_TRUE(is_scope("admin"));
  for (const char* text : {"", "chat", "chat:", "Chat:read", "chat:read ", "admin,chat:read"}) {
    EXPECT_FALSE(is_scope(text)) << text;
  }
}

}  // namespace
}  // namespace parley::account
