#include "store/deferred_database.hpp"

#include <gtest/gtest.h>

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

using namespace testing;

/// The names of ten reads in the order they completed.
std::string order_of_ten(std::uint64_t seed) {
  TemporaryDirectory directory;
  auto store = open_store(directory.path(), true, seed);
  Asker asker;
  for (char name = '0'; name <= '9'; ++name) {
    asker.ask(store.database->read([](Unit&) { return base::Task<base::Result<>>::ready(base::Result<>{}); }),
              std::string(1, name));
  }
  asker.finish();
  EXPECT_EQ(asker.good(), 10U);
  std::string order;
  for (const auto& answer : asker.answers) order += answer.name;
  return order;
}

TEST(Deferred, ShufflesBySeed) {
  const std::string first = order_of_ten(1);
  EXPECT_EQ(order_of_ten(1), first);
  EXPECT_NE(order_of_ten(2), first);
  EXPECT_NE(order_of_ten(3), first);
  EXPECT_NE(first, "0123456789");
}

TEST(Deferred, NothingIsAnsweredInsideTheCall) {
  TemporaryDirectory directory;
  auto store = open_store(directory.path(), true);
  bool begun = false;
  Asker asker;
  asker.ask(store.database->read([&begun](Unit&) {
    begun = true;
    return base::Task<base::Result<>>::ready(base::Result<>{});
  }));
  asker.then([&] { EXPECT_FALSE(begun); });
  asker.finish();
  EXPECT_TRUE(begun);
}

TEST(Deferred, AStatementOfAReadIsAnsweredLater) {
  TemporaryDirectory directory;
  auto store = open_store(directory.path(), true);
  // Two readers' statements interleave, which on SQLite as it is they never do.
  std::string trace;
  const auto reading = [&trace](char name) {
    return [&trace, name](Unit& unit) -> base::Task<base::Result<>> {
      for (int i = 0; i < 5; ++i) {
        auto seen = co_await count_in(unit);
        if (!seen) co_return base::fail(std::move(seen).error());
        trace += name;
      }
      co_return base::Result<>{};
    };
  };
  Asker asker;
  asker.ask(store.database->read(reading('a')));
  asker.ask(store.database->read(reading('b')));
  asker.finish();
  EXPECT_EQ(asker.good(), 2U);
  EXPECT_NE(trace, "aaaaabbbbb");
  EXPECT_NE(trace, "bbbbbaaaaa");
}

TEST(Deferred, AReadThatIsDroppedWhileItWaitsIsForgotten) {
  TemporaryDirectory directory;
  auto store = open_store(directory.path(), true);
  Asker asker;
  asker.then([&] {
    auto dropped = store.database->read([](Unit&) {
      ADD_FAILURE() << "nobody asks any more";
      return base::Task<base::Result<>>::ready(base::Result<>{});
    });
    EXPECT_TRUE(dropped.await_suspend(std::noop_coroutine()));
  });
  for (int i = 0; i < 5; ++i) asker.ask(store.database->write(Priority::ordinary, note_body(i, "x")));
  asker.finish();
  EXPECT_EQ(asker.good(), 5U);
  EXPECT_EQ(count(*store.database), 5);
}

}  // namespace
}  // namespace parley::store
