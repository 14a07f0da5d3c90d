#include "transfer/export.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "conversation/message.hpp"
#include "transfer/record_writer.hpp"
#include "transfer/transfer_test_support.hpp"

namespace parley::transfer {
namespace {

using base::Result;
using base::Task;
using testing::body_of;
using testing::bundle_of;
using testing::contains;
using testing::replaced;
using testing::TestStore;

/// A bundle by chance, in which everything is said, once, so that its export has the same lines.
class RandomBundle {
 public:
  explicit RandomBundle(std::uint64_t seed) : random_(seed) {
    for (int i = below(4); i >= 0; --i) add_agent();
    for (int i = below(4); i > 0; --i) add_filter();
    for (int i = below(6) + 1; i > 0; --i) add_conversation();
  }

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  int below(int end) { return static_cast<int>(random_() % static_cast<std::uint64_t>(end)); }

  std::string text() {
    static constexpr const char* texts[] = {
        "",       "x",          "Åre, \"city\"", "a\nb\tc\u0001", "😀 emoji",
        "日本語", "=1+1;,\r\n", "\\u0000",       "السلام عليكم",  "</script>"};
    return texts[below(10)];
  }
  /// A text that this bundle has not had: tags and labels are kept once.
  std::string fresh_text() { return text() + std::to_string(++fresh_); }

  base::Timestamp time() {
    if (below(20) == 0) return below(2) == 0 ? base::first_timestamp : base::last_timestamp;
    // Few, so that many are equal.
    return base::from_epoch_ms(1'600'000'000'000 + below(50));
  }

  std::int64_t fresh_id() {
    if (below(10) == 0) return (std::int64_t{1} << 53) - ++fresh_;
    return ++fresh_;
  }

  void add(const Record& record) {
    std::string line;
    append_line(line, 1, record);
    lines_.push_back(std::move(line));
  }

  void add_agent() {
    agent::Agent agent{fresh_id(), text(),        text() + "@example.org", text(),       {},
                       text(),     below(2) == 0, "Sales,Support",         below(3) == 0};
    if (below(2) == 0) agent.last_active_at = time();
    agents_.push_back(agent.agent_id);
    add(AgentRecord{std::move(agent)});
  }

  void add_filter() {
    static constexpr page_filter::MatchType types[] = {
        page_filter::MatchType::like, page_filter::MatchType::exact, page_filter::MatchType::prefix,
        page_filter::MatchType::regex};
    add(PageFilterRecord{{fresh_id(), text(), "example.org", types[below(4)]}});
  }

  void add_conversation() {
    const std::string id = "V" + std::to_string(below(10)) + std::to_string(++fresh_) + std::string(20, '7');
    add(ConversationRecord{{id, time()},
                           text(),
                           text(),
                           time(),
                           false,
                           text(),
                           text(),
                           text(),
                           text(),
                           "https://example.org/" + text()});
    for (int i = below(8); i > 0; --i) add_message(id);
    std::vector<std::pair<base::Timestamp, std::string>> labels;
    std::vector<std::pair<base::Timestamp, std::string>> tags;
    for (int i = below(4); i > 0; --i) {
      labels.emplace_back(time(), fresh_text());
      add(LabelRecord{id, {labels.back().first, labels.back().second}});
    }
    for (int i = below(4); i > 0; --i) {
      tags.emplace_back(time(), fresh_text());
      add(TagRecord{id, {tags.back().first, tags.back().second, visitor::TagType::ordinary}});
    }
    if (below(2) == 0) add(TagRecord{id, {time(), fresh_text(), visitor::TagType::name}});
    for (int i = below(3); i > 0; --i) {
      const auto created_at = time();
      add(CardRecord{id, {fresh_text(), text(), created_at, std::max(created_at, time())}});
    }
    std::ranges::sort(labels);
    std::ranges::sort(tags);
    for (int i = below(4); i > 0; --i) add_chat(id, labels, tags);
  }

  void add_message(const std::string& id) {
    conversation::Message message{fresh_id(), id, text(), text(), time(), {}};
    if (below(3) == 0) {
      message.text = R"({"type":"visitorJoin","currentPage":"https://example.org/join"})";
    } else {
      message.agent_id =
          below(2) == 0 ? 0 : agents_[static_cast<std::size_t>(below(static_cast<int>(agents_.size())))];
    }
    add(MessageRecord{std::move(message)});
  }

  void add_chat(const std::string& id, const std::vector<std::pair<base::Timestamp, std::string>>& labels,
                const std::vector<std::pair<base::Timestamp, std::string>>& tags) {
    ChatRecord chat;
    chat.chat_id = fresh_id();
    chat.conversation_id = id;
    chat.started_at = time();
    chat.ended_at = std::max(chat.started_at, time());
    if (below(2) == 0) chat.rating = below(5) + 1;
    chat.agent_reference = AgentReference::by_id;
    if (below(2) == 0) chat.fact.agent_id = agents_.front();
    if (below(2) == 0) chat.fact.agent_name = text();
    if (below(2) == 0) chat.fact.agent_email = text();
    chat.fact.visitor = {text(), text(), {}, text(), text(), text(), text(), text()};
    if (below(2) == 0) chat.fact.duration_ms = below(100'000);
    if (below(2) == 0) chat.fact.response_time_ms = below(100'000);
    for (const auto& label : labels) chat.labels.push_back(label.second);
    for (const auto& tag : tags) chat.tags.push_back(tag.second);
    add(chat);
  }

  std::mt19937_64 random_;
  std::int64_t fresh_ = 0;
  std::vector<std::int64_t> agents_;
  std::vector<std::string> lines_;
};

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
  std::ranges::sort(lines);
  return lines;
}

TEST(Export, GivesBackWhatWasImported) {
  TestStore store;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<std::string> lines = RandomBundle(seed).lines();
    std::string text;
    for (const std::string& line : lines) text += line;
    const auto sid = static_cast<std::int64_t>(seed) * 10;
    const auto report = store.import(bundle_of(text), {sid, {}});
    ASSERT_TRUE(report) << report.error().public_text;
    EXPECT_EQ(report->label_differences + report->tag_differences + report->agents_made, 0);
    const std::string first = store.exported(sid);
    std::ranges::sort(lines);
    EXPECT_EQ(sorted_lines(replaced(body_of(first), "\"sid\":" + std::to_string(sid), "\"sid\":1")), lines);

    const std::int64_t number = store.last_number(sid);
    ASSERT_TRUE(store.import(first));
    EXPECT_EQ(store.last_number(sid), number);
    EXPECT_EQ(body_of(store.exported(sid)), body_of(first));

    ASSERT_TRUE(store.import(first, {sid + 1, {}}));
    EXPECT_EQ(replaced(body_of(store.exported(sid + 1)), "\"sid\":" + std::to_string(sid + 1),
                       "\"sid\":" + std::to_string(sid)),
              body_of(first));
  }
}

TEST(Export, NamesWhatItLeavesOut) {
  TestStore store;
  ASSERT_TRUE(store.import(bundle_of("")));
  ExportReport report;
  EXPECT_EQ(body_of(store.exported(1, &report)), "");
  EXPECT_EQ(report.records, 1);
  std::string left_out;
  for (const std::string& note : report.left_out) left_out += note + "\n";
  for (const char* part : {"API keys", "origins", "change log"})
    EXPECT_TRUE(contains(left_out, part)) << part;
}

TEST(Export, AnAccountThatIsNotWholeIsNotFound) {
  TestStore store;
  ASSERT_TRUE(store.import(bundle_of("")));
  store.write([](store::WriteUnit& unit) { return account::set_state(unit, 1, account::State::filling); });
  for (const std::int64_t sid : {1, 2}) {
    auto out = encoding::LineWriter::create(store / "none.ndjson");
    ASSERT_TRUE(out);
    const auto done = base::block_on(export_account(store.database(), sid, *out, {}));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, base::ErrorCode::not_found);
  }
}

std::string conversation_line(int number, std::string_view date) {
  return R"({"kind":"conversation","conversationID":"V)" + std::to_string(number) + R"(","date":")" +
         std::string(date) + "\"}\n";
}

std::string rows_of(int number) {
  const std::string id = "V" + std::to_string(number);
  return R"({"kind":"message","id":)" + std::to_string(number) + R"(,"conversationID":")" + id +
         R"(","from":"x","message":"x","date":"2020-01-01T00:00:00.000Z","agentID":0})" + "\n" +
         R"({"kind":"label","label":"l","conversationID":")" + id +
         R"(","createdDate":"2020-01-01T00:00:00.000Z"})" + "\n" +
         R"({"kind":"chat","labels":["l"],"channel":")" + id +
         R"(","startedAt":"2020-01-01T00:00:00.000Z"})" + "\n";
}

TEST(Export, OfAnAccountAtWorkCanBeImported) {
  TestStore store;
  constexpr int conversations = 1'300;
  std::string lines;
  for (int i = 1; i <= conversations; ++i) {
    lines +=
        conversation_line(i, i == conversations ? "2021-01-01T00:00:00.000Z" : "2020-01-01T00:00:00.000Z");
    lines += rows_of(i);
  }
  ASSERT_TRUE(store.import(bundle_of(lines)));
  // While it is under way: one conversation is made, and the last one moves to a place that the first pass
  // has left.
  const std::string meanwhile =
      bundle_of(conversation_line(5'000, "2019-01-01T00:00:00.000Z") + rows_of(5'000) +
                conversation_line(conversations, "2019-01-01T00:00:00.000Z"));
  int calls = 0;
  const auto progress = [&](const Progress&) {
    if (++calls == 1) std::thread([&] { EXPECT_TRUE(store.import(meanwhile)); }).join();
  };
  auto out = encoding::LineWriter::create(store / "busy.ndjson");
  ASSERT_TRUE(out);
  const auto report = base::block_on(export_account(store.database(), 1, *out, progress));
  ASSERT_TRUE(report) << report.error().public_text;
  ASSERT_TRUE(out->finish());
  EXPECT_GT(calls, 1);

  auto bundle = encoding::LineReader::open(store / "busy.ndjson");
  ASSERT_TRUE(bundle);
  const auto imported = base::block_on(import_bundle(store.database(), *std::move(bundle), {2, {}}));
  ASSERT_TRUE(imported) << imported.error().public_text;
  EXPECT_EQ(imported->counts.conversations.created, conversations);
  EXPECT_EQ(imported->counts.messages.created, conversations);
  EXPECT_EQ(imported->counts.labels.created, conversations);
  EXPECT_EQ(imported->counts.chats.created, conversations);
  EXPECT_FALSE(contains(store.exported(2), "\"V5000\""));
}

TEST(Export, ALongConversationTakesManyBatches) {
  TestStore store;
  std::string lines = conversation_line(1, "2020-01-01T00:00:00.000Z");
  for (int i = 1; i <= 1'100; ++i)
    lines += replaced(std::string(rows_of(1)).substr(0, rows_of(1).find('\n') + 1), "\"id\":1,",
                      "\"id\":" + std::to_string(i) + ",");
  const std::string long_text(50'000, 'x');
  for (int i = 2'001; i <= 2'010; ++i) {
    lines += replaced(replaced(rows_of(1).substr(0, rows_of(1).find('\n') + 1), "\"id\":1,",
                               "\"id\":" + std::to_string(i) + ","),
                      "\"message\":\"x\"", "\"message\":\"" + long_text + "\"");
  }
  ASSERT_TRUE(store.import(bundle_of(lines)));
  ExportReport report;
  const std::string exported = store.exported(1, &report);
  EXPECT_EQ(report.messages, 1'110);
  const auto again = store.import(exported, {2, {}});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->counts.messages.created, 1'110);
}

}  // namespace
}  // namespace parley::transfer
