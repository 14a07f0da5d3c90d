#include "app/control_wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::app::control {
namespace {

TEST(ControlWire, RequestsComeBackAsTheyWent) {
  const Request request{{"key", "create", "--name=\"quoted\"\n\xC3\xA5"}, "file.ndjson.gz"};
  const std::string line = write_request(request);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto read = read_request(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->words, request.words);
  EXPECT_EQ(read->input_name, request.input_name);
}

TEST(ControlWire, RefusesWhatIsNoRequest) {
  for (const std::string_view line : {"", "{", "[]", "{}", "{\"words\":1}", "{\"words\":[1]}", "\"words\""}) {
    EXPECT_FALSE(read_request(line)) << line;
  }
}

TEST(ControlWire, RepliesComeBackAsTheyWent) {
  for (const auto kind : {Reply::Kind::print, Reply::Kind::note, Reply::Kind::progress}) {
    const auto read = read_reply(write_reply({kind, "a \"line\"", {}}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, kind);
    EXPECT_EQ(read->text, "a \"line\"");
  }
  const auto done = read_reply(write_reply({Reply::Kind::done, {}, {}}));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->kind, Reply::Kind::done);
  const auto failed = read_reply(write_reply({Reply::Kind::error, "why", base::ErrorCode::already_exists}));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->kind, Reply::Kind::error);
  EXPECT_EQ(failed->code, base::ErrorCode::already_exists);
  EXPECT_EQ(failed->text, "why");
}

TEST(ControlWire, RefusesAFolderTooDeepForASocket) {
  store::Location location;
  location.directory = std::string(90, 'x');
  EXPECT_TRUE(address_of(location));
  location.directory = std::string(95, 'x');
  EXPECT_FALSE(address_of(location));
}

}  // namespace
}  // namespace parley::app::control
