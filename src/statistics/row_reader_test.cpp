#include "statistics/row_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "account/account_test_support.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "conversation/conversation.hpp"
#include "encoding/compression.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/block_store.hpp"
#include "statistics/day_builder.hpp"
#include "statistics/fact.hpp"
#include "statistics/row_text.hpp"

namespace parley::statistics {
namespace {

using base::Result;
using base::Task;
using store::Unit;
using store::WriteUnit;

constexpr std::int64_t sid = 7;
constexpr Day first_day(std::chrono::days(18'262));  // 2020-01-01
constexpr std::int64_t day_ms = 86'400'000;

base::Timestamp at(std::int64_t milliseconds) {
  return base::Timestamp(first_day) + std::chrono::milliseconds(milliseconds);
}

/// Chats over ten days: the third has none, the fifth so many and long ones that they fill several blocks,
/// some start in a day's first and last millisecond, some at one moment.
class RowReaderTest : public ::testing::TestWithParam<bool> {
 protected:
  static constexpr int days = 10;

  void SetUp() override {
    ASSERT_TRUE(store_.make_account(sid));
    for (int i = 0; i < conversations; ++i) {
      ASSERT_TRUE(store_.write([i](WriteUnit& unit) -> Task<Result<bool>> {
        const conversation::Conversation one{fmt::format("V{}", i), at(0)};
        co_return co_await conversation::put(unit, sid, one);
      }));
    }
    std::vector<std::int64_t> starts;
    for (int day = 0; day < days; ++day) {
      const std::int64_t begin = day * day_ms;
      if (day == 2) continue;
      starts.insert(starts.end(), {begin, begin, begin + day_ms - 1});
      for (int i = 0; i < (day == 4 ? 120 : 5); ++i) starts.push_back(begin + random(day_ms));
    }
    std::shuffle(starts.begin(), starts.end(), random_);
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return put_chats(unit, starts); }));
  }

  std::int64_t random(std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_);
  }

  /// Text of up to so many bytes, mostly of a few, with what JSON and CSV write specially.
  std::string random_text(std::size_t most_bytes = 4'000) {
    static constexpr std::string_view letters = "abc ,;\"\\\n\r=+-@\t{}[]xyz0123456789";
    std::string text(random(10) == 0 ? most_bytes : static_cast<std::size_t>(random(30)), 'x');
    for (char& c : text) c = letters[static_cast<std::size_t>(random(std::ssize(letters)))];
    return text;
  }

  Task<Result<>> put_chat(WriteUnit& unit, std::int64_t id, std::int64_t start) {
    conversation::Chat chat;
    chat.chat_id = id;
    chat.conversation_id = fmt::format("V{}", random(conversations));
    chat.started_at = at(start);
    chat.is_given = true;
    GivenFact fact;
    if (random(2) == 0) fact.agent_name = random_text();
    if (random(2) == 0) fact.duration_ms = random(1'000'000);
    if (random(3) > 0) fact.agent_id = random(4);
    fact.visitor.exit_page = random_text();
    if (start / day_ms == 4)
      fact.visitor.exit_page.resize(static_cast<std::size_t>(random(limits::url_bytes)), '/');
    fact.visitor.city = random_text();
    fact.visitor.browser = random_text();
    PARLEY_CO_TRY(co_await conversation::put_chat(unit, sid, chat));
    PARLEY_CO_TRY(co_await put_given(unit, sid, chat, fact));
    co_return Result<>{};
  }

  Task<Result<>> put_chats(WriteUnit& unit, const std::vector<std::int64_t>& starts) {
    for (const std::int64_t start : starts) PARLEY_CO_TRY(co_await put_chat(unit, next_id_++, start));
    co_return Result<>{};
  }

  void label(std::string conversation_id, std::string text) {
    ASSERT_TRUE(store_.write([&](WriteUnit& unit) -> Task<Result<bool>> {
      const visitor::Label label{at(0), text};
      co_return co_await visitor::put_label(unit, sid, conversation_id, label);
    }));
  }

  bool build(int day) {
    const auto built =
        base::block_on(build_day(store_.database(), writer_, sid, first_day + std::chrono::days(day)));
    EXPECT_TRUE(built) << built.error().log_text;
    return built && *built;
  }
  void build_all() {
    for (int day = 0; day < days; ++day) build(day);
  }
  store::SideFiles& files() { return store_.database().files(); }
  std::int64_t whole_days() {
    static const store::Sql count("SELECT count(*) FROM statistics_day WHERE is_whole = 1");
    return store_.number(count);
  }

  static Query span(std::int64_t from, std::int64_t to) {
    Query query;
    query.sid = sid;
    query.from = at(from);
    query.to = at(to);
    return query;
  }
  static Query all() { return span(0, days * day_ms - 1); }

  /// The answer as facts give it: no blocks are looked at.
  std::string from_facts(const Query& query, const RowStyle& style) {
    std::string out;
    std::optional<Position> position;
    Dictionary texts(sid);
    base::LocalTimeWriter local_time(style.timezone);
    const auto add = [&](const FactRow& row) {
      if (style.form == RowForm::csv) {
        append_csv_row(out, row, style.dialect, local_time);
        return true;
      }
      if (!out.empty()) out.push_back(',');
      append_json_row(out, row);
      return true;
    };
    bool more = true;
    while (more) {
      more = store_.read([&](Unit& unit) { return batch(unit, query, texts, position, 100, add); }).value();
    }
    return out;
  }

  /// The answer of the reader; `between` is called before each batch.
  template <typename F>
  std::string read(const Query& query, const RowStyle& style, std::size_t wanted_bytes, F between) {
    std::string out;
    RowReader reader(query, style, files(), &queue_);
    bool more = true;
    while (more) {
      between();
      std::string piece;
      more = store_.read([&](Unit& unit) { return reader.next(unit, piece, wanted_bytes); }).value_or(false);
      largest_ = std::max(largest_, piece.size());
      out += piece;
    }
    rows_ = reader.rows();
    return out;
  }
  std::string read(const Query& query, const RowStyle& style,
                   std::size_t wanted_bytes = limits::stream_chunk_bytes) {
    return read(query, style, wanted_bytes, [] {});
  }

  /// The answer as a client gets it who takes gzip, unpacked; counts the pieces that were deflated before.
  std::string read_packed(const Query& query, const RowStyle& style, std::size_t wanted_bytes) {
    RowReader reader(query, style, files(), nullptr);
    encoding::GzipWriter writer(1);
    std::string packed;
    std::string text;
    reader.set_deflated_sink([&](std::uint32_t crc32, std::uint64_t text_bytes) -> std::string& {
      writer.write(packed, text);
      text.clear();
      writer.append_deflated(packed, {{}, crc32, text_bytes});
      if (text_bytes > 0) ++pieces_;
      return packed;
    });
    bool more = true;
    while (more) {
      const auto next = [&](Unit& unit) { return reader.next(unit, text, wanted_bytes); };
      more = store_.read(next).value_or(false);
    }
    writer.write(packed, text);
    writer.finish(packed);
    rows_ = reader.rows();
    return encoding::gunzip(packed, 100'000'000).value_or("damaged");
  }

  static std::vector<RowStyle> styles() {
    std::vector<RowStyle> all(5);
    all[1].form = all[2].form = all[3].form = all[4].form = RowForm::csv;
    all[2].timezone = base::TimeZone::find("Europe/Stockholm").value();
    all[3].dialect.separator = ';';
    all[4].dialect.raw = true;
    return all;
  }

  static constexpr int conversations = 12;
  std::mt19937_64 random_{20'26};
  std::int64_t next_id_ = 1;
  std::int64_t rows_ = 0;
  std::size_t largest_ = 0;
  int pieces_ = 0;
  DayQueue queue_;
  account::testing::TestStore store_{{{"pages", &page_filter::match_new_pages},
                                      {"facts", &refresh_facts},
                                      {"stamps", &conversation::stamp_touched},
                                      {"counters", &account::save_counters},
                                      {"changes", &change::append}},
                                     GetParam()};
  BlockFileWriter writer_{store_.database().files()};
};

INSTANTIATE_TEST_SUITE_P(Store, RowReaderTest, ::testing::Bool(), account::testing::store_kind);

TEST_P(RowReaderTest, BlocksHoldTheBytesOfTheFacts) {
  for (const RowStyle& style : styles()) EXPECT_EQ(read(all(), style), from_facts(all(), style));
  build_all();
  EXPECT_EQ(whole_days(), days);
  static const store::Sql count("SELECT count(*) FROM statistics_block WHERE day = 18266");
  EXPECT_GE(store_.number(count), 2) << "the day of several blocks";
  for (const RowStyle& style : styles()) EXPECT_EQ(read(all(), style), from_facts(all(), style));
  EXPECT_EQ(rows_, next_id_ - 1);
}

TEST_P(RowReaderTest, AnySpanInAnyPiecesIsTheSame) {
  for (const int day : {1, 2, 4, 5, 9}) build(day);
  for (int round = 0; round < 60; ++round) {
    std::int64_t from = random(days * day_ms);
    std::int64_t to = from + random(days * day_ms - from);
    // Every other end lies on a day's edge.
    if (random(2) == 0) from -= from % day_ms;
    if (random(2) == 0) to += day_ms - to % day_ms - random(2);
    const Query query = span(from, to);
    for (const RowStyle& style : styles()) {
      const auto wanted = static_cast<std::size_t>(1 + random(20'000));
      EXPECT_EQ(read(query, style, wanted), from_facts(query, style)) << from << ' ' << to << ' ' << wanted;
    }
  }
}

TEST_P(RowReaderTest, DeflatedBlocksUnpackToTheSame) {
  for (const int day : {0, 1, 2, 4, 5, 6, 9}) build(day);
  for (const RowStyle& style : styles()) {
    pieces_ = 0;
    EXPECT_EQ(read_packed(all(), style, limits::stream_chunk_bytes), from_facts(all(), style));
    EXPECT_EQ(rows_, next_id_ - 1);
    const bool is_in_blocks = style.timezone.is_utc() && style.dialect.separator == ',' && !style.dialect.raw;
    EXPECT_EQ(pieces_ >= 3, is_in_blocks) << pieces_;
  }
  for (int round = 0; round < 30; ++round) {
    const std::int64_t from = random(days * day_ms);
    const Query query = span(from, from + random(days * day_ms - from));
    const auto wanted = static_cast<std::size_t>(1 + random(20'000));
    EXPECT_EQ(read_packed(query, {}, wanted), from_facts(query, {})) << wanted;
  }
}

TEST_P(RowReaderTest, ASlowReaderGetsLittle) {
  build_all();
  largest_ = 0;
  EXPECT_EQ(read(all(), {}, 8'192), from_facts(all(), {}));
  EXPECT_LE(largest_, 8'192 + 20'000U) << "a row above what was wanted";
}

TEST_P(RowReaderTest, BlocksThatComeAndGoBetweenTwoBatchesChangeNothing) {
  const std::string expected = from_facts(all(), {});
  for (int round = 0; round < 10; ++round) {
    const auto disturb = [&] {
      const auto day = static_cast<int>(random(days));
      if (random(2) == 0) {
        build(day);
        return;
      }
      ASSERT_TRUE(store_.write(
          [&](WriteUnit& unit) { return forget_days(unit, sid, 0, at(day * day_ms + random(day_ms))); }));
    };
    EXPECT_EQ(read(all(), {}, static_cast<std::size_t>(1 + random(40'000)), disturb), expected);
  }
}

TEST_P(RowReaderTest, SomeAgentsRowsAreTakenOutOfBlocks) {
  for (const int day : {0, 1, 2, 4, 5, 9}) build(day);
  for (int round = 0; round < 40; ++round) {
    const std::int64_t from = round % 4 == 0 ? 0 : random(days * day_ms);
    Query query = span(from, round % 4 == 0 ? days * day_ms - 1 : from + random(days * day_ms - from));
    query.agent_ids.emplace();
    for (std::int64_t agent = 0; agent < 5; ++agent) {
      if (random(3) == 0) query.agent_ids->push_back(agent);
    }
    for (const RowStyle& style : styles()) {
      const auto wanted = static_cast<std::size_t>(1 + random(round % 2 == 0 ? 1'000 : 300'000));
      EXPECT_EQ(read(query, style, wanted), from_facts(query, style)) << from << ' ' << wanted;
    }
  }
}

TEST_P(RowReaderTest, FilesThatAreGoneOrCutShortAreMadeAgain) {
  const std::string expected = from_facts(all(), {});
  build_all();
  const auto listed = files().list();
  ASSERT_EQ(listed.size(), 1U);
  const std::string path = store_.location().directory + "/blocks/" + listed[0].name;
  for (const bool is_cut : {true, false}) {
    if (is_cut) {
      std::filesystem::resize_file(path, listed[0].bytes / 2);
    } else {
      std::filesystem::remove(path);
    }
    EXPECT_EQ(read(all(), {}), expected);
    EXPECT_EQ(whole_days(), days) << "nobody wrote";
    queue_.ask(8, first_day);
    std::vector<int> lost;
    for (auto entry = queue_.take(); entry->sid == sid; entry = queue_.take()) {
      lost.push_back(static_cast<int>((entry->day - first_day).count()));
    }
    EXPECT_EQ(lost, is_cut ? std::vector({4, 5, 6, 7, 8, 9}) : std::vector({0, 1, 3}));
    for (const int day : lost) {
      EXPECT_TRUE(build(day));
      EXPECT_FALSE(build(day)) << "once";
    }
    EXPECT_EQ(read(all(), {}), expected);
    EXPECT_EQ(read_packed(all(), {}, limits::stream_chunk_bytes), expected);
  }
}

TEST_P(RowReaderTest, AWriteToAFactForgetsItsDays) {
  build_all();
  label("V3", "late");
  EXPECT_LT(whole_days(), days);
  EXPECT_EQ(read(all(), {}), from_facts(all(), {}));
  EXPECT_NE(read(all(), {}).find("\"labels\":[\"late\"]"), std::string::npos);
  build_all();
  EXPECT_EQ(whole_days(), days);
  EXPECT_EQ(read(all(), {}), from_facts(all(), {}));
}

TEST_P(RowReaderTest, AChatThatMovesToAnotherDayForgetsBoth) {
  build_all();
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return put_chat(unit, 1'000, 6 * day_ms); }));
  EXPECT_EQ(whole_days(), days - 1);
  build_all();
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return put_chat(unit, 1'000, 8 * day_ms); }));
  EXPECT_EQ(whole_days(), days - 2);
  EXPECT_EQ(read(all(), {}), from_facts(all(), {}));
}

TEST_P(RowReaderTest, AChangeWhileADayIsBeingMadeLeavesItUnmade) {
  const Day day = first_day + std::chrono::days(4);
  const auto begin = [&] { return store_.write([&](WriteUnit& unit) { return begin_day(unit, sid, day); }); };
  EXPECT_TRUE(begin().value());
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) { return put_chat(unit, 1'000, 4 * day_ms + 5); }));
  const auto keep = [&] {
    return store_.write([&](WriteUnit& unit) { return keep_block(unit, sid, day, BlockEntry{}); });
  };
  EXPECT_FALSE(keep().value());
  EXPECT_FALSE(store_.write([&](WriteUnit& unit) { return finish_day(unit, sid, day); }).value());
  EXPECT_EQ(whole_days(), 0);
  EXPECT_TRUE(build(4)) << "and the next one makes it";
  EXPECT_FALSE(build(4)) << "once";
  EXPECT_FALSE(keep().value()) << "nobody adds to a whole day";
}

TEST_P(RowReaderTest, AsksForClosedDaysThatHaveNoBlocks) {
  build(0);
  ASSERT_TRUE(store_.write([&](WriteUnit& unit) {
    const auto tomorrow = base::SystemClock().now() + std::chrono::days(1) - at(0);
    return put_chat(unit, 1'000, tomorrow.count());
  }));
  Query query = all();
  query.to = base::last_timestamp;
  read(query, {});
  for (const int day : {1, 3, 4, 5, 6, 7, 8, 9}) {
    EXPECT_EQ(queue_.take(), (DayQueue::Entry{sid, first_day + std::chrono::days(day)}));
  }
  query.agent_ids = {1, 2};
  read(query, {});
  queue_.ask(8, first_day);
  EXPECT_EQ(queue_.take()->sid, 8) << "no more: neither tomorrow's nor those of a filtered answer";
}

TEST_P(RowReaderTest, AnAccountThatIsGoingGetsNoBlocks) {
  ASSERT_TRUE(
      store_.write([](WriteUnit& unit) { return account::set_state(unit, sid, account::State::removing); }));
  EXPECT_FALSE(build(1));
}

}  // namespace
}  // namespace parley::statistics
