#include "transfer/demo_language.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace parley::transfer::demo {

namespace {

constexpr std::array<std::string_view, slot_count> slot_names = {
    "",      "order", "product", "color", "size",     "price", "date",
    "agent", "other", "name",    "email", "tracking", "count"};
constexpr std::array<std::string_view, topic_count> topic_names = {"delivery", "returns", "size",   "billing",
                                                                   "product",  "claim",   "account"};

/// Takes what stands before `mark` off the front of `text`, and the mark with it; all of it where there is
/// none.
std::string_view take_until(std::string_view& text, std::string_view mark) noexcept {
  const std::size_t at = text.find(mark);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + mark.size());
  return taken;
}

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  PARLEY_CHECK(found != names.end());
  return static_cast<std::size_t>(found - names.begin());
}

std::uint32_t read_weight(std::string_view digits) {
  std::uint32_t weight = 0;
  for (const char digit : digits) weight = weight * 10 + static_cast<std::uint32_t>(digit - '0');
  return weight;
}

/// The list of templates that a keyword names, or null.
Templates* templates_named(Language& language, std::string_view keyword) {
  const std::array<std::pair<std::string_view, Templates*>, 10> common = {{{"price", &language.price},
                                                                           {"greet", &language.greet},
                                                                           {"wait", &language.wait},
                                                                           {"transfer", &language.transfer},
                                                                           {"take_over", &language.take_over},
                                                                           {"thank", &language.thank},
                                                                           {"bye", &language.bye},
                                                                           {"nudge", &language.nudge},
                                                                           {"leave", &language.leave},
                                                                           {"late", &language.late}}};
  for (const auto& [name, list] : common) {
    if (name == keyword) return list;
  }
  return nullptr;
}

Exchange read_exchange(std::string_view line) {
  const std::string_view question = take_until(line, "|");
  PARLEY_CHECK(!line.empty());
  return {Template(question), Template(line)};
}

/// Reads a line of a topic; false if its keyword is none.
bool read_script_line(Script& script, std::string_view keyword, std::string_view line) {
  if (keyword == "open") {
    if (script.threads.empty() || !script.threads.back().ask.empty()) script.threads.emplace_back();
    script.threads.back().open.emplace_back(line);
  } else if (keyword == "ask") {
    script.threads.back().ask.push_back(read_exchange(line));
  } else if (keyword == "answer") {
    script.threads.back().answer.emplace_back(line);
  } else if (keyword == "more") {
    script.more.push_back(read_exchange(line));
  } else {
    return false;
  }
  return true;
}

/// The list of words that a keyword names, or null.
std::vector<std::string_view>* words_named(Language& language, std::string_view keyword) {
  if (keyword == "products") return &language.products;
  if (keyword == "colors") return &language.colors;
  if (keyword == "first") return &language.first_names;
  if (keyword == "last") return &language.last_names;
  return nullptr;
}

void read_line(Language& language, Script*& script, std::string_view line) {
  const std::string_view keyword = take_until(line, " ");
  if (keyword == "#") {
    script = &language.scripts[index_of(topic_names, line)];
  } else if (keyword == "language") {
    language.code = take_until(line, "|");
    language.path = take_until(line, "|");
    language.weight = read_weight(line);
  } else if (keyword == "place") {
    const std::string_view city = take_until(line, "|");
    language.places.push_back({city, line});
  } else if (script != nullptr) {
    PARLEY_CHECK(read_script_line(*script, keyword, line));
  } else if (auto* words = words_named(language, keyword)) {
    while (!line.empty()) words->push_back(take_until(line, "|"));
  } else {
    Templates* list = templates_named(language, keyword);
    PARLEY_CHECK(list != nullptr);
    list->emplace_back(line);
  }
}

}  // namespace

Template::Template(std::string_view text) {
  while (!text.empty()) {
    Piece piece;
    const bool has_slot = text.find('{') != std::string_view::npos;
    piece.text = take_until(text, "{");
    if (has_slot) piece.slot = static_cast<Slot>(index_of(slot_names, take_until(text, "}")));
    pieces_.push_back(piece);
  }
}

std::string Template::fill(const SlotValues& values) const {
  std::string filled;
  for (const Piece& piece : pieces_) {
    filled.append(piece.text);
    filled.append(values[static_cast<std::size_t>(piece.slot)]);
  }
  return filled;
}

bool Template::has(Slot slot) const noexcept {
  return std::ranges::any_of(pieces_, [slot](const Piece& piece) { return piece.slot == slot; });
}

Language read_language(std::string_view texts) {
  Language language;
  Script* script = nullptr;
  while (!texts.empty()) {
    const std::string_view line = take_until(texts, "\n");
    if (!line.empty()) read_line(language, script, line);
  }
  return language;
}

const std::vector<Language>& languages() {
  static const std::vector<Language> all = {read_language(swedish_texts),  read_language(english_texts),
                                            read_language(german_texts),   read_language(finnish_texts),
                                            read_language(french_texts),   read_language(arabic_texts),
                                            read_language(japanese_texts), read_language(ukrainian_texts)};
  return all;
}

}  // namespace parley::transfer::demo
