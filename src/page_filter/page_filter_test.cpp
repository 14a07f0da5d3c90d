#include "page_filter/page_filter.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "store/plan_test_support.hpp"

namespace parley::page_filter {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Unit;
using store::WriteUnit;

const store::Sql select_served_urls(
    "SELECT p.url FROM page_filter f JOIN page_filter_match m ON m.sid = f.sid AND m.filter_id = f.filter_id "
    "AND m.generation = f.served_generation JOIN page p ON p.sid = m.sid AND p.page_id = m.page_id "
    "WHERE f.sid = ?1 AND f.filter_id = ?2 ORDER BY p.url");
const store::Sql select_conversation_urls(
    "SELECT p.url FROM conversation_page c JOIN page p ON p.sid = c.sid AND p.page_id = c.page_id "
    "WHERE c.sid = ?1 AND c.conversation_id = ?2 ORDER BY p.url");
const store::Sql count_matches("SELECT count(*) FROM page_filter_match");
const store::Sql count_pages("SELECT count(*) FROM page");
const store::Sql select_change(
    "SELECT kind * 1000 + action * 100 + CAST(key AS INTEGER) FROM change WHERE sid = 7 ORDER BY seq DESC");

using Urls = std::vector<std::string>;

Task<Result<Urls>> read_urls(Unit& unit, const store::Sql& sql, store::Value second) {
  Urls urls;
  const std::array<store::Value, 2> values = {store::Value(7), second};
  PARLEY_CO_TRY(
      co_await unit.query(sql, values, [&urls](const store::Row& row) { urls.emplace_back(row.text(0)); }));
  co_return urls;
}

Task<Result<>> record_all(WriteUnit& unit, std::string_view conversation_id, const Urls& urls) {
  for (const std::string& url : urls) PARLEY_CO_TRY(co_await record_page(unit, 7, conversation_id, url));
  co_return Result<>{};
}

class PageFilterTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.make_account(7));
    ASSERT_TRUE(store_.make_account(8));
  }

  Result<bool> keep(PageFilter filter) {
    return store_.write([&filter](WriteUnit& unit) { return put(unit, 7, filter); });
  }
  Result<> record(const Urls& urls, std::string_view conversation_id = "V1") {
    return store_.write([&](WriteUnit& unit) { return record_all(unit, conversation_id, urls); });
  }
  Result<bool> slice(int pages) {
    return store_.write([pages](WriteUnit& unit) { return build_slice(unit, 7, pages); });
  }
  Result<> build() { return base::block_on(build_all(store_.database(), 7)); }
  Urls served(std::int64_t filter_id) {
    return store_.read([filter_id](Unit& unit) { return read_urls(unit, select_served_urls, filter_id); })
        .value_or(Urls{"cannot be read"});
  }
  Urls recorded(std::string_view conversation_id) {
    return store_
        .read([conversation_id](Unit& unit) {
          return read_urls(unit, select_conversation_urls, conversation_id);
        })
        .value_or(Urls{"cannot be read"});
  }
  std::vector<PageFilter> all() {
    return store_.read([](Unit& unit) { return list(unit, 7); }).value_or(std::vector<PageFilter>());
  }
  std::int64_t changes() {
    return store_.read([](Unit& unit) { return change::last_number(unit, 7); }).value_or(-1);
  }

  account::testing::TestStore store_{
      {{"pages", &match_new_pages}, {"counters", &account::save_counters}, {"changes", &change::append}},
      GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Store, PageFilterTest, ::testing::Bool(), account::testing::store_kind);

PageFilter like(std::int64_t id, std::string pattern) {
  return {id, "Filter", std::move(pattern), MatchType::like};
}

TEST_P(PageFilterTest, PutListAndNumber) {
  ASSERT_EQ(keep({12, "Checkout", "checkout", MatchType::like}), true);
  ASSERT_EQ(keep({3, "Start", "^/$", MatchType::regex}), true);
  ASSERT_EQ(keep({0, "New", "", MatchType::prefix}), true);
  const std::vector<PageFilter> expected = {{3, "Start", "^/$", MatchType::regex},
                                            {12, "Checkout", "checkout", MatchType::like},
                                            {13, "New", "", MatchType::prefix}};
  EXPECT_EQ(all(), expected);
  const std::int64_t before = changes();
  EXPECT_EQ(keep({12, "Checkout", "checkout", MatchType::like}), false);
  EXPECT_EQ(changes(), before);
}

TEST_P(PageFilterTest, BadFiltersAreRefused) {
  const auto refused = [this](PageFilter filter) {
    const auto made = keep(std::move(filter));
    return made ? ErrorCode::internal : made.error().code;
  };
  EXPECT_EQ(refused({-1, "", "x", MatchType::like}), ErrorCode::invalid_argument);
  EXPECT_EQ(refused({limits::id_end, "", "x", MatchType::like}), ErrorCode::invalid_argument);
  EXPECT_EQ(refused({1, std::string(limits::short_text_bytes + 1, 'x'), "x", MatchType::like}),
            ErrorCode::invalid_argument);
  EXPECT_EQ(refused({1, "", "(", MatchType::regex}), ErrorCode::invalid_argument);
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(keep({limits::id_end - 1, std::string(limits::short_text_bytes, 'x'), "x", MatchType::like}),
            true);
}

Task<Result<>> put_many(WriteUnit& unit, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    PageFilter filter = like(0, fmt::format("{}", i));
    PARLEY_CO_TRY(co_await put(unit, 7, std::move(filter)));
  }
  co_return Result<>{};
}

TEST_P(PageFilterTest, AnAccountTakesSoManyFilters) {
  ASSERT_TRUE(
      store_.write([](WriteUnit& unit) { return put_many(unit, limits::page_filters_per_account - 1); }));
  ASSERT_EQ(keep(like(0, "last")), true);
  const auto over = keep(like(0, "one more"));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::too_large);
  // One that is there may still change.
  EXPECT_EQ(keep(like(1, "changed")), true);
}

TEST_P(PageFilterTest, PagesAreKeptOncePerUrl) {
  ASSERT_TRUE(record({"/a", "/b", "/a", ""}, "V1"));
  ASSERT_TRUE(record({"/b", "/c"}, "V2"));
  EXPECT_EQ(store_.number(count_pages), 3);
  EXPECT_EQ(recorded("V1"), (Urls{"/a", "/b"}));
  EXPECT_EQ(recorded("V2"), (Urls{"/b", "/c"}));
  EXPECT_TRUE(record({std::string(limits::url_bytes, 'x')}));
  const auto over = record({std::string(limits::url_bytes + 1, 'x')});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::invalid_argument);
}

TEST_P(PageFilterTest, MoreUrlsThanAUnitRemembers) {
  // Long addresses, so that what the unit remembers overflows and starts anew.
  const std::string tail(8'000, 'x');
  Urls urls;
  for (int i = 0; i < 1'200; ++i) urls.push_back(fmt::format("/{}/{}", i % 600, tail));
  ASSERT_EQ(keep(like(1, "/7/")), true);
  ASSERT_TRUE(record(urls));
  EXPECT_EQ(store_.number(count_pages), 600);
  EXPECT_EQ(served(1), (Urls{"/7/" + tail}));
}

TEST_P(PageFilterTest, AFilterBeforeAnyPageAnswersAtOnce) {
  ASSERT_EQ(keep(like(1, "a")), true);
  EXPECT_EQ(slice(10), false);
  ASSERT_TRUE(record({"/a", "/b", "/ab"}));
  EXPECT_EQ(served(1), (Urls{"/a", "/ab"}));
}

TEST_P(PageFilterTest, AFilterAfterPagesIsBuiltInSlices) {
  ASSERT_TRUE(record({"/1a", "/2", "/3a", "/4", "/5a"}));
  ASSERT_EQ(keep(like(1, "a")), true);
  EXPECT_EQ(served(1), Urls{});
  EXPECT_EQ(slice(2), true);
  EXPECT_EQ(slice(2), true);
  EXPECT_EQ(served(1), Urls{});
  const std::int64_t before = changes();
  EXPECT_EQ(slice(2), true);
  EXPECT_EQ(served(1), (Urls{"/1a", "/3a", "/5a"}));
  EXPECT_EQ(changes(), before + 1);
  EXPECT_EQ(store_.number(select_change), 3201);
  EXPECT_EQ(slice(2), false);
  EXPECT_EQ(changes(), before + 1);
}

TEST_P(PageFilterTest, TheOldAnswerStandsUntilTheNewOneIsWhole) {
  ASSERT_EQ(keep(like(1, "a")), true);
  ASSERT_TRUE(record({"/1a", "/2b", "/3a", "/4b"}));
  ASSERT_EQ(keep(like(1, "b")), true);
  EXPECT_EQ(all()[0].pattern, "b");
  ASSERT_EQ(slice(3), true);
  // New pages meanwhile belong to both answers.
  ASSERT_TRUE(record({"/5a", "/6b", "/7ab"}));
  EXPECT_EQ(served(1), (Urls{"/1a", "/3a", "/5a", "/7ab"}));
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/2b", "/4b", "/6b", "/7ab"}));
  // What answered before is gone.
  EXPECT_EQ(store_.number(count_matches), 4);
  ASSERT_TRUE(record({"/8b"}));
  EXPECT_EQ(served(1), (Urls{"/2b", "/4b", "/6b", "/7ab", "/8b"}));
}

TEST_P(PageFilterTest, AChangeWhileBuildingStartsAnew) {
  ASSERT_TRUE(record({"/1a", "/2b", "/3c", "/4c"}));
  ASSERT_EQ(keep(like(1, "a")), true);
  ASSERT_EQ(slice(3), true);
  ASSERT_EQ(keep(like(1, "b")), true);
  ASSERT_EQ(slice(3), true);
  ASSERT_EQ(keep(like(1, "c")), true);
  EXPECT_EQ(served(1), Urls{});
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/3c", "/4c"}));
  EXPECT_EQ(store_.number(count_matches), 2);
}

TEST_P(PageFilterTest, GoingBackToTheServedPatternEndsTheBuilding) {
  ASSERT_EQ(keep(like(1, "a")), true);
  ASSERT_TRUE(record({"/1a", "/2b", "/3b"}));
  ASSERT_EQ(keep(like(1, "b")), true);
  ASSERT_EQ(slice(2), true);
  ASSERT_EQ(keep(like(1, "a")), true);
  EXPECT_EQ(served(1), (Urls{"/1a"}));
  // Half a generation is left over; the next one must not mix with it.
  ASSERT_EQ(keep(like(1, "3")), true);
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/3b"}));
  EXPECT_EQ(store_.number(count_matches), 1);
}

TEST_P(PageFilterTest, TheTypeAloneIsAChangeToo) {
  ASSERT_TRUE(record({"/a.b", "/axb"}));
  ASSERT_EQ(keep({1, "F", "a.b", MatchType::like}), true);
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/a.b"}));
  ASSERT_EQ(keep({1, "F", "a.b", MatchType::regex}), true);
  EXPECT_EQ(served(1), (Urls{"/a.b"}));
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/a.b", "/axb"}));
}

TEST_P(PageFilterTest, ANewNameBuildsNothing) {
  ASSERT_EQ(keep(like(1, "a")), true);
  ASSERT_TRUE(record({"/a"}));
  PageFilter renamed = like(1, "a");
  renamed.name = "Other";
  ASSERT_EQ(keep(renamed), true);
  EXPECT_EQ(all()[0].name, "Other");
  EXPECT_EQ(served(1), (Urls{"/a"}));
  EXPECT_EQ(slice(10), false);

  // Nor does it disturb what is being built.
  ASSERT_EQ(keep({1, "Other", "b", MatchType::like}), true);
  ASSERT_EQ(keep({1, "Third", "b", MatchType::like}), true);
  EXPECT_EQ(served(1), (Urls{"/a"}));
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), Urls{});
}

TEST_P(PageFilterTest, ARemovedFilterAnswersNothing) {
  ASSERT_EQ(keep(like(1, "a")), true);
  ASSERT_EQ(keep(like(2, "a")), true);
  ASSERT_TRUE(record({"/1a", "/2a", "/3a"}));
  ASSERT_TRUE(store_.write([](WriteUnit& unit) { return remove(unit, 7, 1); }));
  EXPECT_EQ(store_.number(select_change), 3301);
  EXPECT_EQ(served(1), Urls{});
  EXPECT_EQ(slice(2), true);
  EXPECT_EQ(store_.number(count_matches), 4);
  // The same number again, before all of the old matches are gone.
  ASSERT_EQ(keep(like(1, "2a")), true);
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/2a"}));
  EXPECT_EQ(served(2), (Urls{"/1a", "/2a", "/3a"}));
  EXPECT_EQ(store_.number(count_matches), 4);

  const auto missing = store_.write([](WriteUnit& unit) { return remove(unit, 7, 9); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

Task<Result<>> put_and_record(WriteUnit& unit) {
  PARLEY_CO_TRY(co_await record_page(unit, 7, "V1", "/1a"));
  PageFilter filter = like(1, "a");
  PARLEY_CO_TRY(co_await put(unit, 7, std::move(filter)));
  PARLEY_CO_TRY(co_await record_page(unit, 7, "V1", "/2a"));
  co_return Result<>{};
}

TEST_P(PageFilterTest, PagesAndFilterInOneUnit) {
  ASSERT_TRUE(store_.write([](WriteUnit& unit) { return put_and_record(unit); }));
  ASSERT_TRUE(build());
  EXPECT_EQ(served(1), (Urls{"/1a", "/2a"}));
}

Task<Result<>> record_and_fail(WriteUnit& unit) {
  PARLEY_CO_TRY(co_await record_page(unit, 7, "V1", "/lost"));
  co_return base::fail(ErrorCode::conflict, "told to fail");
}

TEST_P(PageFilterTest, AFailedUnitRecordsNothing) {
  ASSERT_EQ(keep(like(1, "/")), true);
  ASSERT_FALSE(store_.write([](WriteUnit& unit) { return record_and_fail(unit); }));
  EXPECT_EQ(store_.number(count_pages), 0);
  ASSERT_TRUE(record({"/kept"}));
  EXPECT_EQ(served(1), (Urls{"/kept"}));
}

Task<Result<>> record_numbers(WriteUnit& unit, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string url = fmt::format("/{}", i);
    PARLEY_CO_TRY(co_await record_page(unit, 7, "V1", url));
  }
  co_return Result<>{};
}

TEST_P(PageFilterTest, AUnitWithMorePagesThanABatch) {
  constexpr int count = 2 * limits::rows_per_batch;
  ASSERT_EQ(keep({1, "F", "/", MatchType::prefix}), true);
  ASSERT_TRUE(store_.write([](WriteUnit& unit) { return record_numbers(unit, count); }));
  EXPECT_EQ(served(1).size(), static_cast<std::size_t>(count));
}

TEST_P(PageFilterTest, LooksAtNoMatchesToFindTheNextGeneration) {
  const std::string plan = store::testing::plan_of(store_.database(), next_generation_statement());
  EXPECT_TRUE(plan.contains("(sid=? AND filter_id=? AND generation>?)\n")) << plan;
  EXPECT_TRUE(plan.contains("(sid=? AND filter_id>?)\n")) << plan;
}

}  // namespace
}  // namespace parley::page_filter
