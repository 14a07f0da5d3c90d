#include "http/head_writer.hpp"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

HeaderFields field(std::string_view name, std::string_view value) {
  HeaderFields fields;
  fields.add(name, value);
  return fields;
}

std::string head_of(const Response& response, const HeadFacts& facts) {
  std::string head;
  append_head(head, response, facts);
  return head;
}

TEST(HeadWriter, WritesTheFieldsInOrder) {
  HeadFacts facts;
  facts.length = 12;
  facts.varies = true;
  facts.coding = "gzip";
  facts.connection = ConnectionHeader::close;
  facts.date = "now";
  EXPECT_EQ(head_of({200, "text/csv", field("ETag", "W/\"1\""), {}}, facts),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/csv\r\nContent-Length: "
            "12\r\nContent-Encoding: gzip\r\n"
            "ETag: W/\"1\"\r\nVary: Accept-Encoding\r\nConnection: close\r\n\r\n");
}

TEST(HeadWriter, KeepsOneVary) {
  HeadFacts facts;
  facts.framing = BodyFraming::none;
  facts.varies = true;
  EXPECT_EQ(head_of({304, {}, field("Vary", "Origin"), {}}, facts),
            "HTTP/1.1 304 Not Modified\r\nDate: \r\nVary: Origin, Accept-Encoding\r\n\r\n");
}

TEST(HeadWriter, LetsNoValueBeginAnotherField) {
  HeadFacts facts;
  facts.framing = BodyFraming::chunked;
  EXPECT_EQ(
      head_of({299, "a\r\nb", field("X", std::string_view("1\r\nY: 2\0\n", 9)), {}}, facts),
      "HTTP/1.1 299 \r\nDate: \r\nContent-Type: a  b\r\nTransfer-Encoding: chunked\r\nX: 1  Y: 2  \r\n\r\n");
}

TEST(HeadWriter, WritesDatesAsHttpHasThem) {
  std::string date;
  append_http_date(date, 784111777);
  EXPECT_EQ(date, "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace parley::http
