#include "api/conversation_parts.hpp"

#include <algorithm>

#include "api/parameters.hpp"
#include "api/visitor_rows.hpp"
#include "visitor/visitor.hpp"

namespace parley::api {

namespace {

using base::Result;
using base::Task;

constexpr std::string_view takes_parts =
    "takes any of messages, visitor, tags, labels and cards, joined by commas";

/// The switch of a part, or null.
bool* part_named(Parts& parts, std::string_view name) noexcept {
  if (name == "messages") return &parts.messages;
  if (name == "visitor") return &parts.visitor;
  if (name == "tags") return &parts.tags;
  if (name == "labels") return &parts.labels;
  if (name == "cards") return &parts.cards;
  return nullptr;
}

/// Appends `,"name":[…]`, each member by `append`.
template <typename Members, typename Append>
void append_list(std::string& out, std::string_view begin, const Members& members, Append append) {
  out += begin;
  bool is_first = true;
  for (const auto& member : members) {
    if (!is_first) out.push_back(',');
    is_first = false;
    append(member);
  }
  out.push_back(']');
}

}  // namespace

Result<Parts> read_parts(const http::Request& request) {
  Parts parts;
  for (const std::string_view value : repeated_parameter(request, "include")) {
    std::size_t begin = 0;
    while (begin <= value.size()) {
      const std::size_t end = std::min(value.find(',', begin), value.size());
      bool* const part = part_named(parts, value.substr(begin, end - begin));
      if (part == nullptr) return bad_parameter("include", value, takes_parts);
      *part = true;
      begin = end + 1;
    }
  }
  return parts;
}

Task<Result<bool>> PartsWriter::append(store::Unit& unit, std::string& out, std::size_t enough,
                                       std::string_view conversation_id, base::Timestamp created_at) {
  if (parts_.messages) {
    PARLEY_CO_TRY_ASSIGN(const bool more, co_await append_messages(unit, out, enough, conversation_id));
    if (more) co_return false;
  }
  if (parts_.visitor) PARLEY_CO_TRY(co_await append_visitor(unit, out, conversation_id, created_at));
  PARLEY_CO_TRY(co_await append_notes(unit, out, conversation_id));
  co_return true;
}

/// False when the last one is out.
Task<Result<bool>> PartsWriter::append_messages(store::Unit& unit, std::string& out, std::size_t enough,
                                                std::string_view conversation_id) {
  if (!in_messages_) {
    out += ",\"messages\":[";
    in_messages_ = true;
    rows_.emplace(sid_, conversation_id);
    messages_ = 0;
    position_.reset();
  }
  const auto give = [this, &out, enough](const conversation::MessageView& message) {
    // One at least, so that each batch gets on.
    if (out.size() >= enough && messages_ > 0) return false;
    if (messages_++ > 0) out.push_back(',');
    rows_->append(out, message);
    return true;
  };
  PARLEY_CO_TRY_ASSIGN(const bool more, co_await conversation::message_batch(unit, sid_, conversation_id,
                                                                             position_, std::nullopt, give));
  if (more) co_return true;
  out.push_back(']');
  in_messages_ = false;
  co_return false;
}

Task<Result<>> PartsWriter::append_visitor(store::Unit& unit, std::string& out,
                                           std::string_view conversation_id, base::Timestamp created_at) {
  PARLEY_CO_TRY_ASSIGN(const auto found, co_await visitor::find(unit, sid_, conversation_id));
  out += ",\"visitor\":";
  append_visitor_row(out, sid_, conversation_id, found.value_or(visitor::Visitor{}), created_at);
  co_return Result<>{};
}

Task<Result<>> PartsWriter::append_notes(store::Unit& unit, std::string& out,
                                         std::string_view conversation_id) {
  if (parts_.tags) {
    PARLEY_CO_TRY_ASSIGN(const auto tags, co_await visitor::tags(unit, sid_, conversation_id));
    append_list(out, ",\"tags\":[", tags,
                [&](const visitor::Tag& tag) { append_tag_row(out, sid_, conversation_id, tag); });
  }
  if (parts_.labels) {
    PARLEY_CO_TRY_ASSIGN(const auto labels, co_await visitor::labels(unit, sid_, conversation_id));
    append_list(out, ",\"labels\":[", labels,
                [&](const visitor::Label& label) { append_label_row(out, conversation_id, label); });
  }
  if (parts_.cards) {
    PARLEY_CO_TRY_ASSIGN(const auto cards, co_await visitor::cards(unit, sid_, conversation_id));
    append_list(out, ",\"cards\":[", cards,
                [&](const visitor::Card& card) { append_card_row(out, sid_, conversation_id, card); });
  }
  co_return Result<>{};
}

}  // namespace parley::api
