#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "account/account.hpp"
#include "base/task.hpp"
#include "store/open.hpp"

/// What the tests of the domain modules share: a store of their own with the real schema, and the short forms
/// of asking.
namespace parley::account::testing {

/// A store in a directory of its own, which goes with it.
class TestStore {
 public:
  /// `is_deferred`: every unit completes on a later turn, in shuffled order.
  TestStore(std::vector<store::Hook> hooks, bool is_deferred)
      : directory_((std::filesystem::temp_directory_path() / "parley-test-XXXXXX").string()) {
    PARLEY_CHECK(::mkdtemp(directory_.data()) != nullptr);
    location_.directory = directory_;
    if (is_deferred) location_.deferred_seed = 7;
    auto opened = store::open(location_, store::Access::read_write);
    PARLEY_CHECK(opened.has_value());
    database_ = *std::move(opened);
    database_->set_hooks(std::move(hooks));
  }
  ~TestStore() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  /// Closes the store; its files stay as long as this object.
  void close() { database_.reset(); }

  [[nodiscard]] store::Database& database() noexcept { return *database_; }
  [[nodiscard]] const store::Location& location() const noexcept { return location_; }

  /// Runs `body`, `(WriteUnit&) -> Task<Result<T>>`, in a write unit of its own and gives what it gave.
  template <typename F>
  auto write(F body) {
    using T = typename std::invoke_result_t<F&, store::WriteUnit&>::value_type::value_type;
    if constexpr (std::is_void_v<T>) {
      return base::block_on(database_->write(store::Priority::ordinary, std::move(body)));
    } else {
      return base::block_on(store::write_value<T>(*database_, store::Priority::ordinary, std::move(body)));
    }
  }

  /// The same for a read unit, `(Unit&) -> Task<Result<T>>`.
  template <typename F>
  auto read(F body) {
    using T = typename std::invoke_result_t<F&, store::Unit&>::value_type::value_type;
    if constexpr (std::is_void_v<T>) {
      return base::block_on(database_->read(std::move(body)));
    } else {
      return base::block_on(store::read_value<T>(*database_, std::move(body)));
    }
  }

  /// The first column of the first row as a number; -1 if there is no row or the statement is bad.
  std::int64_t number(const store::Sql& sql) {
    std::int64_t found = -1;
    return read([&](store::Unit& unit) { return take_first(unit, sql, found, nullptr); }) ? found : -1;
  }

  /// The first column of the first row as text or bytes; empty if there is no row or the statement is bad.
  std::string text(const store::Sql& sql) {
    std::int64_t number = -1;
    std::string found;
    return read([&](store::Unit& unit) { return take_first(unit, sql, number, &found); }) ? found
                                                                                          : std::string();
  }

  /// Makes an account that is live.
  base::Result<> make_account(std::int64_t sid) {
    return write([sid](store::WriteUnit& unit) {
      Account account;
      account.sid = sid;
      account.name = "Test";
      return create(unit, std::move(account));
    });
  }

 private:
  static base::Task<base::Result<>> take_first(store::Unit& unit, const store::Sql& sql, std::int64_t& number,
                                               std::string* text) {
    bool is_first = true;
    PARLEY_CO_TRY(co_await unit.query(sql, {}, [&](const store::Row& row) {
      if (is_first && text != nullptr) text->assign(row.text(0));
      if (is_first && text == nullptr) number = row.integer(0);
      is_first = false;
    }));
    co_return base::Result<>{};
  }

  std::string directory_;
  store::Location location_;
  std::unique_ptr<store::Database> database_;
};

/// The name of a test over a store that is deferred or not.
inline std::string store_kind(const ::testing::TestParamInfo<bool>& test) {
  return test.param ? "Deferred" : "Sqlite";
}

}  // namespace parley::account::testing
