#include "statistics/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "statistics/block_store.hpp"
#include "statistics/row_text.hpp"

namespace parley::statistics {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::Row;

constexpr std::chrono::milliseconds moment(1);

/// What a row takes, about, so that no more are read than are wanted.
constexpr std::size_t usual_row_bytes = 400;

/// What a CSV row in UTC ends with: the start, always as long as this, and the line's end.
constexpr std::size_t utc_end_bytes = std::string_view("2020-01-01T00:00:00.000Z\r\n").size();

/// Before every row that starts then or later: chats are numbered from 1.
Position before(base::Timestamp time) noexcept {
  return {time, -1};
}

base::Timestamp end_of(Day day) noexcept {
  return base::Timestamp(day + std::chrono::days(1)) - moment;
}

}  // namespace

RowReader::RowReader(Query query, RowStyle style, DayQueue* days, RowBounds bounds)
    : query_(std::move(query)),
      style_(style),
      days_(days),
      bounds_(std::move(bounds)),
      form_(block_form()),
      texts_(query_.sid),
      local_time_(style.timezone),
      position_(bounds_.after) {}

std::optional<BlockForm> RowReader::block_form() const noexcept {
  if (query_.agent_ids || query_.channels || query_.page_filter_ids) return std::nullopt;
  if (query_.updated || query_.last || bounds_.after || bounds_.is_taken) return std::nullopt;
  if (style_.form == RowForm::ndjson) return std::nullopt;
  if (style_.form == RowForm::json) return BlockForm::json;
  const encoding::CsvDialect usual;
  if (style_.dialect.separator != usual.separator || style_.dialect.raw) return std::nullopt;
  return BlockForm::csv;
}

Task<Result<bool>> RowReader::next(store::Unit& unit, std::string& out, std::size_t wanted_bytes) {
  std::size_t end = out.size() + wanted_bytes;
  if (!form_) co_return co_await append_facts(unit, out, query_.to, end);
  if (!position_) position_ = before(query_.from);
  while (position_->started_at <= query_.to && out.size() < end) {
    const Day day = day_of(position_->started_at);
    PARLEY_CO_TRY_ASSIGN(const auto whole, co_await next_whole_day(unit, query_.sid, day, day_of(query_.to)));
    if (whole == day) {
      if (deflated_sink_ && is_copied()) {
        const std::size_t left = end - out.size();
        PARLEY_CO_TRY_ASSIGN(const std::size_t bytes, co_await append_deflated(unit, out, day, left));
        if (bytes >= left) co_return true;
        end = out.size() + left - bytes;
      }
      PARLEY_CO_TRY_ASSIGN(const bool more, co_await append_day(unit, out, day, end));
      if (more) co_return true;
      position_ = before(base::Timestamp(day + std::chrono::days(1)));
      continue;
    }
    const base::Timestamp last = whole ? base::Timestamp(*whole) - moment : query_.to;
    PARLEY_CO_TRY_ASSIGN(const bool more, co_await append_facts(unit, out, last, end));
    // One batch of facts is a unit's work.
    if (more) co_return true;
    position_ = before(last + moment);
  }
  co_return position_->started_at <= query_.to;
}

/// One batch of facts, ended early when `out` has reached `end`. False when no more is wanted.
Task<Result<bool>> RowReader::append_facts(store::Unit& unit, std::string& out, base::Timestamp to,
                                           std::size_t end) {
  Query part = query_;
  part.to = to;
  const base::Timestamp now = unit.began_at();
  const auto rows = static_cast<int>(
      std::min<std::size_t>((end - out.size()) / usual_row_bytes + 1, limits::rows_per_batch));
  const auto give = [this, &out, now, end](const FactRow& row) {
    if (out.size() >= end) return false;
    is_past_bounds_ = bounds_.is_taken && !bounds_.is_taken(row.place);
    if (is_past_bounds_) return false;
    append_row(out, row, now);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more, co_await batch(unit, part, texts_, position_, rows, give));
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
  if (!form_ || days_ == nullptr) return;
  const Day day = day_of(row.started_at);
  if (asked_ == day || end_of(day) >= now) return;
  asked_ = day;
  days_->ask(query_.sid, day);
}

/// The deflated blocks of a day from the position on, as long as they are wanted whole; gives their bytes.
Task<Result<std::size_t>> RowReader::append_deflated(store::Unit& unit, std::string& out, Day day,
                                                     std::size_t wanted_bytes) {
  std::size_t bytes = 0;
  const auto take = [&](const Row& row) {
    const Position first{row.timestamp(BlockColumn::first_started_at),
                         row.integer(BlockColumn::first_chat_id)};
    const Position last{row.timestamp(BlockColumn::last_started_at), row.integer(BlockColumn::last_chat_id)};
    // Answers shorter than this are not compressed, and one block may be all of an answer.
    const bool is_worth_it =
        row.integer(BlockColumn::text_bytes) >= static_cast<std::int64_t>(limits::compress_from_bytes);
    if (first <= *position_ || last.started_at > query_.to || !is_worth_it) return false;
    if (rows_ > 0) out += row_joint(*form_);
    const std::string_view body = row.text(BlockColumn::body);
    deflated_sink_({body, static_cast<std::uint32_t>(row.integer(BlockColumn::text_crc32)),
                    static_cast<std::uint64_t>(row.integer(BlockColumn::text_bytes))});
    rows_ += row.integer(BlockColumn::row_count);
    position_ = last;
    bytes += body.size();
    return bytes < wanted_bytes;
  };
  const BlockForm form = deflated_form(*form_);
  PARLEY_CO_TRY(co_await read_blocks(unit, query_.sid, day, form, *position_, take));
  co_return bytes;
}

/// The rows of a day that has blocks, up to the query's end; stops when `out` has reached `end`. False when
/// the day has no more.
Task<Result<bool>> RowReader::append_day(store::Unit& unit, std::string& out, Day day, std::size_t end) {
  // Blocks need no texts: thousands of slow readers hold none.
  texts_.clear();
  Result<Step> step = Step::next_block;
  const auto take = [&](const Row& row) {
    step = append_block(row, out, day, end);
    return step.has_value() && *step == Step::next_block;
  };
  PARLEY_CO_TRY(co_await read_blocks(unit, query_.sid, day, *form_, *position_, take));
  if (!step) co_return base::fail(std::move(step).error());
  co_return *step == Step::is_enough;
}

/// What of a block is asked for and fits; moves the position.
Result<RowReader::Step> RowReader::append_block(const Row& row, std::string& out, Day day, std::size_t end) {
  const std::string_view text = row.text(BlockColumn::body);
  const Position first{row.timestamp(BlockColumn::first_started_at), row.integer(BlockColumn::first_chat_id)};
  const Position last{row.timestamp(BlockColumn::last_started_at), row.integer(BlockColumn::last_chat_id)};
  const std::size_t room = end - out.size();
  const bool takes_all = room >= std::min(text.size(), limits::stream_chunk_bytes);
  const bool is_wanted = first > *position_ && last.started_at <= query_.to;
  if (is_copied() && takes_all && is_wanted) {
    if (rows_ > 0) out += row_joint(*form_);
    out += text;
    rows_ += row.integer(BlockColumn::row_count);
    position_ = last;
    return out.size() < end ? Step::next_block : Step::is_enough;
  }
  const RowPlaces places(row.text(BlockColumn::places), day, row_joint(*form_).size());
  if (!places.fits(text.size())) {
    return base::fail(
        ErrorCode::internal, "the store is damaged",
        fmt::format("account {}: a block of day {} has other places than rows", query_.sid, day_number(day)));
  }
  const std::size_t from = places.first_after(*position_);
  const std::size_t to = places.first_after(before(query_.to + moment));
  if (from >= to) return Step::past_end;
  std::size_t until = from + 1;
  while (until < to && (takes_all || places[until].end - places[from].begin <= room)) ++until;
  append_part(out, text, places, from, until);
  if (until < to || out.size() >= end) return Step::is_enough;
  return to < places.size() ? Step::past_end : Step::next_block;
}

void RowReader::append_part(std::string& out, std::string_view text, const RowPlaces& places,
                            std::size_t first, std::size_t last) {
  if (rows_ > 0) out += row_joint(*form_);
  if (is_copied()) {
    out += text.substr(places[first].begin, places[last - 1].end - places[first].begin);
  } else {
    for (std::size_t i = first; i < last; ++i) {
      const RowPlace place = places[i];
      out += text.substr(place.begin, place.end - place.begin - utc_end_bytes);
      local_time_.append(out, place.position.started_at);
      out += "\r\n";
    }
  }
  rows_ += static_cast<std::int64_t>(last - first);
  position_ = places[last - 1].position;
}

/// Whether a block's bytes go out as they are; else their times are in another zone.
bool RowReader::is_copied() const noexcept {
  return style_.form != RowForm::csv || style_.timezone.is_utc();
}

}  // namespace parley::statistics
