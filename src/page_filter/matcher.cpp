#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <utility>
#include <variant>

#include "base/limits.hpp"
#include "encoding/utf8.hpp"
#include "page_filter/like_pattern.hpp"
#include "page_filter/page_filter.hpp"

namespace parley::page_filter {

namespace {

using base::ErrorCode;
using base::Result;

constexpr std::array<std::pair<MatchType, std::string_view>, 4> type_names = {{
    {MatchType::like, "like"},
    {MatchType::exact, "exact"},
    {MatchType::prefix, "prefix"},
    {MatchType::regex, "regex"},
}};

struct Exact {
  std::string wanted;
};

struct Prefix {
  std::string wanted;
};

/// RE2 cannot be moved, and is asked through a pointer.
using Regex = std::unique_ptr<const re2::RE2>;

bool ask(const LikePattern& like, std::string_view url) {
  return like.matches(url);
}
bool ask(const Exact& exact, std::string_view url) {
  return url == exact.wanted;
}
bool ask(const Prefix& prefix, std::string_view url) {
  return url.starts_with(prefix.wanted);
}
bool ask(const Regex& regex, std::string_view url) {
  return regex->Match(re2::StringPiece(url.data(), url.size()), 0, url.size(), re2::RE2::UNANCHORED, nullptr,
                      0);
}

Result<Regex> compile_regex(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(limits::page_filter_regex_bytes);
  Regex regex = std::make_unique<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (regex->ok()) return regex;
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("searchFilter is no regular expression that RE2 takes: {}", regex->error()));
}

}  // namespace

struct Matcher::Compiled {
  std::variant<LikePattern, Exact, Prefix, Regex> how;
};

std::string_view name_of(MatchType type) noexcept {
  for (const auto& [known, name] : type_names) {
    if (known == type) return name;
  }
  return "like";
}

Result<MatchType> parse_match_type(std::string_view text) {
  for (const auto& [type, name] : type_names) {
    if (name == text) return type;
  }
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("matchType is '{}'; it takes like, exact, prefix or regex",
                                encoding::first_characters(text, limits::echoed_value_characters)));
}

Matcher::Matcher(std::unique_ptr<Compiled> compiled) noexcept : compiled_(std::move(compiled)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

Result<Matcher> Matcher::compile(MatchType type, std::string_view pattern) {
  if (pattern.size() > limits::page_filter_pattern_bytes) {
    return base::fail(ErrorCode::invalid_argument,
                      fmt::format("searchFilter is {} bytes long; it takes at most {}", pattern.size(),
                                  limits::page_filter_pattern_bytes));
  }
  switch (type) {
    case MatchType::like:
      return Matcher(std::make_unique<Compiled>(LikePattern(pattern)));
    case MatchType::exact:
      return Matcher(std::make_unique<Compiled>(Exact{std::string(pattern)}));
    case MatchType::prefix:
      return Matcher(std::make_unique<Compiled>(Prefix{std::string(pattern)}));
    case MatchType::regex:
      break;
  }
  PARLEY_TRY_ASSIGN(Regex regex, compile_regex(pattern));
  return Matcher(std::make_unique<Compiled>(std::move(regex)));
}

bool Matcher::matches(std::string_view url) const {
  if (url.empty()) return false;
  return std::visit([url](const auto& how) { return ask(how, url); }, compiled_->how);
}

}  // namespace parley::page_filter
