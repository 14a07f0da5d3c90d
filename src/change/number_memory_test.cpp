#include "change/number_memory.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "change/change.hpp"
#include "store/open.hpp"
#include "store/store_test_support.hpp"

namespace parley::change {
namespace {

using base::Result;
using base::Task;

/// A store that counts how often it is read, and may be one that others write into.
class CountedStore final : public store::Database {
 public:
  CountedStore(std::unique_ptr<store::Database> inner, bool is_shared)
      : inner_(std::move(inner)), is_shared_(is_shared) {}

  Task<Result<>> read(store::ReadBody body) override {
    ++reads;
    return inner_->read(std::move(body));
  }
  Task<Result<>> write(store::Priority priority, store::WriteBody body) override {
    return inner_->write(priority, std::move(body));
  }
  void set_hooks(std::vector<store::Hook> hooks) override { inner_->set_hooks(std::move(hooks)); }
  [[nodiscard]] std::optional<std::uint64_t> generation() const noexcept override {
    return is_shared_ ? std::nullopt : inner_->generation();
  }
  [[nodiscard]] store::SideFiles& files() noexcept override { return inner_->files(); }

  int reads = 0;

 private:
  std::unique_ptr<store::Database> inner_;
  bool is_shared_;
};

class NumberMemoryTest : public ::testing::Test {
 protected:
  void open(bool is_shared) {
    const store::Location location{directory_.path(), std::nullopt, ""};
    database_ =
        std::make_unique<CountedStore>(store::open(location, store::Access::read_write).value(), is_shared);
    database_->set_hooks({{"append", &append}});
    numbers_ = std::make_unique<NumberMemory>(*database_);
  }
  void touch_account(std::int64_t sid) {
    const auto body = [sid](store::WriteUnit& unit) {
      touch(unit, {sid, "", Kind::account, "1", Action::updated});
      return Task<Result<>>::ready(Result<>{});
    };
    EXPECT_TRUE(base::block_on(database_->write(store::Priority::ordinary, body)));
  }
  std::int64_t number(std::int64_t sid) { return base::block_on(numbers_->last_number(sid)).value_or(-1); }

  store::testing::TemporaryDirectory directory_;
  std::unique_ptr<CountedStore> database_;
  std::unique_ptr<NumberMemory> numbers_;
};

TEST_F(NumberMemoryTest, ReadsAgainOnlyAfterACommit) {
  open(false);
  touch_account(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(number(1), 1);
  EXPECT_EQ(number(2), 0);
  EXPECT_EQ(database_->reads, 2);
  for (std::int64_t expected = 2; expected < 5; ++expected) {
    touch_account(1);
    EXPECT_EQ(number(1), expected);
    EXPECT_EQ(number(1), expected);
  }
  EXPECT_EQ(database_->reads, 5);
  EXPECT_EQ(number(2), 0);
}

TEST_F(NumberMemoryTest, ReadsEachTimeWhatOthersWriteToo) {
  open(true);
  touch_account(1);
  EXPECT_EQ(number(1), 1);
  EXPECT_EQ(number(1), 1);
  EXPECT_EQ(database_->reads, 2);
}

}  // namespace
}  // namespace parley::change
