#include "transfer/record_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "transfer/record_writer.hpp"
#include "transfer/transfer_test_support.hpp"

namespace parley::transfer {
namespace {

using testing::header_line;
using testing::replaced;

constexpr std::string_view agent_line =
    R"({"kind":"agent","agentID":5,"sid":1,"agentName":"Åsa","agentEmail":"asa@example.org","agentPicture":"https://example.org/a.png","agentLastActive":"2020-01-01T00:00:00.000Z","department":"Support","isBackOffice":"1","groups":"Sales,Support","removed":true})";
constexpr std::string_view filter_line =
    R"({"kind":"pageFilter","id":3,"sid":1,"searchFilter":"100%","searchName":"Name","matchType":"prefix"})";
constexpr std::string_view conversation_line =
    R"({"kind":"conversation","sid":1,"conversationID":"V18446744073709551617","date":"2020-01-01T00:00:00.000Z","trafficType":"Direct","se_type":"","last_visit":"2020-01-02T00:00:00.000Z","browser":"Chrome 50.0.0","os":"OS X","user_city":"Åre","user_country":"Sweden","exitPage":"https://example.org/"})";
constexpr std::string_view message_line =
    R"({"kind":"message","id":7,"sid":1,"conversationID":"V1","from":"Åsa","message":"Hej \"du\"\n😀","date":"2020-01-01T00:00:00.001Z","agentID":5})";
constexpr std::string_view tag_line =
    R"({"kind":"tag","sid":1,"conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","tag":"John","type":0})";
constexpr std::string_view label_line =
    R"({"kind":"label","conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","label":"Support"})";
constexpr std::string_view card_line =
    R"({"kind":"card","dataID":"1","data":"Name: John","sid":1,"conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","updatedDate":"2021-01-01T00:00:00.000Z"})";
constexpr std::string_view chat_line =
    R"({"kind":"chat","channel":"V1","agentName":"Åsa","agentEmail":null,"referral":"Direct","searchEngine":"","exitPage":"https://example.org/","browser":"Chrome 50.0.0","os":"OS X","city":"Åre","country":"Sweden","labels":["a","b"],"tags":[],"duration":100000,"rating":4,"responseTime":null,"startedAt":"2020-01-01T00:00:00.000Z","chatID":9,"agentID":5,"endedAt":"2020-01-01T00:01:40.000Z"})";
constexpr std::string_view all_lines[] = {agent_line, filter_line, conversation_line, message_line,
                                          tag_line,   label_line,  card_line,         chat_line};

/// A parser that has had its header.
struct Parser : RecordParser {
  Parser() { EXPECT_TRUE(parse(header_line, 1)); }
};

std::string refusal(std::string_view line) {
  Parser parser;
  const auto record = parser.parse(line, 12);
  if (record) return "taken";
  EXPECT_EQ(record.error().code, base::ErrorCode::invalid_argument);
  return record.error().public_text;
}

template <typename T>
T taken(std::string_view line) {
  Parser parser;
  auto record = parser.parse(line, 2);
  EXPECT_TRUE(record) << record.error().public_text;
  if (!record || !std::holds_alternative<T>(*record)) return {};
  return std::get<T>(*std::move(record));
}

TEST(RecordReader, EveryKindIsWrittenAsItWasRead) {
  Parser parser;
  for (const std::string_view line : all_lines) {
    const auto record = parser.parse(line, 2);
    ASSERT_TRUE(record) << record.error().public_text;
    std::string out;
    append_line(out, 1, *record);
    EXPECT_EQ(out, std::string(line) + "\n");
  }
  EXPECT_TRUE(parser.unknown_keys().empty());
}

TEST(RecordReader, HeaderSaysWhatTheBundleIs) {
  RecordParser parser;
  const auto record = parser.parse(header_line, 1);
  ASSERT_TRUE(record);
  const auto& header = std::get<BundleHeader>(*record);
  EXPECT_EQ(header.sid, 1);
  EXPECT_EQ(header.name, "Test");
  EXPECT_EQ(header.timezone, "UTC");
}

TEST(RecordReader, TheFirstLineMustBeTheHeader) {
  RecordParser parser;
  const auto record = parser.parse(agent_line, 1);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().public_text,
            "line 1: kind: got \"agent\", expected \"bundle\": a bundle's first line says what it is");
  RecordParser newer;
  const auto header = newer.parse(replaced(std::string(header_line), "\"version\":1", "\"version\":2"), 1);
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().public_text, "line 1: version: got 2, expected a whole number from 1 to 1");
  EXPECT_EQ(refusal(header_line), "line 12: kind: got \"bundle\" again, expected it on the first line only");
}

TEST(RecordReader, KeysInAnyOrderAndWithoutSid) {
  const auto label = taken<LabelRecord>(
      R"( { "label" : "x", "createdDate":"2020-01-01T01:00:00+01:00" , "kind":"label", "conversationID":"V2", "sid": 1 } )");
  EXPECT_EQ(label.label.label, "x");
  EXPECT_EQ(label.conversation_id, "V2");
  EXPECT_EQ(base::epoch_ms(label.label.created_at), 1577836800000);
  for (const std::string_view line : all_lines) {
    EXPECT_EQ(refusal(replaced(std::string(line), "\"sid\":1,", "")), "taken");
    if (line.find("\"sid\":1") == std::string_view::npos) continue;
    EXPECT_EQ(refusal(replaced(std::string(line), "\"sid\":1", "\"sid\":2")),
              "line 12: sid: got 2, expected a whole number from 1 to 1");
  }
}

TEST(RecordReader, UnknownKeysAreLeftOutAndCounted) {
  Parser parser;
  const std::string line = replaced(std::string(label_line), "\"label\":\"Support\"",
                                    R"("label":"Support","mood":1,"mood":2,"nested":{"a":[null]})");
  ASSERT_TRUE(parser.parse(line, 2));
  ASSERT_TRUE(parser.parse(line, 3));
  EXPECT_EQ(parser.unknown_keys(), (UnknownKeys{{"label.mood", 4}, {"label.nested", 2}}));
}

TEST(RecordReader, UnknownKeysFillNoMemory) {
  Parser parser;
  const auto many = static_cast<int>(limits::bundle_unknown_keys) + 10;
  for (int i = 0; i < many; ++i) {
    const std::string line =
        replaced(std::string(label_line), "\"label\":", "\"k" + std::to_string(i) + "\":0,\"label\":");
    ASSERT_TRUE(parser.parse(line, 2));
  }
  EXPECT_EQ(parser.unknown_keys().size(), limits::bundle_unknown_keys + 1);
  EXPECT_EQ(parser.unknown_keys().at("…"), 10);
}

TEST(RecordReader, AKnownKeyComesOnce) {
  EXPECT_EQ(refusal(replaced(std::string(label_line), "\"label\":", "\"label\":\"x\",\"label\":")),
            "line 12: label: came twice in one line, expected once");
}

TEST(RecordReader, NoRecordAtAll) {
  EXPECT_TRUE(refusal("").starts_with("line 12: "));
  EXPECT_TRUE(refusal("{").starts_with("line 12: "));
  EXPECT_TRUE(refusal(std::string(label_line) + std::string(label_line)).starts_with("line 12: "));
  EXPECT_EQ(refusal("[]"), "line 12: got no JSON object, expected one record a line");
  EXPECT_TRUE(refusal("{}").starts_with("line 12: kind: missing, expected bundle, agent"));
  EXPECT_TRUE(refusal(R"({"kind":1})").starts_with("line 12: kind: got no text"));
  EXPECT_TRUE(refusal(R"({"kind":"Label"})").starts_with("line 12: kind: got \"Label\", expected bundle"));
}

/// A value, in place of another, and what the refusal says.
struct Bad {
  std::string_view line;
  std::string_view from;
  std::string_view to;
  std::string_view says;
};

constexpr Bad bad_values[] = {
    {agent_line, "\"agentID\":5", "\"agentID\":\"5\"", "agentID: got \"5\", expected a whole number"},
    {agent_line, "\"agentID\":5", "\"agentID\":0", "agentID: got 0"},
    {agent_line, "\"agentID\":5", "\"agentID\":9007199254740992", "agentID: got 9007199254740992"},
    {agent_line, "\"agentID\":5", "\"agentID\":5.0", "agentID: got the number 5"},
    {agent_line, "\"agentID\":5", "\"agentID\":18446744073709551615", "agentID: got 18446744073709551615"},
    {agent_line, "\"agentName\":\"Åsa\",", "", "agentName: missing, expected a text"},
    {agent_line, "\"isBackOffice\":\"1\"", "\"isBackOffice\":1", "isBackOffice: got 1, expected a text"},
    {agent_line, "\"isBackOffice\":\"1\"", "\"isBackOffice\":\"2\"",
     "isBackOffice: got \"2\", expected the text"},
    {agent_line, "\"isBackOffice\":\"1\"", "\"isBackOffice\":\"\"",
     "isBackOffice: got \"\", expected the text"},
    {agent_line, "\"groups\":\"Sales,Support\"", "\"groups\":[\"Sales\"]",
     "groups: got an array, expected a text"},
    {agent_line, "\"removed\":true", "\"removed\":1", "removed: got 1, expected true or false"},
    {agent_line, "2020-01-01T00", "2020-01-01 00", "agentLastActive: got \"2020-01-01 00"},
    {filter_line, "\"prefix\"", "\"LIKE\"", "matchType: got \"LIKE\", expected like, exact, prefix or regex"},
    {filter_line, "\"id\":3", "\"id\":null", "id: got null"},
    {conversation_line, "V18446744073709551617", "18446744073709551617", "conversationID: got \"1844"},
    {conversation_line, "V18446744073709551617", "V",
     "conversationID: got \"V\", expected a conversation id"},
    {conversation_line, "2020-01-01", "2020-02-30",
     "date: got \"2020-02-30T00:00:00.000Z\", expected a date"},
    {conversation_line, "\"user_city\":\"Åre\"", "\"user_city\":null",
     "user_city: got null, expected a text"},
    {message_line, "\"id\":7", "\"id\":0", "id: got 0"},
    {message_line, "\"agentID\":5", "\"agentID\":-1", "agentID: got -1"},
    {message_line, ",\"agentID\":5", "", "agentID: missing, expected an agent's id, 0"},
    {message_line, "\"message\":\"Hej \\\"du\\\"\\n😀\"", "\"message\":5", "message: got 5, expected a text"},
    {message_line, "2020-01-01T00:00:00.001Z", "yesterday",
     "date: got \"yesterday\", expected a date and time"},
    {message_line, "\"2020-01-01T00:00:00.001Z\"", "1577836800",
     "date: got 1577836800, expected a date and time"},
    {tag_line, "\"type\":0", "\"type\":2", "type: got 2, expected a whole number from 0 to 1"},
    {card_line, "\"dataID\":\"1\"", "\"dataID\":1", "dataID: got 1, expected a text"},
    {card_line, "\"data\":\"Name: John\"", "\"data\":{\"a\":1}", "data: got an object, expected a text"},
    {chat_line, "\"rating\":4", "\"rating\":0", "rating: got 0, expected a whole number from 1 to 5"},
    {chat_line, "\"rating\":4", "\"rating\":6", "rating: got 6, expected a whole number from 1 to 5"},
    {chat_line, "\"duration\":100000", "\"duration\":-1", "duration: got -1"},
    {chat_line, "[\"a\",\"b\"]", "[\"a\",1]", "labels: got an array, expected an array of"},
    {chat_line, "[\"a\",\"b\"]", "null", "labels: got null, expected an array of"},
    {chat_line, "2020-01-01T00:01:40", "2019-01-01T00:01:40",
     "endedAt: got \"2019-01-01T00:01:40.000Z\", expected no"},
    {chat_line, "\"chatID\":9", "\"chatID\":null", "chatID: got null, expected a whole number"},
};

TEST(RecordReader, BadValuesAreNamedWithTheirLine) {
  for (const Bad& bad : bad_values) {
    const std::string line = replaced(std::string(bad.line), bad.from, bad.to);
    ASSERT_NE(line, bad.line) << bad.from;
    EXPECT_TRUE(refusal(line).starts_with("line 12: " + std::string(bad.says))) << refusal(line) << "\n"
                                                                                << bad.says;
  }
}

TEST(RecordReader, WhatPeopleWroteIsNotRepeated) {
  const std::string long_data =
      replaced(std::string(card_line), "Name: John", std::string(limits::card_bytes + 1, 's'));
  EXPECT_EQ(refusal(long_data), "line 12: data: got 262145 bytes, expected at most 262144");
  const std::string long_id = replaced(std::string(card_line), "\"V1\"", "\"" + std::string(500, 'x') + "\"");
  EXPECT_TRUE(
      refusal(long_id).starts_with("line 12: conversationID: got \"" + std::string(100, 'x') + "\"…,"));
}

TEST(RecordReader, TextsAreTakenUpToTheirLimit) {
  const std::pair<std::string_view, std::pair<std::string_view, std::size_t>> limited[] = {
      {message_line, {"Hej \\\"du\\\"\\n😀", limits::message_bytes}},
      {card_line, {"Name: John", limits::card_bytes}},
      {label_line, {"Support", limits::short_text_bytes}},
      {agent_line, {"https://example.org/a.png", limits::url_bytes}},
      {filter_line, {"100%", limits::page_filter_pattern_bytes}}};
  for (const auto& [line, text] : limited) {
    EXPECT_EQ(refusal(replaced(std::string(line), text.first, std::string(text.second, 'x'))), "taken");
    EXPECT_NE(refusal(replaced(std::string(line), text.first, std::string(text.second + 1, 'x'))), "taken");
  }
}

TEST(RecordReader, NoNulAndNoHalfCharacters) {
  EXPECT_EQ(refusal(replaced(std::string(label_line), "Support", "a\\u0000b")),
            "line 12: label: got a text with U+0000, expected one without");
  EXPECT_EQ(refusal(replaced(std::string(label_line), "Support", "a\\\\u0000b")), "taken");
  EXPECT_TRUE(
      refusal(replaced(std::string(chat_line), "\"a\"", "\"\\u0000\"")).starts_with("line 12: labels: "));
  EXPECT_TRUE(refusal(replaced(std::string(label_line), "Support", "\\ud800")).starts_with("line 12: "));
  EXPECT_TRUE(
      refusal(replaced(std::string(label_line), "Support", "\\udc00\\ud800")).starts_with("line 12: "));
  EXPECT_TRUE(refusal(replaced(std::string(label_line), "Support", "\xff")).starts_with("line 12: "));
  EXPECT_EQ(refusal(replaced(std::string(label_line), "Support", "\\ud83d\\ude00")), "taken");
}

TEST(RecordReader, NullAndImpossibleDatesAreToldApart) {
  constexpr std::string_view date = "\"2020-01-01T00:00:00.000Z\"";
  for (const char* impossible : {"null", "\"2020-00-00T00:00:00.000Z\"", "\"2021-02-29T00:00:00Z\"",
                                 "\"2020-01-01T25:00:00+01:00\"", "\"2020-01-01T00:99:00.5Z\""}) {
    EXPECT_FALSE(taken<LabelRecord>(replaced(std::string(label_line), date, impossible)).has_date)
        << impossible;
    EXPECT_FALSE(taken<TagRecord>(replaced(std::string(tag_line), date, impossible)).has_date) << impossible;
    const auto card = taken<CardRecord>(replaced(std::string(card_line), date, impossible));
    EXPECT_FALSE(card.has_created_date) << impossible;
    EXPECT_TRUE(card.has_updated_date);
    EXPECT_FALSE(taken<ChatRecord>(replaced(std::string(chat_line), date, impossible)).has_start)
        << impossible;
    EXPECT_TRUE(
        refusal(replaced(std::string(conversation_line), date, impossible)).starts_with("line 12: date: "));
  }
  EXPECT_TRUE(taken<LabelRecord>(label_line).has_date);
  for (const char* bad :
       {"\"\"", "\"2020-01-01\"", "\"2020-01-01T00:00:00.000\"", "\"2020-01-xxT00:00:00Z\"", "5"}) {
    EXPECT_TRUE(refusal(replaced(std::string(label_line), date, bad)).starts_with("line 12: createdDate: "))
        << bad;
  }
  const auto visit = taken<ConversationRecord>(
      replaced(std::string(conversation_line), "\"2020-01-02T00:00:00.000Z\"", "null"));
  EXPECT_TRUE(visit.is_last_visit_unknown);
  EXPECT_FALSE(visit.last_visit_at);
}

TEST(RecordReader, WhatMayBeUnknownMayBeLeftOut) {
  const auto agent = taken<AgentRecord>(R"({"kind":"agent","agentID":1,"agentName":"A"})").agent;
  EXPECT_EQ(agent, (agent::Agent{1, "A", "", "", {}, "", false, "", false}));
  const auto conversation = taken<ConversationRecord>(
      R"({"kind":"conversation","conversationID":"V1","date":"2020-01-01T00:00:00Z"})");
  EXPECT_FALSE(conversation.browser);
  EXPECT_FALSE(conversation.last_visit_at);
  EXPECT_FALSE(conversation.is_last_visit_unknown);
  const auto chat = taken<ChatRecord>(R"({"kind":"chat","channel":"V1","startedAt":"2020-01-01T00:00:00Z"})");
  EXPECT_EQ(chat.agent_reference, AgentReference::by_email);
  EXPECT_EQ(chat.fact.visitor.browser, "Other 0.0.0");
  EXPECT_EQ(chat.fact.visitor.city, "");
  EXPECT_TRUE(chat.is_given);
  EXPECT_FALSE(chat.chat_id);
}

TEST(RecordReader, AChatSaysNobodyByNull) {
  const auto chat = taken<ChatRecord>(replaced(std::string(chat_line), "\"agentID\":5", "\"agentID\":null"));
  EXPECT_EQ(chat.agent_reference, AgentReference::by_id);
  EXPECT_FALSE(chat.fact.agent_id);
}

TEST(RecordReader, WhoWroteAMessage) {
  EXPECT_EQ(taken<MessageRecord>(message_line).message.agent_id, 5);
  EXPECT_EQ(taken<MessageRecord>(replaced(std::string(message_line), ":5}", ":0}")).message.agent_id, 0);
  EXPECT_EQ(taken<MessageRecord>(replaced(std::string(message_line), ":5}", ":null}")).message.agent_id,
            std::nullopt);
}

}  // namespace
}  // namespace parley::transfer
