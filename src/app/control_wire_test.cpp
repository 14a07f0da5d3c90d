#include "app/control_wire.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "base/limits.hpp"

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

/// Two ends of a socket, as the server and a caller have them.
class Ends {
 public:
  Ends() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0); }
  ~Ends() {
    close_caller();
    ::close(ends_[0]);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  [[nodiscard]] int server() const { return ends_[0]; }
  void send(std::string_view bytes) const { EXPECT_TRUE(send_all(ends_[1], bytes)); }
  void close_caller() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  /// All that is left in the server's end once the caller has closed its own.
  [[nodiscard]] std::string rest() {
    close_caller();
    std::string all;
    char bytes[256];
    for (ssize_t got = 0; (got = ::read(ends_[0], bytes, sizeof bytes)) > 0;)
      all.append(bytes, static_cast<std::size_t>(got));
    return all;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(ControlWire, TakesALineAndLeavesWhatFollows) {
  Ends ends;
  ends.send("one\n\ntwo\nthree");
  EXPECT_EQ(read_line(ends.server()), "one");
  EXPECT_EQ(read_line(ends.server()), "");
  EXPECT_EQ(ends.rest(), "two\nthree");
}

TEST(ControlWire, TakesALineThatComesInPieces) {
  Ends ends;
  const std::string most(limits::control_line_bytes - 1, 'a');
  std::thread caller([&] {
    ends.send("o");
    ends.send("ne");
    ends.send("\n" + most + "\nrest");
  });
  EXPECT_EQ(read_line(ends.server()), "one");
  EXPECT_TRUE(read_line(ends.server()) == most);
  caller.join();
  EXPECT_EQ(ends.rest(), "rest");
}

TEST(ControlWire, TakesNoLineThatIsTooLongOrHasNoEnd) {
  Ends ends;
  std::thread caller([&] { ends.send(std::string(limits::control_line_bytes, 'a') + "\n"); });
  EXPECT_FALSE(read_line(ends.server()));
  caller.join();
  EXPECT_EQ(read_line(ends.server()), "");
  ends.send("no end");
  ends.close_caller();
  EXPECT_FALSE(read_line(ends.server()));
}

}  // namespace
}  // namespace parley::app::control
