#include "app/reload.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "base/log.hpp"

namespace parley::app {
namespace {

/// What is logged while it lives.
class Log {
 public:
  Log() {
    base::set_log_sink([this](std::string_view line) { text_.append(line).push_back('\n'); });
  }
  ~Log() { base::set_log_sink({}); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  [[nodiscard]] bool has(std::string_view part) const { return text_.find(part) != std::string::npos; }

 private:
  std::string text_;
};

class ReloadTest : public testing::Test {
 protected:
  ReloadTest() {
    reload_.takes<std::string>("--public-url", &ServeOptions::public_url, [this](const std::string& url) {
      if (url == "bad") return base::Result<>(base::fail(base::ErrorCode::invalid_argument, "it is bad"));
      taken_.push_back(url);
      return base::Result<>();
    });
    reload_.needs_restart("--threads", &ServeOptions::threads);
  }

  static ServeOptions options(std::string public_url, unsigned threads) {
    ServeOptions options;
    options.public_url = std::move(public_url);
    options.threads = threads;
    return options;
  }

  Log log_;
  Reload reload_{options("a", 1)};
  std::vector<std::string> taken_;
};

TEST_F(ReloadTest, TakesWhatChangedAndNothingElse) {
  reload_.take(options("a", 1));
  EXPECT_TRUE(taken_.empty());
  EXPECT_TRUE(log_.has(R"("event":"configuration read","changed":0)"));
  reload_.take(options("b", 1));
  reload_.take(options("b", 1));
  EXPECT_EQ(taken_, std::vector<std::string>{"b"});
  EXPECT_TRUE(log_.has(R"("event":"option changed","option":"--public-url")"));
  EXPECT_TRUE(log_.has(R"("event":"configuration read","changed":1)"));
  EXPECT_FALSE(log_.has("restart"));
}

TEST_F(ReloadTest, KeepsWhatNeedsARestartAndSaysSo) {
  reload_.take(options("b", 2));
  EXPECT_EQ(taken_, std::vector<std::string>{"b"});
  EXPECT_TRUE(log_.has(R"("event":"option needs a restart","option":"--threads")"));
}

TEST_F(ReloadTest, KeepsAllWhenTheConfigurationCannotBeRead) {
  reload_.take(base::fail(base::ErrorCode::invalid_argument, "the file is no file", "line 3"));
  EXPECT_TRUE(taken_.empty());
  EXPECT_TRUE(
      log_.has(R"("event":"configuration refused","reason":"the file is no file","detail":"line 3")"));
  EXPECT_FALSE(log_.has("configuration read"));
}

TEST_F(ReloadTest, KeepsTheValueThatCannotBeReplaced) {
  reload_.take(options("bad", 1));
  EXPECT_TRUE(log_.has(R"("event":"option refused","option":"--public-url","reason":"it is bad")"));
  reload_.take(options("bad", 1));
  reload_.take(options("a", 1));
  EXPECT_TRUE(taken_.empty());
}

}  // namespace
}  // namespace parley::app
