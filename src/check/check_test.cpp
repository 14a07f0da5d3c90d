#include "check/check.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "base/limits.hpp"
#include "check/check_damages_test.hpp"
#include "check/check_test_support.hpp"

namespace parley::check {
namespace {

using account::testing::TestStore;

base::Result<Report> check(const store::Location& location) {
  PARLEY_TRY_ASSIGN(const auto database, store::open(location, store::Access::read_only));
  return base::block_on(check_store(*database, location, {}));
}

void execute(const store::Location& location, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((location.directory + "/parley.db").c_str(), &handle), SQLITE_OK);
  char* error = nullptr;
  const int code = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &error);
  EXPECT_EQ(code, SQLITE_OK) << (error == nullptr ? "" : error) << " in " << sql;
  sqlite3_free(error);
  sqlite3_close(handle);
}

bool names(const Report& report, const Damage& damage) {
  return std::ranges::any_of(report.findings(), [&damage](const Finding& finding) {
    return finding.claim == damage.claim && finding.table == damage.table && finding.key == damage.key;
  });
}

/// One store, filled once; each test that spoils it spoils a copy.
class CheckTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    original_ = std::make_unique<TestStore>(testing::all_hooks(), false);
    const auto filled = testing::fill(*original_);
    ASSERT_TRUE(filled) << filled.error().public_text << " " << filled.error().log_text;
    original_->close();
  }
  static void TearDownTestSuite() { original_.reset(); }

  void SetUp() override {
    directory_ = original_->location().directory + "/copy";
    std::filesystem::create_directory(directory_);
    std::filesystem::copy_file(original_->location().directory + "/parley.db", directory_ + "/parley.db");
    std::filesystem::copy(original_->location().directory + "/blocks", directory_ + "/blocks");
    location_.directory = directory_;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  inline static std::unique_ptr<TestStore> original_;
  std::string directory_;
  store::Location location_;
};

TEST_F(CheckTest, ACleanStoreGivesNothing) {
  const auto report = check(location_);
  ASSERT_TRUE(report) << report.error().log_text;
  EXPECT_TRUE(report->is_clean());
  EXPECT_EQ(report->text(), "2 accounts, 3 conversations, 6 messages, 3 chats: every claim holds\n");
}

/// The negative control: what no damage has shown to be noticed is not known to be verified.
TEST(CheckClaimsTest, EveryClaimHasItsDamage) {
  std::set<std::string_view> damaged;
  for (const Damage& damage : damages()) damaged.insert(text_of(damage.claim).name);
  std::set<std::string_view> claimed;
  for (const ClaimText& claim : claims()) claimed.insert(claim.name);
  EXPECT_EQ(damaged, claimed);
  EXPECT_EQ(claimed.size(), claims().size());
}

TEST_F(CheckTest, EveryDamageIsNamed) {
  for (const Damage& damage : damages()) {
    SCOPED_TRACE(fmt::format("{}: {}", text_of(damage.claim).name, damage.sql));
    TearDown();
    SetUp();
    execute(location_, damage.sql);
    const auto report = check(location_);
    ASSERT_TRUE(report) << report.error().log_text;
    EXPECT_TRUE(names(*report, damage)) << report->text();
    const ClaimText& claim = text_of(damage.claim);
    EXPECT_EQ(report->is_clean(), claim.severity == Severity::remnant) << report->text();
    EXPECT_NE(report->text().find(fmt::format("[{}]\n", claim.name)), std::string::npos);
  }
}

/// In SQL, NULL is not in an empty list: an account without agents must not look damaged for that.
TEST_F(CheckTest, AnAccountWithoutAgentsIsNoDamage) {
  execute(location_,
          "DELETE FROM agent; UPDATE message SET agent_id = NULL, sender = 'x' WHERE agent_id > 0;"
          "UPDATE chat SET routed_agent_id = NULL; UPDATE chat_fact SET agent_id = NULL, agent_name = NULL, "
          "agent_email = NULL; UPDATE chat_fact SET duration_ms = NULL, response_time_ms = NULL WHERE "
          "chat_id < 3;"
          "UPDATE record_count SET count = 0 WHERE kind = 2; DELETE FROM statistics_day");
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->is_clean()) << report->text();
}

/// A crawl may bring a tag, label or dataID that is empty.
TEST_F(CheckTest, EmptyNotesAreNoDamage) {
  execute(location_,
          "INSERT INTO tag VALUES (7, 'V702', 1, '', 0); INSERT INTO label VALUES (7, 'V702', '', 0);"
          "INSERT INTO card VALUES (7, 'V702', '', '', 0, 0);"
          "UPDATE record_count SET count = count + 1 WHERE sid = 7 AND kind IN (7, 8, 9)");
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->is_clean()) << report->text();
}

TEST_F(CheckTest, AFindingIsALineForPeople) {
  execute(location_, "UPDATE message SET agent_id = 77 WHERE message_id = 3");
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_NE(report->text().find("account 7, message V700/3: its agent does not exist [message_agent]\n"),
            std::string::npos)
      << report->text();
}

TEST_F(CheckTest, AFloodOfOneKindIsCountedAndHidesNoOther) {
  execute(
      location_,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
      "INSERT INTO label SELECT 7, 'V8' || i, 'x', 0 FROM n; UPDATE chat SET rating = 6 WHERE chat_id = 1");
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->count(Claim::label_conversation), 1'000);
  EXPECT_EQ(std::ranges::count(report->findings(), Claim::label_conversation, &Finding::claim),
            limits::check_findings_per_claim);
  EXPECT_EQ(report->count(Claim::chat_row), 1);
  EXPECT_NE(report->text().find("and 980 more: its conversation does not exist [label_conversation]\n"),
            std::string::npos);
}

TEST_F(CheckTest, EveryRangeOfConversationsIsLookedAt) {
  const int count = 2 * limits::check_conversations + 500;
  execute(location_,
          fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
                      "INSERT INTO conversation SELECT 7, 'V' || (100000 + i), 0, 0 FROM n",
                      count));
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->conversations, count + 3);
  // None of them has a visitor.
  EXPECT_EQ(report->count(Claim::visitor_missing), count);
}

TEST_F(CheckTest, RowsBeforeBetweenAndBehindTheConversationsAreLookedAt) {
  for (const char* id : {"", "A", "V7001", "V9", "W", "~", "\xF0\x9F\x98\x80"}) {
    execute(location_, fmt::format("INSERT INTO label VALUES (7, '{}', 'x', 0)", id));
  }
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->count(Claim::label_conversation), 7);
}

TEST_F(CheckTest, EveryRunOfPagesIsLookedAt) {
  const int count = 2 * limits::page_filter_slice_pages + 500;
  // Every page matches filter 1, and no match is stored; then matches of pages that are not there.
  execute(
      location_,
      fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
                  "INSERT INTO page SELECT 7, 1000 + i, '/cart/' || i FROM n;"
                  "INSERT INTO page_filter_match VALUES (7, 1, 1, -5), (7, 1, 1, 999), (7, 1, 1, 9999999)",
                  count));
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->count(Claim::match_missing), count);
  EXPECT_EQ(report->count(Claim::match_surplus), 3);
  EXPECT_EQ(report->count(Claim::page_used), count);
}

TEST_F(CheckTest, ManySystemMessagesOfOneConversation) {
  const int count = 3 * limits::rows_per_batch + 7;
  execute(location_,
          fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
                      "INSERT INTO message SELECT 7, 'V702', 1700000000000 + i / 100, 10000 + i, NULL, NULL, "
                      "'{{\"type\":\"visitorJoin\",\"currentPage\":\"/never\"}}' FROM n",
                      count));
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->count(Claim::visitor_join_page), count);
}

TEST_F(CheckTest, HalfAnAccountIsNamedAndNotLookedInto) {
  execute(location_, "UPDATE account SET state = 2 WHERE sid = 7; DELETE FROM visitor");
  const auto report = check(location_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->is_clean());
  EXPECT_EQ(
      report->text(),
      "account 7, account: an import or removal is under way or was cut off (removal) [account_unfinished]\n"
      "1 accounts, 0 conversations, 0 messages, 0 chats: every claim holds, 1 remnants of unfinished work\n");
}

TEST_F(CheckTest, HalfBuiltMatchesAreCheckedAsFarAsTheyGo) {
  // Filter 1 is being built anew with a pattern that matches pages 1, 2 and 3, and has come to page 2.
  execute(location_,
          "UPDATE page_filter SET pattern = 'example', building_generation = 2, built_up_to_page_id = 2 "
          "WHERE filter_id = 1;"
          "INSERT INTO page_filter_match VALUES (7, 1, 2, 1), (7, 1, 2, 2)");
  const auto good = check(location_);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->is_clean()) << good->text();
  EXPECT_EQ(good->count(Claim::page_filter_building), 1);

  execute(location_, "DELETE FROM page_filter_match WHERE filter_id = 1 AND generation = 2 AND page_id = 1");
  const auto bad = check(location_);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->count(Claim::match_missing), 1) << bad->text();
}

TEST_F(CheckTest, ProgressTellsEachStep) {
  const auto database = store::open(location_, store::Access::read_only);
  ASSERT_TRUE(database);
  std::vector<std::string> steps;
  const auto report = base::block_on(check_store(**database, location_, [&steps](const Progress& progress) {
    steps.push_back(fmt::format("{} {}", progress.step, progress.sid));
  }));
  ASSERT_TRUE(report);
  EXPECT_EQ(steps, (std::vector<std::string>{"file 0", "account 7", "conversations 7", "pages 7", "pages 7",
                                             "blocks 7", "blocks 7", "account 8", "conversations 8",
                                             "pages 8", "pages 8", "blocks 8"}));
}

base::Task<base::Result<>> write_on(store::WriteUnit& unit, std::int64_t round) {
  const std::string id = fmt::format("V7{:06}", round % 40);
  const conversation::Conversation conversation{id, testing::at(round)};
  PARLEY_CO_TRY(co_await conversation::put(unit, 7, conversation));
  PARLEY_CO_TRY(co_await testing::put_message(
      unit, id, round, std::nullopt, "system",
      fmt::format(R"({{"type":"visitorJoin","currentPage":"https://example.org/cart/{}"}})", round)));
  PARLEY_CO_TRY(co_await testing::put_message(unit, id, round, 0, id, "hello"));
  conversation::Chat chat{0, id, testing::at(round), std::nullopt, 1, std::nullopt, false};
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, 7, chat));
  const visitor::Label label{testing::at(round), fmt::format("label {}", round % 7)};
  PARLEY_CO_TRY(co_await visitor::put_label(unit, 7, id, label));
  co_return base::Result<>{};
}

/// What is compared lies in one snapshot, so a server that writes meanwhile causes no finding.
TEST(CheckBesideWriterTest, GivesNothingWhileOthersWrite) {
  for (const bool is_deferred : {false, true}) {
    TestStore store(testing::all_hooks(), is_deferred);
    ASSERT_TRUE(testing::fill(store));
    std::atomic<bool> is_over = false;
    std::atomic<std::int64_t> written = 0;
    std::thread writer([&] {
      while (!is_over) {
        const std::int64_t round = written;
        const auto done = store.write([round](store::WriteUnit& unit) { return write_on(unit, round); });
        if (!done) {
          ADD_FAILURE() << done.error().public_text;
          is_over = true;
        }
        ++written;
      }
    });
    // Checked until something was written meanwhile, again and again.
    for (int i = 0; i < 5; ++i) {
      const std::int64_t before = written;
      while (written < before + 3 && !is_over) {
        const auto report = base::block_on(check_store(store.database(), store.location(), {}));
        if (!report || !report->is_clean()) {
          ADD_FAILURE() << (report ? report->text() : report.error().log_text);
          is_over = true;
        }
      }
    }
    is_over = true;
    writer.join();
  }
}

TEST_F(CheckTest, FindsAByteOfABlockThatIsAnother) {
  const std::filesystem::path path = std::filesystem::directory_iterator(directory_ + "/blocks")->path();
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  for (std::int64_t at = 0; at < size; at += std::max<std::int64_t>(1, size / 40)) {
    file.seekg(at);
    const auto byte = static_cast<char>(file.get());
    const auto put = [&](char changed) {
      file.seekp(at);
      file.put(changed).flush();
    };
    put(static_cast<char>(byte ^ 1));
    const auto report = check(location_);
    ASSERT_TRUE(report);
    EXPECT_TRUE(names(*report, {Claim::statistics_block, "statistics_block", "2023-11-14", ""})) << at;
    put(byte);
  }
  const auto mended = check(location_);
  ASSERT_TRUE(mended);
  EXPECT_TRUE(mended->is_clean()) << mended->text();
}

TEST_F(CheckTest, BlocksWhoseFileIsGoneOrCutShortAreNoDamage) {
  const std::filesystem::path path = std::filesystem::directory_iterator(directory_ + "/blocks")->path();
  for (const bool is_cut : {true, false}) {
    if (is_cut) {
      std::filesystem::resize_file(path, 10);
    } else {
      std::filesystem::remove_all(directory_ + "/blocks");
    }
    const auto report = check(location_);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->is_clean()) << report->text();
  }
}

}  // namespace
}  // namespace parley::check
