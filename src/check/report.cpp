#include <fmt/format.h>

#include "base/limits.hpp"
#include "check/check.hpp"
#include "encoding/utf8.hpp"

namespace parley::check {

namespace {

std::string line_of(const Finding& finding) {
  const ClaimText& claim = text_of(finding.claim);
  std::string line;
  if (finding.sid != 0) line += fmt::format("account {}, ", finding.sid);
  line += finding.table;
  if (!finding.key.empty()) line += fmt::format(" {}", finding.key);
  line += fmt::format(": {}", claim.sentence);
  if (!finding.detail.empty()) line += fmt::format(" ({})", finding.detail);
  line += fmt::format(" [{}]\n", claim.name);
  return line;
}

/// A key that damage has made long or of many lines must not spoil the report.
std::string printable(std::string_view text) {
  std::string out(encoding::first_characters(text, limits::echoed_value_characters));
  for (char& byte : out) {
    if (static_cast<unsigned char>(byte) < 0x20) byte = ' ';
  }
  return out;
}

}  // namespace

void Report::add(Claim claim, std::int64_t sid, std::string_view table, std::string_view key,
                 std::string_view detail) {
  std::int64_t& count = counts_[static_cast<std::size_t>(claim)];
  if (++count > limits::check_findings_per_claim) return;
  findings_.push_back({claim, sid, std::string(table), printable(key), printable(detail)});
}

std::int64_t Report::count(Claim claim) const noexcept {
  return counts_[static_cast<std::size_t>(claim)];
}

std::int64_t Report::count(Severity severity) const noexcept {
  std::int64_t sum = 0;
  for (const ClaimText& claim : claims()) {
    if (claim.severity == severity) sum += count(claim.claim);
  }
  return sum;
}

std::string Report::text() const {
  std::string out;
  for (const Finding& finding : findings_) out += line_of(finding);
  for (const ClaimText& claim : claims()) {
    const std::int64_t rest = count(claim.claim) - limits::check_findings_per_claim;
    if (rest > 0) out += fmt::format("and {} more: {} [{}]\n", rest, claim.sentence, claim.name);
  }
  out += fmt::format("{} accounts, {} conversations, {} messages, {} chats: ", accounts, conversations,
                     messages, chats);
  const std::int64_t faults = count(Severity::fault);
  const std::int64_t remnants = count(Severity::remnant);
  out += faults == 0 ? std::string("every claim holds") : fmt::format("{} faults", faults);
  if (remnants > 0) out += fmt::format(", {} remnants of unfinished work", remnants);
  out += '\n';
  return out;
}

}  // namespace parley::check
