#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/account.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "conversation/conversation.hpp"
#include "page_filter/page_filter.hpp"
#include "statistics/fact.hpp"
#include "store/open.hpp"
#include "transfer/export.hpp"
#include "transfer/import.hpp"

/// What the transfer's tests share: a store with the program's hooks, and short forms of import and export.
namespace parley::transfer::testing {

/// A store in a directory of its own, removed with all that is in it.
class TestStore {
 public:
  explicit TestStore(std::optional<std::uint64_t> deferred_seed = {})
      : directory_((std::filesystem::temp_directory_path() / "parley-transfer-XXXXXX").string()) {
    PARLEY_CHECK(::mkdtemp(directory_.data()) != nullptr);
    location_.directory = directory_ + "/store";
    location_.deferred_seed = deferred_seed;
    open();
  }
  ~TestStore() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  TestStore(const TestStore&) = delete;
  TestStore& operator=(const TestStore&) = delete;

  [[nodiscard]] store::Database& database() noexcept { return *database_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return directory_ + "/" + std::string(name);
  }

  /// Imports a bundle's text.
  base::Result<ImportReport> import(std::string_view text, ImportOptions options = {}) {
    const std::string path = *this / "bundle.ndjson";
    std::ofstream(path, std::ios::binary) << text;
    auto lines = encoding::LineReader::open(path);
    if (!lines) return base::fail(std::move(lines).error());
    return base::block_on(import_bundle(*database_, *std::move(lines), std::move(options)));
  }

  /// An account as a bundle's text; the failure is a test's.
  std::string exported(std::int64_t sid, ExportReport* report = nullptr) {
    const std::string path = *this / "export.ndjson";
    auto out = encoding::LineWriter::create(path);
    EXPECT_TRUE(out) << out.error().public_text;
    auto done = base::block_on(export_account(*database_, sid, *out, {}));
    EXPECT_TRUE(done) << done.error().public_text << done.error().log_text;
    EXPECT_TRUE(out->finish());
    if (report != nullptr && done) *report = *std::move(done);
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  /// Runs a coroutine `(store::WriteUnit&) -> Task<Result<>>` and expects it to succeed.
  template <typename F>
  void write(F body) {
    auto done = base::block_on(database_->write(store::Priority::ordinary, std::ref(body)));
    EXPECT_TRUE(done) << done.error().public_text << done.error().log_text;
  }

  /// The value of a coroutine `(store::Unit&) -> Task<Result<T>>`.
  template <typename T, typename F>
  T read(F body) {
    auto done = base::block_on(store::read_value<T>(*database_, std::move(body)));
    EXPECT_TRUE(done) << done.error().public_text << done.error().log_text;
    return done ? *std::move(done) : T{};
  }

  /// The one number that an SQL text gives; `sql` outlives the store.
  std::int64_t number(const store::Sql& sql, std::int64_t sid) {
    return read<std::int64_t>([&](store::Unit& unit) { return first_number(unit, sql, sid); });
  }

  std::int64_t last_number(std::int64_t sid) {
    return read<std::int64_t>([sid](store::Unit& unit) { return change::last_number(unit, sid); });
  }

 private:
  static base::Task<base::Result<std::int64_t>> first_number(store::Unit& unit, const store::Sql& sql,
                                                             std::int64_t sid) {
    std::int64_t number = 0;
    PARLEY_CO_TRY(
        co_await unit.query(sql, store::bind(sid), [&](const store::Row& row) { number = row.integer(0); }));
    co_return number;
  }

  void open() {
    auto opened = store::open(location_, store::Access::read_write);
    PARLEY_CHECK(opened.has_value());
    database_ = *std::move(opened);
    database_->set_hooks({{"pages", page_filter::match_new_pages},
                          {"facts", statistics::refresh_facts},
                          {"stamps", conversation::stamp_touched},
                          {"changes", change::append},
                          {"counters", account::save_counters}});
  }

  std::string directory_;
  store::Location location_;
  std::unique_ptr<store::Database> database_;
};

/// An SQL text made by a test; it lives as long as the program, as drivers keep a statement for each.
inline const store::Sql& kept_sql(std::string text) {
  static std::deque<std::string> texts;
  static std::deque<store::Sql> statements;
  return statements.emplace_back(texts.emplace_back(std::move(text)));
}

/// All lines but the first, which says when the export was.
inline std::string body_of(const std::string& bundle) {
  return bundle.substr(bundle.find('\n') + 1);
}

/// A text with every `from` made `to`.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  std::size_t at = 0;
  while ((at = text.find(from, at)) != std::string::npos) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

inline constexpr std::string_view header_line =
    R"({"kind":"bundle","version":1,"sid":1,"name":"Test","timezone":"UTC","exportedAt":"2026-01-01T00:00:00.000Z"})"
    "\n";

/// A bundle of account 1 with these lines after its header.
inline std::string bundle_of(std::string_view lines) {
  return std::string(header_line) + std::string(lines);
}

// Lines of a bundle about one conversation.

inline constexpr std::string_view conversation_line =
    R"({"kind":"conversation","conversationID":"V1","date":"2020-05-05T05:05:05.005Z","exitPage":"https://example.org/a"})"
    "\n";

inline std::string message_line(int id, std::string_view agent_id, std::string_view from = "V1") {
  return R"({"kind":"message","id":)" + std::to_string(id) + R"(,"conversationID":"V1","from":")" +
         std::string(from) + R"(","message":"x","date":"2020-05-05T06:00:00.000Z","agentID":)" +
         std::string(agent_id) + "}\n";
}

inline std::string chat_line(std::string_view rest,
                             std::string_view started_at = "2020-05-05T06:00:00.000Z") {
  return R"({"kind":"chat","channel":"V1","startedAt":")" + std::string(started_at) + "\"" +
         std::string(rest) + "}\n";
}

inline std::string label_line(std::string_view label,
                              std::string_view date = "\"2020-05-05T06:00:00.000Z\"") {
  return R"({"kind":"label","conversationID":"V1","label":")" + std::string(label) + R"(","createdDate":)" +
         std::string(date) + "}\n";
}

inline std::string agent_line(int id, std::string_view name, std::string_view email, bool removed = false) {
  return R"({"kind":"agent","agentID":)" + std::to_string(id) + R"(,"agentName":")" + std::string(name) +
         R"(","agentEmail":")" + std::string(email) + R"(","removed":)" + (removed ? "true" : "false") +
         "}\n";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace parley::transfer::testing
