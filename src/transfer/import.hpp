#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/error.hpp"
#include "base/task.hpp"
#include "encoding/line_file.hpp"
#include "store/database.hpp"
#include "transfer/import_report.hpp"
#include "transfer/record.hpp"

namespace parley::transfer {

/// How far an import or export has come.
struct Progress {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;                   ///< Of the file, as it is packed; 0 where no file is read.
  std::optional<std::uint64_t> total_bytes;  ///< The file's size, where it has one.
};

/// Called every limits::progress_records records or so, on whatever thread does the work; returns soon.
using ProgressCallback = std::function<void(const Progress&)>;

struct ImportOptions {
  std::optional<std::int64_t> account = {};  ///< The account to put it in; empty: the bundle's own sid.
  ProgressCallback progress = {};            ///< May be empty.
  /// Whether the import should be given up: then nothing of it stays. Asked now and then, and last when the
  /// records have come to their end, because whoever sends them may have died before the true end. May be
  /// empty.
  std::function<bool()> is_given_up = {};
};

/// Puts records into an account, whole or not at all.
///
/// An account that does not exist is made: nobody sees it while it is filled in slices, each a bulk unit of a
/// few milliseconds, and the last unit shows it; on any error it is removed again, and what a crash leaves
/// `remove_unfinished` removes. An account that exists gets everything in one bulk unit and keeps its own
/// name and time zone; other writes wait meanwhile, and page filters that changed are built after it.
///
/// What exists already and is the same is left alone, so a second import of the same records changes nothing.
/// Where two records of one import say different things of the same thing, the later one holds.
///
/// Errors: the source's own; cancelled when it is given up; invalid_argument, `line N: …`, for a record that
/// the domain refuses or a reference to nothing; conflict for an account that is being filled or removed;
/// those of the store.
base::Task<base::Result<ImportReport>> import_account(store::Database& database, RecordSource source,
                                                      ImportOptions options);

/// The same from a bundle file.
base::Task<base::Result<ImportReport>> import_bundle(store::Database& database, encoding::LineReader lines,
                                                     ImportOptions options);

}  // namespace parley::transfer
