#include "statistics/row_text.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/limits.hpp"
#include "encoding/json_reader.hpp"
#include "encoding/json_writer.hpp"

namespace parley::statistics {

namespace {

/// Writes into room that was made before for all of it.
class Pen {
 public:
  explicit Pen(char* at) noexcept : at_(at) {}

  void put(std::string_view text) noexcept {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put_text(std::string_view key_part, std::string_view json) noexcept {
    put(key_part);
    put(json);
  }
  void put_list(std::string_view key_part, std::string_view list) noexcept {
    put(key_part);
    put(list.empty() ? "[]" : list);
  }
  void put_number(std::string_view key_part, std::optional<std::int64_t> number) noexcept {
    put(key_part);
    if (!number) return put("null");
    at_ = std::to_chars(at_, at_ + longest_number, *number).ptr;
  }

  [[nodiscard]] char* at() const noexcept { return at_; }

  static constexpr std::size_t longest_number = std::string_view("-9223372036854775808").size();

 private:
  char* at_;
};

/// More than what of a row is neither text nor list.
constexpr std::size_t fixed_bytes = 320;

void append_member(std::string& out, std::string_view member) {
  if (!out.empty()) out.push_back(',');
  out += member;
}

}  // namespace

std::string joined(std::string_view list) {
  std::string out;
  if (list.empty()) return out;
  // Without an escape the members stand there as they are.
  constexpr std::string_view begin = "[\"";
  constexpr std::string_view joint = "\",\"";
  constexpr std::string_view end = "\"]";
  if (list.size() >= begin.size() + end.size() && list.starts_with(begin) && list.ends_with(end) &&
      list.find('\\') == std::string_view::npos) {
    list = list.substr(begin.size(), list.size() - begin.size() - end.size());
    for (std::size_t at = list.find(joint); at != std::string_view::npos; at = list.find(joint)) {
      append_member(out, list.substr(0, at));
      list.remove_prefix(at + joint.size());
    }
    append_member(out, list);
    return out;
  }
  static thread_local encoding::JsonParser parser(limits::tags_per_conversation *
                                                  (limits::short_text_bytes * 6 + 3));
  const auto root = parser.parse(list);
  if (!root) return out;
  simdjson::dom::array members;
  if (root->get_array().get(members) != simdjson::SUCCESS) return out;
  for (const simdjson::dom::element member : members) {
    std::string_view text;
    if (member.get_string().get(text) != simdjson::SUCCESS) continue;
    append_member(out, text);
  }
  return out;
}

namespace {

/// The texts of a row as JSON, in order.
using Quoted = std::array<std::string_view, 9>;

std::array<const Text*, 9> texts_of(const FactRow& row) noexcept {
  return {row.agent_name ? &*row.agent_name : nullptr,
          row.agent_email ? &*row.agent_email : nullptr,
          &row.referral,
          &row.search_engine,
          &row.exit_page,
          &row.browser,
          &row.os,
          &row.city,
          &row.country};
}

void append_quoted(std::string& out, const FactRow& row, const Quoted& texts) {
  std::size_t bytes = fixed_bytes + row.labels.size() + row.tags.size();
  for (const std::string_view text : texts) bytes += text.size();
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + bytes, [&](char* data, std::size_t) {
    Pen pen(data + before);
    pen.put_text(",\"agentName\":", texts[0]);
    pen.put_text(",\"agentEmail\":", texts[1]);
    pen.put_text(",\"referral\":", texts[2]);
    pen.put_text(",\"searchEngine\":", texts[3]);
    pen.put_text(",\"exitPage\":", texts[4]);
    pen.put_text(",\"browser\":", texts[5]);
    pen.put_text(",\"os\":", texts[6]);
    pen.put_text(",\"city\":", texts[7]);
    pen.put_text(",\"country\":", texts[8]);
    pen.put_list(",\"labels\":", row.labels);
    pen.put_list(",\"tags\":", row.tags);
    pen.put_number(",\"duration\":", row.duration_ms);
    pen.put_number(",\"rating\":", row.rating);
    pen.put_number(",\"responseTime\":", row.response_time_ms);
    pen.put(",\"startedAt\":\"");
    return static_cast<std::size_t>(pen.at() - data);
  });
  base::append_iso8601(out, row.started_at);
  out += "\"}";
}

/// Of a row that has texts with something to escape.
void append_escaped(std::string& out, const FactRow& row, Quoted texts) {
  const auto plain = texts_of(row);
  std::array<std::string, 9> escaped;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i].empty()) continue;
    encoding::append_json_string(escaped[i], plain[i]->text);
    texts[i] = escaped[i];
  }
  append_quoted(out, row, texts);
}

}  // namespace

void append_json_row(std::string& out, const FactRow& row) {
  out += "{\"channel\":";
  encoding::append_json_string(out, row.channel);
  Quoted texts;
  bool are_quoted = true;
  const auto plain = texts_of(row);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = plain[i] == nullptr ? "null" : plain[i]->json;
    are_quoted = are_quoted && !texts[i].empty();
  }
  are_quoted ? append_quoted(out, row, texts) : append_escaped(out, row, texts);
}

void append_csv_header(std::string& out, const encoding::CsvDialect& dialect) {
  if (dialect.byte_order_mark) out += encoding::csv_byte_order_mark;
  for (const std::string_view key : row_keys) {
    if (key != row_keys.front()) out.push_back(dialect.separator);
    out += key;
  }
  out += "\r\n";
}

void append_csv_row(std::string& out, const FactRow& row, const encoding::CsvDialect& dialect,
                    base::LocalTimeWriter& local_time) {
  const auto text = [&](std::string_view cell) {
    encoding::append_csv_cell(out, cell, dialect);
    out.push_back(dialect.separator);
  };
  const auto number = [&](std::optional<std::int64_t> cell) {
    if (cell) encoding::append_decimal(out, *cell);
    out.push_back(dialect.separator);
  };
  text(row.channel);
  text(row.agent_name.value_or(Text()));
  text(row.agent_email.value_or(Text()));
  text(row.referral);
  text(row.search_engine);
  text(row.exit_page);
  text(row.browser);
  text(row.os);
  text(row.city);
  text(row.country);
  text(joined(row.labels));
  text(joined(row.tags));
  number(row.duration_ms);
  number(row.rating);
  number(row.response_time_ms);
  local_time.append(out, row.started_at);
  out += "\r\n";
}

}  // namespace parley::statistics
