#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "check/claims.hpp"
#include "store/database.hpp"
#include "store/open.hpp"

/// Verifies a store: everything that it claims is looked at again from what it was made of.
namespace parley::check {

/// One broken claim. Names keys only: no message text, no secret.
struct Finding {
  Claim claim;
  std::int64_t sid = 0;  ///< The account; 0 where the file itself is meant.
  std::string table;
  std::string key;     ///< The row's key, its parts joined by `/`.
  std::string detail;  ///< What was found and expected; empty where the claim's sentence says it all.
};

/// What a check found.
class Report {
 public:
  /// Notes a finding. Of one claim the first limits::check_findings_per_claim are kept, the rest is counted:
  /// so a flood of one kind hides no other.
  void add(Claim claim, std::int64_t sid, std::string_view table, std::string_view key,
           std::string_view detail = {});

  /// What was kept, in the order it was found.
  [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return findings_; }
  /// How often a claim was found broken.
  [[nodiscard]] std::int64_t count(Claim claim) const noexcept;
  /// Broken claims of one severity in all.
  [[nodiscard]] std::int64_t count(Severity severity) const noexcept;
  /// Whether every claim holds; remnants do not count.
  [[nodiscard]] bool is_clean() const noexcept { return count(Severity::fault) == 0; }

  /// One line a finding, then what was not listed, then one line that sums up. Each ends in a line feed.
  [[nodiscard]] std::string text() const;

  std::int64_t accounts = 0;  ///< Accounts looked at.
  std::int64_t conversations = 0;
  std::int64_t messages = 0;
  std::int64_t chats = 0;

 private:
  std::vector<Finding> findings_;
  std::array<std::int64_t, 256> counts_{};
};

/// How far a check is, told between batches on the checking thread.
struct Progress {
  std::string_view step;           ///< `file`, `account`, `conversations` or `pages`.
  std::int64_t sid = 0;            ///< 0 while the file is read.
  std::int64_t conversations = 0;  ///< Of all accounts, done so far.
};

/// Verifies the store that `database` has open at `location`. Each batch is a read unit of its own and
/// compares only what lies in its one snapshot, so a server may go on writing; memory does not grow with the
/// store. Broken claims are in the report; errors are for what kept the check from being made: those of
/// reading. `progress` may be empty.
base::Task<base::Result<Report>> check_store(store::Database& database, const store::Location& location,
                                             const std::function<void(const Progress&)>& progress);

}  // namespace parley::check
