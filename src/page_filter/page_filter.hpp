#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "store/database.hpp"

/// Page filters and the pages they match. Every distinct URL of an account is kept once; which filters match
/// it is decided when it is first written, and again, in slices, when a filter changes.
namespace parley::page_filter {

/// How a pattern is read (chat-api.md, section 3). All but `like` compare bytes with case.
enum class MatchType : std::uint8_t {
  like,  ///< SQL LIKE of `%pattern%`: `%` and `_` are wildcards, no escape, ASCII letters without case.
  exact,
  prefix,
  regex,  ///< RE2, found anywhere.
};

[[nodiscard]] std::string_view name_of(MatchType type) noexcept;
/// Error: invalid_argument, naming the four.
[[nodiscard]] base::Result<MatchType> parse_match_type(std::string_view text);

struct PageFilter {
  std::int64_t filter_id = 0;
  std::string name;     ///< For people; the wire's searchName.
  std::string pattern;  ///< The wire's searchFilter.
  MatchType match_type = MatchType::like;

  bool operator==(const PageFilter&) const = default;
};

/// A pattern made ready. Cheap to move; immutable, so any thread may ask it.
class Matcher {
 public:
  /// Errors: invalid_argument for a regular expression that RE2 does not take (the text says why) or a
  /// pattern over limits::page_filter_pattern_bytes.
  [[nodiscard]] static base::Result<Matcher> compile(MatchType type, std::string_view pattern);
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;
  ~Matcher();

  /// Whether `url` matches. An empty URL never does. `_` stands for one character, not one byte.
  [[nodiscard]] bool matches(std::string_view url) const;

 private:
  struct Compiled;
  explicit Matcher(std::unique_ptr<Compiled> compiled) noexcept;
  std::unique_ptr<Compiled> compiled_;
};

/// All filters by id (at most limits::page_filters_per_account).
base::Task<base::Result<std::vector<PageFilter>>> list(store::Unit& unit, std::int64_t sid);

/// Makes or replaces a filter (`filter_id` 0: the next free id). True if anything changed. A new pattern
/// begins to be built; until it is whole the old one answers. Errors: those of `Matcher::compile`;
/// invalid_argument for text over its limit or an id outside 1…2^53-1; too_large over
/// limits::page_filters_per_account.
base::Task<base::Result<bool>> put(store::WriteUnit& unit, std::int64_t sid, PageFilter filter);

/// Removes a filter. Its matches answer nothing from then on; `build_slice` deletes them. Error: not_found.
base::Task<base::Result<>> remove(store::WriteUnit& unit, std::int64_t sid, std::int64_t filter_id);

/// Records that a page belongs to a conversation. An empty URL is not recorded. Error: invalid_argument over
/// limits::url_bytes.
base::Task<base::Result<>> record_page(store::WriteUnit& unit, std::int64_t sid,
                                       std::string_view conversation_id, std::string_view url);

/// The hook: matches the pages that this unit recorded for the first time against the account's filters.
base::Task<base::Result<>> match_new_pages(store::WriteUnit& unit);

/// Matches up to `pages` more pages against one filter that is being built; when none is left, the new answer
/// is served (and the account's change number moves). When no filter is being built, deletes as many matches
/// that answer nothing any more. False when there was nothing left to do.
base::Task<base::Result<bool>> build_slice(store::WriteUnit& unit, std::int64_t sid, int pages);

/// The statement that looks for what is to be deleted, so that a test can hold how the database finds it.
[[nodiscard]] const store::Sql& next_generation_statement();

/// Builds all that is to be built in one account, slice by slice, each a bulk unit of its own.
base::Task<base::Result<>> build_all(store::Database& database, std::int64_t sid);

}  // namespace parley::page_filter
