#include "statistics/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/limits.hpp"
#include "statistics/block_files.hpp"
#include "statistics/block_store.hpp"
#include "statistics/row_text.hpp"

namespace parley::statistics {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;

constexpr std::chrono::milliseconds moment(1);

/// What a row takes, about, so that no more are read than are wanted.
constexpr std::size_t usual_row_bytes = 400;

/// What a CSV row in UTC ends with: the start, always as long as this, and the line's end.
constexpr std::size_t utc_end_bytes = std::string_view("2020-01-01T00:00:00.000Z\r\n").size();

/// Rows of a block that are wanted are read together with what lies between them, where that is no more than
/// this: less work than another call.
constexpr std::size_t gap_bytes = 8 * 1024;

/// Before every row that starts then or later: chats are numbered from 1.
Position before(base::Timestamp time) noexcept {
  return {time, -1};
}

/// The rows of a block whose agent is that one, from the column of agents.
std::vector<std::size_t> rows_of(std::int64_t agent, std::string_view agents, std::size_t rows) {
  // Several rows for one branch: an agent's chats lie in the hours of a shift.
  constexpr std::size_t at_once = 16;
  std::vector<std::size_t> found;
  for (std::size_t row = 0; row < rows;) {
    const std::size_t end = std::min(row + at_once, rows);
    bool is_there = false;
    for (std::size_t i = row; i < end; ++i) is_there |= agent_of(agents, i) == agent;
    for (std::size_t i = row; is_there && i < end; ++i) {
      if (agent_of(agents, i) == agent) found.push_back(i);
    }
    row = end;
  }
  return found;
}

/// The same of several agents, which are in order.
std::vector<std::size_t> rows_of(const std::vector<std::int64_t>& wanted, std::string_view agents,
                                 std::size_t rows) {
  if (wanted.size() == 1) return rows_of(wanted.front(), agents, rows);
  std::vector<std::size_t> found;
  for (std::size_t row = 0; row < rows; ++row) {
    if (std::ranges::binary_search(wanted, agent_of(agents, row))) found.push_back(row);
  }
  return found;
}

/// How many of the chosen rows are read together: of `most_bytes` at the most, unless it is one.
std::size_t stretch_of(const RowPlaces& places, std::span<const std::size_t> chosen,
                       std::size_t most_bytes) noexcept {
  const RowPlace first = places[chosen.front()];
  std::size_t end = first.end;
  std::size_t count = 1;
  for (; count < chosen.size(); ++count) {
    const RowPlace place = places[chosen[count]];
    if (place.begin > end + gap_bytes || place.end - first.begin > most_bytes) break;
    end = place.end;
  }
  return count;
}

base::Timestamp end_of(Day day) noexcept {
  return base::Timestamp(day + std::chrono::days(1)) - moment;
}

}  // namespace

RowReader::RowReader(Query query, RowStyle style, store::SideFiles& files, DayQueue* days, RowBounds bounds)
    : query_(std::move(query)),
      style_(style),
      files_(files),
      days_(days),
      bounds_(std::move(bounds)),
      form_(block_form()),
      own_texts_(bounds_.texts ? nullptr : std::make_shared<Dictionary>(query_.sid)),
      local_time_(style.timezone),
      position_(bounds_.after) {}

std::optional<BlockForm> RowReader::block_form() const noexcept {
  if (query_.channels || query_.page_filter_ids) return std::nullopt;
  if (query_.updated || query_.last || bounds_.after || bounds_.is_taken) return std::nullopt;
  if (style_.form == RowForm::ndjson) return std::nullopt;
  if (style_.form == RowForm::json) return BlockForm::json;
  const encoding::CsvDialect usual;
  if (style_.dialect.separator != usual.separator || style_.dialect.raw) return std::nullopt;
  return BlockForm::csv;
}

Task<Result<bool>> RowReader::next(store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
  std::size_t room = wanted_bytes;
  if (!form_) co_return co_await append_facts(unit, out, query_.to, room);
  if (!position_) position_ = before(query_.from);
  PARLEY_CO_TRY(copy(out, room));
  std::optional<Day> whole;
  while (position_->started_at <= query_.to && room > 0) {
    const Day day = day_of(position_->started_at);
    if (!whole || *whole < day) {
      PARLEY_CO_TRY_ASSIGN(whole, co_await next_whole_day(unit, query_.sid, day, day_of(query_.to)));
    }
    base::Timestamp last = whole ? base::Timestamp(*whole) - moment : query_.to;
    if (whole == day) {
      PARLEY_CO_TRY_ASSIGN(const Step step, co_await append_block(unit, out, day, room));
      if (step == Step::is_enough) co_return true;
      if (step == Step::more) continue;
      last = std::min(end_of(day), query_.to);
    }
    const std::size_t size = out.size();
    PARLEY_CO_TRY_ASSIGN(const bool more, co_await append_facts(unit, out, last, room));
    // One batch of facts is a unit's work.
    if (more) co_return true;
    room -= std::min(room, out.size() - size);
    position_ = before(last + moment);
  }
  co_return copying_ || position_->started_at <= query_.to;
}

/// One batch of facts, ended early when there is no more room. False when no more is wanted.
Task<Result<bool>> RowReader::append_facts(store::Unit& unit, std::string& out, base::Timestamp to,
                                           std::size_t room) {
  Query part = query_;
  part.to = to;
  const base::Timestamp now = unit.began_at();
  const std::size_t end = out.size() + room;
  const auto rows =
      static_cast<int>(std::min<std::size_t>(room / usual_row_bytes + 1, limits::rows_per_batch));
  const auto give = [this, &out, now, end](const FactRow& row) {
    if (out.size() >= end) return false;
    is_past_bounds_ = bounds_.is_taken && !bounds_.is_taken(row.place);
    if (is_past_bounds_) return false;
    append_row(out, row, now);
    return true;
  };
  const auto texts = bounds_.texts ? bounds_.texts() : own_texts_;
  texts->make_room();
  PARLEY_CO_TRY_ASSIGN(const bool more, co_await batch(unit, part, *texts, position_, rows, give));
  co_return more && !is_past_bounds_;
}

void RowReader::append_row(std::string& out, const FactRow& row, base::Timestamp now) {
  switch (style_.form) {
    case RowForm::csv:
      append_csv_row(out, row, style_.dialect, local_time_);
      break;
    case RowForm::ndjson:
      append_json_row(out, row);
      out.push_back('\n');
      break;
    case RowForm::json:
      if (rows_ > 0) out += row_joint(BlockForm::json);
      append_json_row(out, row);
      break;
  }
  ++rows_;
  ask_for(day_of(row.started_at), now);
}

/// Asks for a day's blocks, if this is an answer that would be made of them and the day has closed. One for
/// some agents finds its rows without, and quicker than others would get theirs.
void RowReader::ask_for(Day day, base::Timestamp now) {
  if (!form_ || query_.agent_ids || days_ == nullptr) return;
  if (asked_ == day || end_of(day) >= now) return;
  asked_ = day;
  days_->ask(query_.sid, day);
}

/// The day's next block, or a part of it. `gone` when its file is: then nothing was appended.
Task<Result<RowReader::Step>> RowReader::append_block(store::Unit& unit, std::string& out, Day day,
                                                      std::size_t& room) {
  // Blocks need no texts: thousands of slow readers hold none.
  if (own_texts_) own_texts_->clear();
  PARLEY_CO_TRY_ASSIGN(const auto block, co_await next_block(unit, query_.sid, day, *position_));
  if (!block) {
    position_ = before(end_of(day) + moment);
    co_return Step::more;
  }
  auto file = open(*block);
  if (!file) {
    ask_for(day, unit.began_at());
    co_return Step::gone;
  }
  const bool is_whole = block->first > *position_ && block->last.started_at <= query_.to;
  if (!is_whole || !is_copied() || query_.agent_ids) {
    co_return append_part({*block, std::move(file), day}, is_whole, out, room);
  }
  const bool is_first = std::exchange(may_wait_, false);
  copying_ = Copying{std::move(file), block->text_span(*form_), {}, block->text_of(*form_).crc32};
  // Answers shorter than this are not compressed, and one block may be all of an answer.
  if (copying_->text.bytes >= limits::compress_from_bytes) copying_->deflated = block->deflated_span(*form_);
  if (rows_ > 0) out += row_joint(*form_);
  rows_ += block->rows;
  position_ = block->last;
  if (is_first) co_return Step::is_enough;
  PARLEY_CO_TRY(copy(out, room));
  co_return copying_ ? Step::is_enough : Step::more;
}

/// The file of a block; null where it is gone or too short. Kept open from one block to the next.
std::shared_ptr<const store::SideFile> RowReader::open(const BlockEntry& block) {
  if (!file_ || file_number_ != block.file) file_ = files_.open(block_file_name(query_.sid, block.file));
  file_number_ = block.file;
  if (file_ && !file_->reaches(block.end_at())) file_.reset();
  return file_;
}

/// Copies of what is on its way as much as there is room for.
Result<> RowReader::copy(std::string& out, std::size_t& room) {
  if (!copying_) return {};
  Copying& copying = *copying_;
  const bool is_deflated = copying.deflated.bytes > 0 && deflated_sink_ != nullptr;
  if (!is_deflated) copying.deflated = {};
  const bool is_first = !std::exchange(copying.is_begun, true);
  FileSpan& span = is_deflated ? copying.deflated : copying.text;
  const std::size_t bytes = std::min<std::size_t>(room, span.bytes);
  std::string* to = &out;
  if (is_deflated) to = &deflated_sink_(is_first ? copying.crc32 : 0, is_first ? copying.text.bytes : 0);
  PARLEY_TRY(copying.file->read(*to, span.begin, bytes));
  span.begin += bytes;
  span.bytes -= bytes;
  room -= bytes;
  if (span.bytes == 0) copying_.reset();
  return {};
}

/// The places of a block's rows; with their positions, if they are wanted.
Result<RowPlaces> RowReader::places_of(const OpenBlock& block, bool with_positions) const {
  std::array<std::string, 3> columns;
  const std::array names = {end_column(*form_), BlockColumn::started_at, BlockColumn::chat_id};
  for (std::size_t i = 0; i < (with_positions ? columns.size() : 1); ++i) {
    const FileSpan span = block.entry.column_span(names[i]);
    PARLEY_TRY(block.file->read(columns[i], span.begin, span.bytes));
  }
  RowPlaces places(*form_, block.day, std::move(columns[0]), std::move(columns[1]), std::move(columns[2]));
  if (places.fits(block.entry.text_of(*form_).bytes)) return places;
  return base::fail(ErrorCode::internal, "the store is damaged",
                    fmt::format("account {}: a block of day {} has other places than rows", query_.sid,
                                day_number(block.day)));
}

/// The position of one row of a block, read alone.
Result<Position> RowReader::position_in(const OpenBlock& block, std::size_t row) {
  if (row + 1 == static_cast<std::size_t>(block.entry.rows)) return block.entry.last;
  std::array<std::string, 2> cells;
  const std::array names = {BlockColumn::started_at, BlockColumn::chat_id};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t bytes = block_column_bytes[static_cast<std::size_t>(names[i])];
    PARLEY_TRY(block.file->read(cells[i], block.entry.column_span(names[i]).begin + row * bytes, bytes));
  }
  return position_of(block.day, cells[0], cells[1]);
}

/// What of a block is asked for: some of its rows, or rows that are not copied as they are.
Result<RowReader::Step> RowReader::append_part(OpenBlock block, bool is_whole, std::string& out,
                                               std::size_t& room) {
  std::vector<std::size_t> chosen;
  if (query_.agent_ids) {
    PARLEY_TRY_ASSIGN(chosen, chosen_rows(block));
    if (is_whole && chosen.empty()) {
      position_ = block.entry.last;
      return Step::more;
    }
  }
  PARLEY_TRY_ASSIGN(const RowPlaces places, places_of(block, !is_whole || !is_copied()));
  const std::size_t from = is_whole ? 0 : places.first_after(*position_);
  const std::size_t to = is_whole ? places.size() : places.first_after(before(query_.to + moment));
  if (from < to && is_copied() && !query_.agent_ids) {
    const std::size_t begin = places[from].begin;
    const FileSpan text{block.entry.text_span(*form_).begin + begin, places[to - 1].end - begin};
    copying_ = Copying{std::move(block.file), text, {}, 0};
    if (rows_ > 0) out += row_joint(*form_);
    rows_ += static_cast<std::int64_t>(to - from);
    position_ = places[to - 1].position;
    PARLEY_TRY(copy(out, room));
  } else if (from < to) {
    if (!query_.agent_ids) {
      chosen.resize(to - from);
      std::iota(chosen.begin(), chosen.end(), from);
    }
    const auto begin = std::ranges::lower_bound(chosen, from);
    const auto wanted = std::span(begin, std::ranges::lower_bound(begin, chosen.end(), to));
    PARLEY_TRY_ASSIGN(const std::size_t appended, append_chosen(block, places, wanted, out, room));
    const std::size_t end = appended < wanted.size() ? wanted[appended] : to;
    PARLEY_TRY_ASSIGN(position_, position_in(block, end - 1));
    if (end < to) return Step::is_enough;
  }
  if (to < places.size()) position_ = before(query_.to + moment);
  return copying_ ? Step::is_enough : Step::more;
}

/// The rows of a block that the query asks some agents' for.
Result<std::vector<std::size_t>> RowReader::chosen_rows(const OpenBlock& block) const {
  std::string agents;
  const FileSpan span = block.entry.column_span(BlockColumn::agent_id);
  PARLEY_TRY(block.file->read(agents, span.begin, span.bytes));
  return rows_of(*query_.agent_ids, agents, static_cast<std::size_t>(block.entry.rows));
}

/// These rows of a block, as far as there is room. Returns how many there were appended.
Result<std::size_t> RowReader::append_chosen(const OpenBlock& block, const RowPlaces& places,
                                             std::span<const std::size_t> chosen, std::string& out,
                                             std::size_t& room) {
  const std::uint64_t text_begin = block.entry.text_span(*form_).begin;
  std::string bytes;
  std::size_t done = 0;
  while (done < chosen.size() && room > 0) {
    const auto stretch = chosen.subspan(done, stretch_of(places, chosen.subspan(done), room));
    const std::size_t begin = places[stretch.front()].begin;
    bytes.clear();
    PARLEY_TRY(block.file->read(bytes, text_begin + begin, places[stretch.back()].end - begin));
    const std::size_t size = out.size();
    for (const std::size_t row : stretch) {
      const RowPlace place = places[row];
      const std::string_view text =
          std::string_view(bytes).substr(place.begin - begin, place.end - place.begin);
      append_stored_row(out, text, place.position);
    }
    room -= std::min(room, out.size() - size);
    done += stretch.size();
  }
  return done;
}

void RowReader::append_stored_row(std::string& out, std::string_view row, const Position& position) {
  if (rows_ > 0) out += row_joint(*form_);
  ++rows_;
  if (is_copied()) {
    out += row;
    return;
  }
  out += row.substr(0, row.size() - utc_end_bytes);
  local_time_.append(out, position.started_at);
  out += "\r\n";
}

/// Whether a block's bytes go out as they are; else their times are in another zone.
bool RowReader::is_copied() const noexcept {
  return style_.form != RowForm::csv || style_.timezone.is_utc();
}

}  // namespace parley::statistics
