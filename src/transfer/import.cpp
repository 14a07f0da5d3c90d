#include "transfer/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "account/account.hpp"
#include "base/limits.hpp"
#include "change/change.hpp"
#include "page_filter/page_filter.hpp"
#include "transfer/account_importer.hpp"
#include "transfer/record_reader.hpp"
#include "transfer/remove.hpp"

namespace parley::transfer {
namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using SteadyClock = std::chrono::steady_clock;

/// One import under way.
struct Import {
  store::Database& database;
  RecordSource source;
  ImportOptions options;
  std::int64_t sid = 0;
  std::uint64_t records = 1;
  ImportReport report = {};

  /// The next record, counted.
  Result<std::optional<Record>> next() {
    PARLEY_TRY_ASSIGN(auto record, source());
    if (record) ++records;
    const bool is_time_to_ask = !record || records % limits::progress_records == 0;
    if (is_time_to_ask && options.is_given_up && options.is_given_up()) {
      return base::fail(ErrorCode::cancelled,
                        "the import was given up before its end, because its sender has gone or the server "
                        "stops; nothing of it is kept");
    }
    if (records % limits::progress_records == 0) tell();
    return record;
  }

  void tell() const {
    if (options.progress) options.progress({records, 0, {}});
  }
};

/// Where an import's account stands before it.
enum class Place : std::uint8_t { is_new, exists };

/// Looks for the account; makes it, unseen, where there is none.
Task<Result<Place>> prepare(store::WriteUnit& unit, std::int64_t sid, const BundleHeader& header) {
  PARLEY_CO_TRY_ASSIGN(const auto known, co_await account::find(unit, sid));
  if (known && known->state == account::State::live) co_return Place::exists;
  if (known) {
    co_return base::fail(ErrorCode::conflict,
                         fmt::format("account {} is being filled or removed just now; try again later", sid));
  }
  account::Account account;
  account.sid = sid;
  account.name = header.name;
  account.timezone = header.timezone;
  account.state = account::State::filling;
  change::fill_unseen(unit);
  auto made = co_await account::create(unit, std::move(account));
  if (made) co_return Place::is_new;
  base::Error error = std::move(made).error();
  if (error.code == ErrorCode::invalid_argument) error.public_text = "line 1: " + error.public_text;
  co_return base::fail(std::move(error));
}

/// Takes no turn of the writer where the account exists, as it mostly does.
Task<Result<Place>> place_of(Import& import, const BundleHeader& header) {
  auto find = [&](store::Unit& unit) { return account::find(unit, import.sid); };
  PARLEY_CO_TRY_ASSIGN(const auto known, co_await store::read_value<std::optional<account::Account>>(
                                             import.database, std::ref(find)));
  if (known && known->state == account::State::live) co_return Place::exists;
  auto prepare_account = [&](store::WriteUnit& unit) { return prepare(unit, import.sid, header); };
  co_return co_await store::write_value<Place>(import.database, store::Priority::bulk,
                                               std::ref(prepare_account));
}

/// Bytes that a record surely takes: what long texts it has.
std::size_t long_text_bytes(const Record& record) {
  if (const auto* message = std::get_if<MessageRecord>(&record)) return message->message.text.size();
  if (const auto* card = std::get_if<CardRecord>(&record)) return card->card.data.size();
  return 0;
}

/// Takes up to `count` records from the source, fewer at its end and where their texts are long.
Result<std::vector<Record>> take_slice(Import& import, std::size_t count) {
  std::vector<Record> slice;
  slice.reserve(count);
  std::size_t bytes = 0;
  while (slice.size() < count && bytes < limits::import_slice_bytes) {
    PARLEY_TRY_ASSIGN(auto record, import.next());
    if (!record) break;
    bytes += long_text_bytes(*record);
    slice.push_back(*std::move(record));
  }
  return slice;
}

/// Refuses to go on in an account that somebody began to remove meanwhile: rows would stay behind.
Task<Result<>> expect_state(store::Unit& unit, std::int64_t sid, account::State state) {
  PARLEY_CO_TRY_ASSIGN(const auto account, co_await account::find(unit, sid));
  if (account && account->state == state) co_return Result<>{};
  co_return base::fail(ErrorCode::conflict, fmt::format("account {} was removed during the import", sid));
}

Task<Result<>> put_slice(store::WriteUnit& unit, const Import& import, AccountImporter& importer,
                         std::vector<Record>& slice) {
  change::fill_unseen(unit);
  PARLEY_CO_TRY(co_await expect_state(unit, import.sid, account::State::filling));
  for (Record& record : slice) {
    PARLEY_CO_TRY(co_await importer.put(unit, std::move(record)));
  }
  co_return Result<>{};
}

/// The slice to take next: as many records as fit the time of a slice at the pace of the last one.
std::size_t next_count(std::size_t count, SteadyClock::duration taken) {
  const double pace = std::chrono::duration<double>(limits::import_slice_time) /
                      std::max(std::chrono::duration<double>(taken), std::chrono::duration<double>(1e-6));
  const double fitting = static_cast<double>(count) * std::clamp(pace, 0.5, 2.0);
  return std::clamp(static_cast<std::size_t>(fitting), limits::import_slice_records_least,
                    limits::import_slice_records_most);
}

Task<Result<>> fill_in_slices(Import& import, AccountImporter& importer) {
  std::size_t count = limits::import_slice_records_least;
  while (true) {
    PARLEY_CO_TRY_ASSIGN(auto slice, take_slice(import, count));
    if (slice.empty()) co_return Result<>{};
    const std::size_t taken = slice.size();
    SteadyClock::time_point began;
    auto body = [&](store::WriteUnit& unit) {
      began = SteadyClock::now();
      return put_slice(unit, import, importer, slice);
    };
    PARLEY_CO_TRY(co_await import.database.write(store::Priority::bulk, std::ref(body)));
    count = next_count(taken, SteadyClock::now() - began);
  }
}

Task<Result<bool>> build_filters_unseen(store::WriteUnit& unit, std::int64_t sid) {
  change::fill_unseen(unit);
  return page_filter::build_slice(unit, sid, limits::page_filter_slice_pages);
}

/// The last unit: what comes before it nobody has seen.
Task<Result<>> show(store::WriteUnit& unit, std::int64_t sid, AccountImporter& importer) {
  change::fill_unseen(unit);
  PARLEY_CO_TRY(co_await expect_state(unit, sid, account::State::filling));
  PARLEY_CO_TRY(co_await importer.settle(unit));
  PARLEY_CO_TRY(co_await change::begin_log(unit, sid));
  PARLEY_CO_TRY(co_await account::set_state(unit, sid, account::State::live));
  co_return Result<>{};
}

Task<Result<>> fill_new(Import& import) {
  store::Database& database = import.database;
  AccountImporter importer(import.sid, true);
  PARLEY_CO_TRY(co_await fill_in_slices(import, importer));
  bool is_more = true;
  while (is_more) {
    auto slice = [sid = import.sid](store::WriteUnit& unit) { return build_filters_unseen(unit, sid); };
    PARLEY_CO_TRY_ASSIGN(is_more, co_await store::write_value<bool>(database, store::Priority::bulk, slice));
  }
  auto last = [&](store::WriteUnit& unit) { return show(unit, import.sid, importer); };
  PARLEY_CO_TRY(co_await database.write(store::Priority::bulk, std::ref(last)));
  auto count = [&](store::Unit& unit) { return importer.report(unit, import.report); };
  PARLEY_CO_TRY(co_await database.read(std::ref(count)));
  co_return Result<>{};
}

/// All of it in one unit, on the store's thread; whoever asked waits, so what it lent is not touched by two.
Task<Result<>> put_all(store::WriteUnit& unit, Import& import, AccountImporter& importer) {
  PARLEY_CO_TRY(co_await expect_state(unit, import.sid, account::State::live));
  PARLEY_CO_TRY(co_await importer.load(unit));
  while (true) {
    PARLEY_CO_TRY_ASSIGN(auto record, import.next());
    if (!record) break;
    PARLEY_CO_TRY(co_await importer.put(unit, *std::move(record)));
  }
  PARLEY_CO_TRY(co_await importer.settle(unit));
  PARLEY_CO_TRY(co_await importer.report(unit, import.report));
  co_return Result<>{};
}

Task<Result<>> fill_existing(Import& import) {
  AccountImporter importer(import.sid, false);
  auto body = [&](store::WriteUnit& unit) { return put_all(unit, import, importer); };
  PARLEY_CO_TRY(co_await import.database.write(store::Priority::bulk, std::ref(body)));
  const Tally& filters = import.report.counts.page_filters;
  if (filters.created + filters.changed == 0) co_return Result<>{};
  co_return co_await page_filter::build_all(import.database, import.sid);
}

Task<Result<>> fill_new_or_nothing(Import& import) {
  auto filled = co_await fill_new(import);
  if (filled) co_return Result<>{};
  base::Error error = std::move(filled).error();
  auto removed = co_await remove_account(import.database, import.sid);
  if (!removed) {
    error.log_text += fmt::format("; the half-filled account {} stays until the next start: {} {}",
                                  import.sid, removed.error().public_text, removed.error().log_text);
  }
  co_return base::fail(std::move(error));
}

Result<BundleHeader> take_header(RecordSource& source) {
  PARLEY_TRY_ASSIGN(auto first, source());
  if (first && std::holds_alternative<BundleHeader>(*first)) return std::get<BundleHeader>(*std::move(first));
  return base::fail(ErrorCode::invalid_argument, "line 1: expected the record that says what the bundle is");
}

}  // namespace

Task<Result<ImportReport>> import_account(store::Database& database, RecordSource source,
                                          ImportOptions options) {
  const auto began = SteadyClock::now();
  PARLEY_CO_TRY_ASSIGN(const BundleHeader header, take_header(source));
  Import import{database, std::move(source), std::move(options)};
  import.sid = import.options.account.value_or(header.sid);
  PARLEY_CO_TRY_ASSIGN(const Place place, co_await place_of(import, header));
  if (place == Place::is_new) {
    PARLEY_CO_TRY(co_await fill_new_or_nothing(import));
  } else {
    PARLEY_CO_TRY(co_await fill_existing(import));
  }
  import.tell();
  import.report.sid = import.sid;
  import.report.is_new_account = place == Place::is_new;
  import.report.seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
  co_return std::move(import.report);
}

Task<Result<ImportReport>> import_bundle(store::Database& database, encoding::LineReader lines,
                                         ImportOptions options) {
  RecordReader reader(std::move(lines));
  if (options.progress) {
    options.progress = [&reader, told = std::move(options.progress)](const Progress& progress) {
      told({progress.records, reader.bytes_read(), reader.total_bytes()});
    };
  }
  RecordSource source = [&reader] { return reader.next(); };
  PARLEY_CO_TRY_ASSIGN(ImportReport report,
                       co_await import_account(database, std::move(source), std::move(options)));
  report.unknown_keys = reader.unknown_keys();
  co_return report;
}

}  // namespace parley::transfer
