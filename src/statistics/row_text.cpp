#include "statistics/row_text.hpp"

#include <optional>
#include <string_view>

#include "base/limits.hpp"
#include "encoding/json_reader.hpp"
#include "encoding/json_writer.hpp"

namespace parley::statistics {

namespace {

/// `,"key":` with its comma; the first key's comma is left out by its caller.
void append_text(std::string& out, std::string_view key_part, std::string_view text) {
  out += key_part;
  encoding::append_json_string(out, text);
}

void append_optional_text(std::string& out, std::string_view key_part, std::optional<std::string_view> text) {
  if (text) return append_text(out, key_part, *text);
  out.append(key_part).append("null");
}

void append_list(std::string& out, std::string_view key_part, std::string_view list) {
  out.append(key_part).append(list.empty() ? "[]" : list);
}

void append_number(std::string& out, std::string_view key_part, std::optional<std::int64_t> number) {
  out += key_part;
  if (number) {
    encoding::append_decimal(out, *number);
  } else {
    out += "null";
  }
}

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

void append_json_row(std::string& out, const FactRow& row) {
  append_text(out, "{\"channel\":", row.channel);
  append_optional_text(out, ",\"agentName\":", row.agent_name);
  append_optional_text(out, ",\"agentEmail\":", row.agent_email);
  append_text(out, ",\"referral\":", row.referral);
  append_text(out, ",\"searchEngine\":", row.search_engine);
  append_text(out, ",\"exitPage\":", row.exit_page);
  append_text(out, ",\"browser\":", row.browser);
  append_text(out, ",\"os\":", row.os);
  append_text(out, ",\"city\":", row.city);
  append_text(out, ",\"country\":", row.country);
  append_list(out, ",\"labels\":", row.labels);
  append_list(out, ",\"tags\":", row.tags);
  append_number(out, ",\"duration\":", row.duration_ms);
  append_number(out, ",\"rating\":", row.rating);
  append_number(out, ",\"responseTime\":", row.response_time_ms);
  out += ",\"startedAt\":\"";
  base::append_iso8601(out, row.started_at);
  out += "\"}";
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
  text(row.agent_name.value_or(std::string_view()));
  text(row.agent_email.value_or(std::string_view()));
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
