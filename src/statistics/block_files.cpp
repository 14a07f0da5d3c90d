#include "statistics/block_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "base/limits.hpp"

namespace parley::statistics {

namespace {

using base::Result;
using base::Task;
using store::bind;
using store::Row;

const store::Sql select_named(
    "SELECT b.file, CAST(sum(json_bytes + json_deflated_bytes + csv_bytes + csv_deflated_bytes + 28 * "
    "row_count) AS BIGINT) "
    "FROM statistics_block b JOIN statistics_day d ON d.sid = b.sid AND d.day = b.day "
    "WHERE b.sid = ?1 GROUP BY b.file");
const store::Sql forget_file(
    "DELETE FROM statistics_day WHERE sid = ?1 AND day IN "
    "(SELECT day FROM statistics_block WHERE sid = ?1 AND file = ?2)");

static_assert(block_column_bytes == std::array<std::size_t, 5>{4, 4, 4, 8, 8}, "28 bytes a row, above");

/// A number for a new file, of the whole range: no two of one account meet.
std::int64_t draw_number() {
  std::random_device chance;
  const std::uint64_t high = chance();
  return static_cast<std::int64_t>((high << 32U | chance()) >> 1U);
}

struct File {
  std::int64_t number = 0;
  std::uint64_t bytes = 0;
  std::uint64_t named_bytes = 0;  ///< Of blocks that days name.
};

/// The account and the number in a file's name.
std::optional<std::pair<std::int64_t, std::int64_t>> read_name(std::string_view name) {
  std::pair<std::int64_t, std::int64_t> read;
  const char* const end = name.data() + name.size();
  const auto sid = std::from_chars(name.data(), end, read.first);
  if (sid.ec != std::errc() || sid.ptr == end || *sid.ptr != '-') return std::nullopt;
  const auto file = std::from_chars(sid.ptr + 1, end, read.second);
  if (file.ec != std::errc() || file.ptr != end) return std::nullopt;
  return read;
}

std::map<std::int64_t, std::vector<File>> files_by_account(const store::SideFiles& files) {
  std::map<std::int64_t, std::vector<File>> found;
  for (const auto& [name, bytes] : files.list()) {
    const auto read = read_name(name);
    if (read) found[read->first].push_back({read->second, bytes, 0});
  }
  return found;
}

Task<Result<>> forget(store::Database& database, std::int64_t sid, std::int64_t file) {
  const auto days = [sid, file](store::WriteUnit& unit) -> Task<Result<>> {
    PARLEY_CO_TRY(co_await unit.execute(forget_file, bind(sid, file)));
    co_return Result<>{};
  };
  co_return co_await database.write(store::Priority::bulk, days);
}

Task<Result<>> tidy_account(store::Database& database, const BlockFileWriter& writer, std::int64_t sid,
                            std::vector<File> files) {
  std::erase_if(files, [&](const File& file) { return writer.is_open(sid, file.number); });
  const auto read = [&files, sid](store::Unit& unit) {
    return unit.query(select_named, bind(sid), [&files](const Row& row) {
      for (File& file : files) {
        if (file.number == row.integer(0)) file.named_bytes = static_cast<std::uint64_t>(row.integer(1));
      }
    });
  };
  PARLEY_CO_TRY(co_await database.read(read));
  // The largest first: what is beyond the limit is the least to make again.
  std::ranges::sort(files, std::greater<>(), &File::named_bytes);
  std::size_t left = 0;
  for (const File& file : files) {
    const bool is_kept = file.named_bytes > file.bytes / 2 && left < limits::statistics_files;
    if (is_kept) {
      ++left;
      continue;
    }
    if (file.named_bytes > 0) PARLEY_CO_TRY(co_await forget(database, sid, file.number));
    database.files().remove(block_file_name(sid, file.number));
  }
  co_return Result<>{};
}

}  // namespace

std::string block_file_name(std::int64_t sid, std::int64_t file) {
  return fmt::format("{}-{}", sid, file);
}

Result<> BlockFileWriter::write(std::int64_t sid, Block& block) {
  auto open = std::ranges::find(open_, sid, &Open::sid);
  if (open == open_.end()) open = open_.insert(open, {sid, draw_number(), 0});
  auto written = write_to(*open, block);
  if (!written && open->end > 0) {
    *open = {sid, draw_number(), 0};
    written = write_to(*open, block);
  }
  const bool is_full = block.entry.end_at() >= limits::statistics_file_bytes;
  if (written && !is_full) return {};
  open_.erase(open);
  ++filled_;
  return written;
}

Result<> BlockFileWriter::write_to(Open& open, Block& block) {
  const auto parts = block.parts();
  block.entry.file = open.file;
  block.entry.begin_at = open.end;
  PARLEY_TRY(files_.append(block_file_name(open.sid, open.file), open.end, parts));
  open.end = block.entry.end_at();
  return {};
}

bool BlockFileWriter::is_open(std::int64_t sid, std::int64_t file) const noexcept {
  return std::ranges::any_of(open_, [=](const Open& open) { return open.sid == sid && open.file == file; });
}

Task<Result<>> tidy_files(store::Database& database, const BlockFileWriter& writer) {
  for (auto& [sid, files] : files_by_account(database.files())) {
    PARLEY_CO_TRY(co_await tidy_account(database, writer, sid, std::move(files)));
  }
  co_return Result<>{};
}

void remove_files(store::SideFiles& files, std::int64_t sid) {
  const auto found = files_by_account(files);
  const auto account = found.find(sid);
  if (account == found.end()) return;
  for (const File& file : account->second) files.remove(block_file_name(sid, file.number));
}

}  // namespace parley::statistics
