#include "http/header_fields.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::http {

namespace {

constexpr std::string_view between = ": ";
constexpr std::string_view line_end = "\r\n";

/// Room for the fields of an ordinary answer.
constexpr std::size_t usual_bytes = 160;

bool is_unfit(char c) noexcept {
  return c == '\r' || c == '\n' || c == '\0';
}

}  // namespace

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(between);
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  out.append(value);
  std::replace_if(out.begin() + begin, out.end(), is_unfit, ' ');
  out.append(line_end);
}

void HeaderFields::add(std::string_view name, std::string_view value) {
  if (text_.empty()) text_.reserve(usual_bytes);
  append_field(text_, name, value);
}

std::optional<std::string_view> HeaderFields::find(std::string_view name) const noexcept {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find(line_end));
    if (line.starts_with(name) && line.substr(name.size()).starts_with(between)) {
      return line.substr(name.size() + between.size());
    }
    rest.remove_prefix(line.size() + line_end.size());
  }
  return std::nullopt;
}

void HeaderFields::append_to(std::string& out, bool varies) const {
  if (!varies) {
    out.append(text_);
    return;
  }
  const auto vary = find("Vary");
  if (!vary) {
    out.append(text_).append("Vary: Accept-Encoding\r\n");
    return;
  }
  const std::string_view text = text_;
  const auto end = static_cast<std::size_t>(vary->data() + vary->size() - text.data());
  out.append(text.substr(0, end)).append(", Accept-Encoding").append(text.substr(end));
}

}  // namespace parley::http
